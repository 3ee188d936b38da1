"""One comparison: what we do, what it is held against, and what the ratio must be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound on a ratio. `faster`: the other takes at least `factor` times as long; `slower`: ours at most."""

    kind: Literal["faster", "slower"]
    factor: float

    def __str__(self) -> str:
        return f"{'≥' if self.kind == 'faster' else '≤'} {self.factor:g}x"


def at_least_faster(factor: float) -> Goal:
    """The other side takes at least `factor` times as long as ours."""
    return Goal("faster", factor)


def at_most_slower(factor: float) -> Goal:
    """Ours takes at most `factor` times as long as the other side."""
    return Goal("slower", factor)


@dataclass(frozen=True, slots=True)
class Row:
    """Both sides in one unit, seconds unless `unit` says so. Without a goal, the ratio is ours to the other's."""

    what: str
    ours: float
    against: str
    other: float
    goal: Goal | None = None
    unit: str = "s"

    @property
    def ratio(self) -> float:
        return self.other / self.ours if self.goal and self.goal.kind == "faster" else self.ours / self.other

    @property
    def met(self) -> bool:
        """Whether the ratio is within its goal; always, where there is none."""
        if self.goal is None:
            return True
        return self.ratio >= self.goal.factor if self.goal.kind == "faster" else self.ratio <= self.goal.factor


class NotMeasured(Exception):
    """Why a topic can not be measured on this machine."""
