"""Budgets in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aicost_iac.cost.budgets import Covered
from aicost_iac.cost.formats.wording import count, place, usd
from aicost_iac.terraform.budgets import REFRESH_HOURS


def failures(found: Sequence[Covered]) -> Iterator[str]:
    """Each budget whose worst case is above its limit."""
    for each in found:
        if each.exceeded and each.budget.limit is not None:
            yield (
                f"{place(each.stack, each.address)}: at worst {usd(each.worst)} {_period(each)}, "
                f"above its limit of {usd(each.budget.limit)}; {usd(each.burnt)} can be gone in the "
                f"{REFRESH_HOURS} hours before it looks again"
            )


def remarks(found: Sequence[Covered]) -> Iterator[str]:
    """What a reader must know of budgets that are not simply above their limit or below it."""
    if not found:
        yield "there is no cost budget here"
    for each in found:
        where = place(each.stack, each.address)
        if each.budget.limit is None:
            yield f"{where}: its limit is not known here; at worst it covers {usd(each.worst)} {_period(each)}"
        if each.budget.unread:
            yield f"{where}: its filters by {', '.join(each.budget.unread)} are not read: what they leave out counts"
        if each.unpriced:
            yield f"{where}: covers {count(each.unpriced, 'node')} without a price"
        if not each.covers and not each.unpriced:
            yield f"{where}: covers nothing here that costs money"


def _period(each: Covered) -> str:
    return {"DAILY": "a day", "QUARTERLY": "a quarter", "ANNUALLY": "a year"}.get(each.budget.period, "a month")
