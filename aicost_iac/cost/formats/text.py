"""Text for a terminal: a table by stack and blueprint, what is not priced, where prices come from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from aicost_iac.cost.amounts import Range, total
from aicost_iac.cost.comparing import Comparison
from aicost_iac.cost.estimates import Estimate, Item
from aicost_iac.cost.formats.wording import (
    arithmetic,
    by_reason,
    count,
    derived,
    headline,
    notes,
    per_request,
    place,
    prices,
    signed,
    usd,
)

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_SHOWN = 3


def show(estimate: Estimate, console: Console, *, details: bool = False) -> None:
    """The estimate; with `details`, the arithmetic of every part."""
    console.print(_table(estimate))
    for line in _arithmetic(estimate.items) if details else ():
        console.print(line, highlight=False, soft_wrap=True, markup=False)
    for line in per_request(estimate):
        console.print(line, highlight=False, soft_wrap=True, markup=False)
    for note, addresses in by_reason(notes(estimate.items)):
        console.print(f"- {_some(addresses)}: {note}", style="dim", highlight=False, soft_wrap=True, markup=False)
    for line in _missing([(place(each.stack, each.address), each.reason) for each in estimate.unpriced]):
        console.print(line, highlight=False, soft_wrap=True, markup=False)
    console.print(f"{prices(estimate)} A month is 730 hours.", highlight=False, soft_wrap=True)


def show_comparison(comparison: Comparison, console: Console) -> None:
    """What changed, the greatest first."""
    console.print(f"{headline(comparison)} (expected)", style="bold", highlight=False)
    if comparison.changes:
        table = _columns("change in USD a month", "floor", "expected", "ceiling")
        for each in comparison.changes:
            month = each.month
            amounts = map(signed, (month.floor, month.expected, month.ceiling))
            table.add_row(f"{each.kind} {place(each.stack, each.address)}", *amounts)
        month = comparison.month
        table.add_section()
        table.add_row("in all", *map(signed, (month.floor, month.expected, month.ceiling)), style="bold")
        console.print(table)
    for line in _missing([(place(each.stack, each.address), each.reason) for each in comparison.unpriced]):
        console.print(line, highlight=False, soft_wrap=True, markup=False)


def _table(estimate: Estimate) -> Table:
    table = _columns("USD a month", "floor", "expected", "ceiling", "an hour")
    for (stack, origin), group in groupby(_sorted(estimate.items), key=lambda item: (item.stack, item.origin)):
        items = list(group)
        title = " ".join(part for part in (stack and f"[{stack}]", origin or "no blueprint") if part)
        table.add_row(_escaped(title), *_amounts(total(item.hour for item in items)), style="bold")
        for item in items:
            table.add_row(f"  {_escaped(item.address)}", *_amounts(item.hour))
            if said := derived(item):
                table.add_row(f"    {said}", style="dim")
        table.add_section()
    table.add_row("in all", *_amounts(estimate.hour), style="bold")
    return table


def _arithmetic(items: Sequence[Item]) -> Iterator[str]:
    """How each part comes to its figures."""
    for item in _sorted(items):
        yield place(item.stack, item.address)
        yield from (f"  {part.what}: {arithmetic(part)}" for part in item.parts)
    yield ""


def _columns(title: str, *names: str) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(title, overflow="fold")
    for name in names:
        table.add_column(name, justify="right", no_wrap=True)
    return table


def _amounts(hour: Range) -> tuple[str, str, str, str]:
    """A month in its three cases, and an hour as expected."""
    month = hour.month
    return usd(month.floor), usd(month.expected), usd(month.ceiling), f"${hour.expected:,.4f}"


def _missing(missing: Sequence[tuple[str, str]]) -> Iterator[str]:
    if missing:
        yield f"Not priced, and not in these figures ({count(len({a for a, _ in missing}), 'node')}):"
    for reason, addresses in by_reason(missing):
        yield f"- {_some(addresses)}: {reason}"


def _some(addresses: Sequence[str]) -> str:
    more = f" and {len(addresses) - _SHOWN} more" if len(addresses) > _SHOWN else ""
    return f"{', '.join(addresses[:_SHOWN])}{more}"


def _sorted(items: Sequence[Item]) -> list[Item]:
    return sorted(items, key=lambda item: (item.stack, item.origin, -item.hour.ceiling, item.address))


def _escaped(text: str) -> str:
    """Square brackets of an address are no markup."""
    return text.replace("[", r"\[")
