"""Machines as a table for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from aicost_iac.catalog import is_old
from aicost_iac.cost.ranking import Candidate

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_COLUMNS = (
    "machine",
    "accelerator",
    "GiB",
    "vCPU",
    "RAM",
    "EFA",
    "MIG",
    "$/h",
    "$/GPU-h",
    "GiB per $",
    "price of",
    "spot $/h",
)
_SPOT = "spot $/h"
_LEFT = frozenset({"machine", "accelerator", "EFA", "MIG", "price of"})
# What a narrow terminal has no room for.
_SPARE = frozenset({"vCPU", "RAM", "EFA"})
_WIDE = 110
OLD = "*"


def show(found: Sequence[Candidate], console: Console, today: date, primary: str | None = None) -> None:
    """A row per machine; `*` marks a price that is old. With a `primary`, what speaks against each stands below."""
    if not found:
        return
    absent = frozenset() if any(each.spot for each in found) else frozenset({_SPOT})
    shown = [name for name in _COLUMNS if name not in absent | (_SPARE if console.width < _WIDE else frozenset())]
    table = _table(shown, flags=primary is not None)
    for each in found:
        cells = dict(zip(_COLUMNS, _cells(each, today), strict=True))
        flags = [", ".join(flag.code for flag in each.flags)] if primary is not None else []
        table.add_row(*(cells[name] for name in shown), *flags, style=_style(each, primary))
    console.print(table)
    for each in found if primary is not None else ():
        for flag in each.flags:
            console.print(f"- {each.name}: {flag.text}", highlight=False, soft_wrap=True, style="dim")


def _table(names: Sequence[str], *, flags: bool) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    for name in names:
        table.add_column(name, justify="left" if name in _LEFT else "right", no_wrap=True)
    if flags:
        table.add_column("as a fallback")
    return table


def _cells(each: Candidate, today: date) -> list[str]:
    machine = each.machine
    count = f"{machine.accelerator_share:g}" if machine.fractional else f"{machine.accelerator_count}"
    name = machine.instance_type + ("" if machine.status == "current" else " (retired)")
    return [
        name,
        f"{count} x {machine.accelerator}",
        f"{machine.total_accelerator_memory_gib:g}",
        f"{machine.vcpus}",
        f"{machine.memory_gib:g}",
        "yes" if machine.efa else "",
        "yes" if each.chip.mig_capable and not machine.fractional else "",
        *_price(each, today),
        "" if each.spot is None else f"{each.spot.usd_hour:.4f}",
    ]


def _price(each: Candidate, today: date) -> list[str]:
    quote, per_gpu, per_gib = each.quote, each.usd_gpu_hour, each.usd_gib_hour
    if quote is None or per_gpu is None or per_gib is None:
        return ["no price", "", "", ""]
    day = quote.as_of + (OLD if quote.as_of and is_old(quote.as_of, today) else "")
    return [f"{quote.usd_hour:.4f}", f"{per_gpu:.4f}", f"{Decimal(1) / per_gib:.1f}", day]


def _style(each: Candidate, primary: str | None) -> str:
    if each.name == primary:
        return "bold"
    return "dim" if each.quote is None else ""
