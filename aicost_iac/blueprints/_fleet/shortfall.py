"""From a shortfall of spot to a capacity on demand: the policies and their tests come from this one function.

Limits: 20 step adjustments in a policy, not raisable:
https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-quotas.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

MAX_STEPS = 20


@dataclass(frozen=True, slots=True)
class Fallback:
    """How a shortfall is answered. All figures in one unit: instances, or GPUs where types carry weights."""

    target: int
    """What the spot group wants: the largest possible shortfall."""
    cap: int
    """The most that is bought on demand."""
    unit: int = 1
    """What one on-demand instance counts for."""

    @property
    def quantum(self) -> int:
        """Capacity comes in multiples of this: one instance, or so many that `MAX_STEPS` steps reach the cap."""
        wanted = min(self.target, self.cap)
        per_step = -(-wanted // (self.unit * MAX_STEPS))
        return self.unit * per_step

    def capacity(self, shortfall: int) -> int:
        """On-demand capacity for a shortfall: enough, in whole quanta, and never more than the cap."""
        if shortfall <= 0:
            return 0
        return min(-(-shortfall // self.quantum) * self.quantum, self.cap)

    def steps(self) -> Iterator[Step]:
        """Contiguous intervals of the shortfall; the last one has no end."""
        lower = 0
        while True:
            capacity = self.capacity(lower + 1)
            last = capacity >= min(self.cap, self.capacity(self.target))
            yield Step(lower, None if last else capacity, capacity)
            if last:
                return
            lower = capacity


@dataclass(frozen=True, slots=True)
class Step:
    """`above` < shortfall <= `up_to` makes it `capacity`. Bounds lie half a unit above whole shortfalls."""

    above: int
    up_to: int | None
    capacity: int

    def block(self) -> dict[str, str | int]:
        """A `step_adjustment`. Its bounds count from the alarm's threshold, which is a shortfall of 0.5."""
        bounds = {"metric_interval_lower_bound": str(self.above)}
        if self.up_to is not None:
            bounds["metric_interval_upper_bound"] = str(self.up_to)
        return {**bounds, "scaling_adjustment": self.capacity}
