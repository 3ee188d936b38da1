"""Load over time: for every trigger a staircase of what a read of it would find."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Literal, TypeAlias

# A number, an empty result, or a read that fails.
Value: TypeAlias = float | Literal["error"] | None
Step: TypeAlias = tuple[float, Value]

_TICKS_A_SECOND = 1_000_000


def ticks(seconds: float) -> int:
    """Whole microseconds: sums of them are exact, as sums of seconds are not."""
    return round(seconds * _TICKS_A_SECOND)


def seconds(moment: int) -> float:
    """The seconds of a moment in ticks."""
    return moment / _TICKS_A_SECOND


class Curve:
    """The steps of one trigger, in any order. Before its first step a curve is 0."""

    def __init__(self, steps: Sequence[Step]) -> None:
        ordered = sorted(steps, key=lambda step: step[0])
        self._moments = [ticks(moment) for moment, _ in ordered]
        self._values = [value for _, value in ordered]
        for value in self._values:
            if isinstance(value, str) and value != "error":
                raise ValueError(f"a curve holds {value!r}: a value is a number, None (an empty result) or 'error'")

    def at(self, moment: int) -> Value:
        """What a read in this moment finds."""
        index = bisect_right(self._moments, moment)
        return self._values[index - 1] if index else 0.0
