"""Hours of spend in order of size (a load-duration curve), and what a commitment does to them.

A Savings Plan of `c` dollars an hour covers, at a discount `d`, on-demand spend of `c / (1 - d)` an hour; what is above
is paid on demand, what is below is paid for nothing. Hour for hour: an unused hour does not help the next one
(https://docs.aws.amazon.com/savingsplans/latest/userguide/sp-applying.html).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import accumulate
from math import ceil

ZERO = Decimal(0)
ONE = Decimal(1)


@dataclass(frozen=True)
class Curve:
    """Hours of on-demand-equivalent spend, USD, smallest first."""

    hours: tuple[Decimal, ...]

    @classmethod
    def of(cls, usd_hour: Iterable[Decimal], factor: Decimal = ONE) -> Curve:
        """The curve of hours in any order, all multiplied by `factor`."""
        return cls(tuple(sorted(hour * factor for hour in usd_hour)))

    @cached_property
    def _sums(self) -> tuple[Decimal, ...]:
        """Sum of the first n hours, by n."""
        return tuple(accumulate(self.hours, initial=ZERO))

    @property
    def mean(self) -> Decimal:
        """USD per hour."""
        return self._sums[-1] / len(self.hours)

    def quantile(self, share: Decimal) -> Decimal:
        """The smallest hour that at least `share` of the hours do not exceed; `share` is 0 to 1."""
        return self.hours[max(0, ceil(share * len(self.hours)) - 1)]

    def covered(self, level: Decimal) -> Decimal:
        """Mean spend per hour below `level`."""
        below = bisect_right(self.hours, level)
        return (self._sums[below] + level * (len(self.hours) - below)) / len(self.hours)
