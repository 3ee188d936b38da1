"""What an item costs for what it does: a GPU-hour, a training run, a thousand answers, a hundred thousand tokens.

All of the expectation, with everything the item pays for: volumes and stranded parts of nodes included. A throughput is
an assumption about one replica or instance at full load; idle time makes each answer dearer than this.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from aicost_iac.cost.amounts import ZERO
from aicost_iac.cost.assumptions import REQUESTS_PER_SECOND, RUN_HOURS, TOKENS_PER_SECOND, figure
from aicost_iac.cost.estimates import Item, Part

GPU_HOUR, RUN, THOUSAND_REQUESTS, TOKENS = "gpu_hour", "run", "1000_requests", "100k_tokens"
_STEP = Decimal("0.000001")
_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Metric:
    """USD for one `per`; `how` is the arithmetic."""

    per: str
    usd: Decimal
    how: str


def metrics(item: Item) -> tuple[Metric, ...]:
    """What can be derived for an item; nothing where an input is not stated."""
    return tuple(_metrics(item))


def _metrics(item: Item) -> Iterator[Metric]:
    gpus = item.accelerators.expected
    if gpus > 0:
        how = f"{item.expected_hour:f} USD an hour for {gpus:f} accelerators"
        yield Metric(GPU_HOUR, _rounded(item.expected_hour / gpus), how)
    yield from _run(item)
    for per, word, amount in ((THOUSAND_REQUESTS, REQUESTS_PER_SECOND, 1000), (TOKENS, TOKENS_PER_SECOND, 100_000)):
        throughput = figure(item.assume, word)
        replica = _replica(item)
        if throughput and replica is not None:
            how = f"{replica:f} USD an hour for {throughput:f} a second"
            yield Metric(per, _rounded(replica * amount / (throughput * _SECONDS)), how)


def _run(item: Item) -> Iterator[Metric]:
    """A job's own figure, or the time a run takes of something that serves runs."""
    runs = [part.run.expected for part in item.parts if part.run is not None]
    hours = figure(item.assume, RUN_HOURS)
    if runs:
        yield Metric(RUN, _rounded(sum(runs, ZERO)), "one run, of the length that is assumed or allowed")
    elif hours is not None and item.expected_hour:
        yield Metric(RUN, _rounded(item.expected_hour * hours), f"{hours:f} hours of the expectation")


def _replica(item: Item) -> Decimal | None:
    """USD an hour of one replica, from the expectation, or from the ceiling where nothing runs as a rule."""
    main = _main(item)
    if count := sum((part.expected.count for part in main), ZERO):
        return item.expected_hour / count
    count = sum((part.ceiling.count for part in main), ZERO)
    return item.ceiling_hour / count if count else None


def _main(item: Item) -> tuple[Part, ...]:
    """The parts that are the replicas themselves: those with accelerators, else the first."""
    return tuple(part for part in item.parts if part.ceiling.accelerators) or item.parts[:1]


def _rounded(usd: Decimal) -> Decimal:
    return usd.quantize(_STEP, ROUND_HALF_UP)
