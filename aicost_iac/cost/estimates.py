"""What an estimate is made of: lines add up to parts, parts to items, items to totals, exactly.

A *line* is so many things at one price. A *part* says what is paid for in three cases: at the floor, as expected, at
the ceiling; each case is a line. An *item* is one node of the plan with its parts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from aicost_iac.cost.amounts import ZERO, Range, total
from aicost_iac.cost.prices import Quote
from aicost_iac.plan import Assumption

CURRENCY = "USD"


@dataclass(frozen=True, slots=True)
class Line:
    """`count` times `thing` at `quote`. `accelerators` is how many GPUs or NPUs one thing has, or which part of one."""

    count: Decimal
    thing: str
    quote: Quote
    accelerators: Decimal = ZERO

    @property
    def usd_hour(self) -> Decimal:
        return self.count * self.quote.usd_hour

    def times(self, count: Decimal | int) -> Line:
        """So many of these."""
        return replace(self, count=self.count * count)


@dataclass(frozen=True, slots=True)
class Part:
    """One thing an item pays for. `note` says what a reader must know about it.

    `run` is what one run costs, in USD, where the thing runs to an end: as expected, and at its longest.
    """

    what: str
    floor: Line
    expected: Line
    ceiling: Line
    note: str = ""
    run: Range | None = None

    @property
    def lines(self) -> tuple[Line, Line, Line]:
        return self.floor, self.expected, self.ceiling

    def times(self, count: Decimal | int) -> Part:
        """So many of these."""
        floor, expected, ceiling = (line.times(count) for line in self.lines)
        return replace(self, floor=floor, expected=expected, ceiling=ceiling)

    @property
    def hour(self) -> Range:
        """USD an hour."""
        return Range(*(line.usd_hour for line in self.lines))

    @property
    def accelerators(self) -> Range:
        """How many GPUs or NPUs run."""
        return Range(*(line.count * line.accelerators for line in self.lines))


@dataclass(frozen=True)
class Item:
    """One node that costs money. `stack` is the stack or folder it stands in, empty where there is only one plan."""

    address: str
    origin: str
    """The blueprint that made it, as `SpotTrainingFleet/ranker-sweep`; empty for a node nobody stamped."""
    parts: tuple[Part, ...]
    assume: tuple[Assumption, ...] = ()
    stack: str = ""
    region: str = ""

    @cached_property
    def hour(self) -> Range:
        """USD an hour: the sum of the parts."""
        return total(part.hour for part in self.parts)

    @property
    def floor_hour(self) -> Decimal:
        return self.hour.floor

    @property
    def expected_hour(self) -> Decimal:
        return self.hour.expected

    @property
    def ceiling_hour(self) -> Decimal:
        return self.hour.ceiling

    @cached_property
    def accelerators(self) -> Range:
        """How many GPUs or NPUs run."""
        return total(part.accelerators for part in self.parts)


@dataclass(frozen=True, slots=True)
class Unpriced:
    """A node, or a part of one, that costs money nobody put a price on."""

    address: str
    reason: str
    origin: str = ""
    stack: str = ""


@dataclass(frozen=True)
class Estimate:
    """What a plan costs: per node a range, and what has no price. The totals are never silently short.

    `included` are nodes that are paid with another one, such as pods on nodes that are priced themselves.
    """

    items: tuple[Item, ...] = ()
    unpriced: tuple[Unpriced, ...] = ()
    included: tuple[Unpriced, ...] = ()

    @cached_property
    def hour(self) -> Range:
        """USD an hour, of everything that has a price."""
        return total(item.hour for item in self.items)

    @property
    def month(self) -> Range:
        """USD in a month of 730 hours, in cents."""
        return self.hour.month

    @property
    def dates(self) -> tuple[str, str] | None:
        """The oldest and the newest day of the prices used; None where nothing has a dated price."""
        days = {line.quote.as_of for item in self.items for part in item.parts for line in part.lines} - {""}
        return (min(days), max(days)) if days else None

    @property
    def prices_as_of(self) -> str | None:
        """The oldest day of the prices used (ISO 8601)."""
        return self.dates[0] if self.dates else None

    @cached_property
    def by_origin(self) -> Mapping[str, Range]:
        """USD an hour per blueprint; under `""` what no blueprint made."""
        groups: dict[str, list[Range]] = {}
        for item in self.items:
            groups.setdefault(item.origin, []).append(item.hour)
        return {origin: total(ranges) for origin, ranges in sorted(groups.items())}
