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
        yield from (f"{where}: {told}" for told in _remarks(each))


def _remarks(each: Covered) -> Iterator[str]:
    worst = f"at worst {usd(each.worst)} {_period(each)}"
    if each.budget.limit is None:
        yield f"its limit is not known here; {worst}"
    elif each.budget.unread:
        unread = ", ".join(each.budget.unread)
        yield f"not judged: its filters by {unread} are not read; with what they leave out, {worst}"
    elif not each.covers and not each.unpriced:
        yield "covers nothing here that costs money"
    elif not each.exceeded:
        yield f"{worst}, within its limit of {usd(each.budget.limit)}"
    if each.unpriced:
        yield f"covers {count(each.unpriced, 'node')} without a price"


def _period(each: Covered) -> str:
    return {"DAILY": "a day", "QUARTERLY": "a quarter", "ANNUALLY": "a year"}.get(each.budget.period, "a month")
