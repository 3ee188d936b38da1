"""An estimate as JSON: the contract of `aicost cost --format json` and of files that `--save` writes.

    {"version": 1,
     "total": {"floor_month", "expected_month", "ceiling_month", "currency"},
     "items": [{"address", "blueprint", "floor_hour", "expected_hour", "ceiling_hour", "parts": [...]}],
     "unpriced": [{"address", "reason"}],
     "prices_as_of": "2026-07-20"}

Amounts are decimal strings. `prices_as_of` is the oldest day of a price that was used. Items and unpriced entries name
their `stack` (or folder) and `blueprint` where there is one; items also carry `metrics`: what follows for one of what
they do. Nodes that are paid with another one are items that cost nothing, with the reason as their part.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from aicost_iac.cost.amounts import Range, written
from aicost_iac.cost.estimates import CURRENCY, Estimate, Item, Line, Part, Unpriced
from aicost_iac.cost.metrics import metrics

if TYPE_CHECKING:
    from aicost_iac.cost.comparing import Change, Comparison

VERSION = 1
_NOTHING = {"floor_hour": "0", "expected_hour": "0", "ceiling_hour": "0"}


def document(estimate: Estimate) -> dict[str, Any]:
    """The whole estimate as JSON data."""
    return {
        "version": VERSION,
        "total": months(estimate.month),
        "items": [*map(_item, estimate.items), *map(_included, estimate.included)],
        "unpriced": [{**_where(each), "reason": each.reason} for each in estimate.unpriced],
        "prices_as_of": estimate.prices_as_of,
    }


def difference(comparison: Comparison) -> dict[str, Any]:
    """A comparison as JSON data: totals before, after and added, what changed, and what has no price now."""
    before, after = comparison.before.month, comparison.after.month
    return {
        "version": VERSION,
        "total": {"before": months(before), "after": months(after), "added": months(comparison.month)},
        "items": [_change(each) for each in comparison.changes],
        "unpriced": [
            {**_place(each.stack), "address": each.address, "reason": each.reason} for each in comparison.unpriced
        ],
        "priced": [{**_place(each.stack), "address": each.address} for each in comparison.priced_now],
    }


def _change(change: Change) -> dict[str, Any]:
    own = {**_place(change.stack), "address": change.address, "change": change.kind}
    return {**own, "before": hours(change.before), "after": hours(change.after), "added": months(change.month)}


def months(amounts: Range) -> dict[str, str]:
    """Amounts of a month, in cents."""
    return {
        "floor_month": f"{amounts.floor:.2f}",
        "expected_month": f"{amounts.expected:.2f}",
        "ceiling_month": f"{amounts.ceiling:.2f}",
        "currency": CURRENCY,
    }


def hours(amounts: Range) -> dict[str, str]:
    """Amounts of an hour, to the last decimal."""
    return {
        "floor_hour": written(amounts.floor),
        "expected_hour": written(amounts.expected),
        "ceiling_hour": written(amounts.ceiling),
    }


def _item(item: Item) -> dict[str, Any]:
    derived = [{"per": each.per, "usd": written(each.usd), "how": each.how} for each in metrics(item)]
    own = {**_place(item.stack), "address": item.address, "blueprint": item.origin, **hours(item.hour)}
    return {**own, "parts": [_part(part) for part in item.parts], **({"metrics": derived} if derived else {})}


def _part(part: Part) -> dict[str, Any]:
    cases = {"floor": part.floor, "expected": part.expected, "ceiling": part.ceiling}
    made = {"what": part.what, **hours(part.hour), **{name: _line(line) for name, line in cases.items()}}
    return {**made, "note": part.note} if part.note else made


def _line(line: Line) -> dict[str, str]:
    quote = line.quote
    price = {"usd_hour": written(quote.usd_hour)}
    if quote.usd_month is not None:
        price["usd_month"] = written(quote.usd_month)
    return {
        "count": written(line.count),
        "thing": line.thing,
        **price,
        "basis": quote.basis,
        "as_of": quote.as_of,
        "source": quote.source,
    }


def _included(each: Unpriced) -> dict[str, Any]:
    return {**_where(each), **_NOTHING, "parts": [{"what": each.reason, **_NOTHING}]}


def _where(each: Unpriced) -> dict[str, str]:
    return {**_place(each.stack), "address": each.address, "blueprint": each.origin}


def _place(stack: str) -> Mapping[str, str]:
    return {"stack": stack} if stack else {}
