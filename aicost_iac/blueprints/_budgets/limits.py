"""How much may be spent, and how often it is counted anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import ROUND_CEILING, Decimal, InvalidOperation
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import Field, PlainValidator, TypeAdapter

from aicost_iac.errors import Problem
from aicost_iac.fields import Model, matching
from aicost_iac.terraform import budgets

Period = Literal["daily", "monthly", "quarterly", "annually"]
HOURS: Mapping[Period, int] = {"daily": 24, "monthly": 730, "quarterly": 2_190, "annually": 8_760}
Month = Annotated[str, matching(r"\d{4}-(0[1-9]|1[0-2])", "a month such as '2027-01'")]
# https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_HistoricalOptions.html
_HISTORY: Mapping[Period, int] = {"daily": 60, "monthly": 12, "quarterly": 4, "annually": 1}
# How many limits a plan has, and how many months lie between two of them.
_PLANNED: Mapping[Period, tuple[int, int]] = {"monthly": (12, 1), "quarterly": (4, 3)}


class AutoAdjust(Model):
    """A limit that AWS sets: what the periods before cost on average. It follows spend that creeps, up as well.

    Adjusting to AWS's forecast is not offered: the provider ends with a nil pointer when it reads such a budget
    (`flattenAutoAdjustData`, 5.100 and 6.x).
    https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-create.html
    """

    periods: Annotated[int, Field(ge=1, le=60)]
    """How many periods past are averaged: up to 60 days, 12 months, 4 quarters, 1 year."""


class WorstCase(Model):
    """A limit that follows from the app: what the scope covers, at its most, all the time, and a margin.

    Computed from list prices when the app is synthesized; a fleet that grows, grows its budget, in one diff. What has
    no price is not in it, and is said beside the budget.
    """

    margin_percent: Annotated[int, Field(ge=0, le=1_000)] = 10
    """Above the worst case, for what is not priced: logs, requests, transfer."""

    def amount(self, usd_hour: Decimal, period: Period) -> Decimal:
        """USD of a period, rounded up to whole dollars."""
        exact = usd_hour * HOURS[period] * (100 + self.margin_percent) / 100
        return exact.to_integral_value(ROUND_CEILING)


def _limit(given: Any) -> Any:
    if isinstance(given, AutoAdjust | WorstCase):
        return given
    if isinstance(given, Mapping):
        return {month: _amount(usd, f"{month}: ") for month, usd in sorted(_MONTHS.validate_python(given).items())}
    return _amount(given)


def _amount(given: Any, place: str = "") -> Decimal:
    try:
        amount = Decimal(str(given))
    except InvalidOperation:
        raise ValueError(f"{place}is no amount of USD such as 50000, nor AutoAdjust or WorstCase") from None
    if not amount.is_finite() or amount <= 0:
        raise ValueError(f"{place}is no amount above 0")
    return amount


_MONTHS = TypeAdapter(dict[Month, Any])
Limit = Decimal | Mapping[str, Decimal] | AutoAdjust | WorstCase
GivenLimit = Annotated[Decimal | int | Mapping[str, Decimal | int] | AutoAdjust | WorstCase, PlainValidator(_limit)]
"""As a user writes it; a `Limit` once it is validated."""


def limit_problems(limit: Limit, period: Period) -> Iterator[Problem]:
    """Why AWS would not take the limit for this period."""
    if isinstance(limit, AutoAdjust) and limit.periods > _HISTORY[period]:
        reason = f"is more than the {_HISTORY[period]} periods that AWS averages where the period is {period!r}"
        yield Problem("limit.periods", reason, limit.periods, f"{_HISTORY[period]} or fewer")
    if isinstance(limit, Mapping):
        yield from _plan_problems(limit, period)


def attributes(limit: Decimal | Mapping[str, Decimal] | AutoAdjust) -> dict[str, Any]:
    """The limit as a budget takes it; a worst case is an amount by now."""
    if isinstance(limit, AutoAdjust):
        return budgets.adjusted(limit.periods)
    return budgets.planned(limit) if isinstance(limit, Mapping) else budgets.fixed(limit)


def _plan_problems(limits: Mapping[str, Decimal], period: Period) -> Iterator[Problem]:
    if period not in _PLANNED:
        yield Problem("limit", "can not be planned for this period", period, "monthly and quarterly ones can")
        return
    count, step = _PLANNED[period]
    months = [12 * int(month[:4]) + int(month[5:]) - 1 for month in limits]
    if len(months) != count or any(later - earlier != step for earlier, later in pairwise(months)):
        reason = f"must be planned for {count} periods in a row, from the one in which it is applied first"
        yield Problem(
            "limit", reason, list(limits), f"name {count} months, {step} apart" if step > 1 else "name them all"
        )
    elif step > 1 and months[0] % step:
        yield Problem("limit", "must begin with a quarter", next(iter(limits)), "January, April, July or October")
