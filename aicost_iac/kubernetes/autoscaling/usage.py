"""What a run costs: replica-hours, GPU-hours, dollars."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from aicost_iac.kubernetes.autoscaling.simulation import Change

_HOUR = Decimal(3600)
_HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Usage:
    """What the replicas of a run use. A wanted pod counts from the moment it is wanted: its node is billed by then."""

    replica_seconds: Decimal
    asleep_seconds: Decimal
    """Without a replica."""
    most: int
    """The largest count."""

    @property
    def replica_hours(self) -> Decimal:
        return self.replica_seconds / _HOUR

    @property
    def asleep_hours(self) -> Decimal:
        return self.asleep_seconds / _HOUR

    def gpu_hours(self, gpus: Decimal) -> Decimal:
        """Hours of whole GPUs, where a replica holds so many, or such a part of one."""
        return (self.replica_hours * gpus).quantize(_HUNDREDTH, ROUND_HALF_UP)

    def usd(self, replica_usd_hour: Decimal) -> Decimal:
        """Dollars, in cents, where a replica costs so much an hour."""
        return (self.replica_hours * replica_usd_hour).quantize(_HUNDREDTH, ROUND_HALF_UP)


def usage(changes: Sequence[Change], until_s: float) -> Usage:
    """The usage of a run of `simulate` up to its end."""
    stretches = list(_stretches(changes, until_s))
    return Usage(
        replica_seconds=sum((length * replicas for length, replicas in stretches), Decimal(0)),
        asleep_seconds=sum((length for length, replicas in stretches if not replicas), Decimal(0)),
        most=max(replicas for _, replicas in changes),
    )


def _stretches(changes: Sequence[Change], until_s: float) -> Iterator[tuple[Decimal, int]]:
    """Seconds, and the count that held for so long."""
    ends = [*(moment for moment, _ in changes[1:]), until_s]
    for (start, replicas), end in zip(changes, ends, strict=True):
        yield Decimal(str(end)) - Decimal(str(start)), replicas
