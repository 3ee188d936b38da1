"""Capacity bought from a choice of machines: which of them the floor, the expectation and the ceiling are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from aicost_iac.cost.amounts import ZERO
from aicost_iac.cost.estimates import Line, Part
from aicost_iac.cost.pricers.machines import Machine
from aicost_iac.cost.prices import Quote

Choice = Literal["cheapest", "first", "middle"]
NO_SAVING = "no spot price is given: spot at the on-demand list price, no saving is claimed"


@dataclass(frozen=True, slots=True)
class Units:
    """Capacity at the floor, as expected and at the ceiling, in the unit of the weights."""

    floor: int
    expected: int
    ceiling: int

    def each(self, of: Callable[[int], int]) -> Units:
        """The same of each case."""
        return Units(of(self.floor), of(self.expected), of(self.ceiling))

    def less(self, other: Units) -> Units:
        """What is left of each case."""
        return Units(self.floor - other.floor, self.expected - other.expected, self.ceiling - other.ceiling)

    @property
    def none(self) -> bool:
        return not (self.floor or self.expected or self.ceiling)


def bought(machines: Sequence[Machine], units: Units, choice: Choice, *, spot: bool, note: str = "") -> Iterator[Part]:
    """The instances of one market, then their volumes.

    The floor is the cheapest machine, the ceiling the dearest at its highest price. What to expect is `choice`: the
    cheapest, the first of the list, or the middle one by price (of an even number the dearer), where a strategy goes
    by capacity, which nobody can know.
    """
    if units.none or not machines:
        return
    low = [(each, each.low(spot)) for each in machines]
    floor, low_quote = _chosen(low, units.floor, "cheapest")
    expected, quote = _chosen(low, units.expected, choice)
    ceiling, high_quote = _chosen([(each, each.high(spot)) for each in machines], units.ceiling, "dearest")
    if spot and any(each.spot is None for each in machines):
        note = f"{note}; {NO_SAVING}" if note else NO_SAVING
    what = "spot instances" if spot else "on-demand instances"
    cases = ((floor, units.floor), (expected, units.expected), (ceiling, units.ceiling))
    quotes = (low_quote, quote, high_quote)
    lines = [each.line(amount, price) for (each, amount), price in zip(cases, quotes, strict=True)]
    yield Part(what, *_three(lines), note)
    for index in range(max(len(each.volumes) for each, _ in cases)):
        yield Part(f"volumes of {what}", *_three([_volume(each, amount, index) for each, amount in cases]))


def _chosen(
    priced: Sequence[tuple[Machine, Quote]], units: int, choice: Choice | Literal["dearest"]
) -> tuple[Machine, Quote]:
    """Whichever machine holds nothing, none costs anything."""
    if choice == "first" or not units or len(priced) == 1:
        return priced[0]
    ranked = sorted(priced, key=lambda pair: pair[0].cost(units, pair[1]))
    return ranked[{"cheapest": 0, "middle": len(ranked) // 2, "dearest": -1}[choice]]


def _volume(machine: Machine, units: int, index: int) -> Line:
    """The line of a machine's volume; one that another machine of the group lacks costs nothing."""
    if index < len(machine.volumes):
        return machine.volumes[index].line(machine.count(units))
    return Line(ZERO, "no such volume", machine.on_demand)


def _three(lines: Sequence[Line]) -> tuple[Line, Line, Line]:
    floor, expected, ceiling = lines
    return floor, expected, ceiling
