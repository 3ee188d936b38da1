"""The rungs of a ladder: at which height, who hears of it, what is done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from aicost_iac.blueprints._budgets.actions import BudgetAction
from aicost_iac.blueprints._fleet.settings import Email
from aicost_iac.errors import Problem
from aicost_iac.fields import Model, Usd
from aicost_iac.terraform.budgets import MAX_EMAILS, MAX_NOTIFICATIONS, Threshold

# https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Notification.html
Height = Annotated[float, Field(gt=0, le=1_000_000, allow_inf_nan=False)]


class Rung(Model):
    """One height of the ladder. It speaks once a period, when it is passed first.

    Actual spend is what was billed so far; a forecast needs about five weeks of history, and is silent before.
    https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-best-practices.html
    """

    percent: Height | None = None
    """Of the limit. Either this or `usd`."""
    usd: Usd | None = None
    """An amount of its own, whatever the limit."""
    of: Literal["actual", "forecast"] = "actual"
    """What is measured: the spend so far, or the spend AWS expects by the end of the period."""
    emails: Annotated[Sequence[Email], Field(max_length=MAX_EMAILS), AfterValidator(tuple)] = ()
    """Mailed by AWS Budgets itself; nobody has to confirm."""
    topic: bool = False
    """Published to the ladder's topic, for pagers, Slack and programs."""
    action: BudgetAction | None = None
    """What AWS Budgets does to permissions or single instances."""
    stop: bool = False
    """Set the covered Auto Scaling groups to 0. Needs `of="actual"`: a forecast stops nothing that has happened."""

    def problems(self) -> Iterator[Problem]:
        if (self.percent is None) == (self.usd is None):
            yield Problem("percent", "or usd is required, and only one of them")
        if not (self.emails or self.topic or self.stop):
            yield Problem("emails", "or topic is required: a rung must be heard", remedy="name who is to know")
        if self.stop and self.of == "forecast":
            yield Problem("stop", "on a forecast would stop work that has not cost too much", remedy='of="actual"')
        for email in sorted({each for each in self.emails if self.emails.count(each) > 1}):
            yield Problem("emails", "name one address twice", email, "name it once")

    @property
    def threshold(self) -> Threshold:
        """As a budget takes it."""
        basis: Literal["ACTUAL", "FORECASTED"] = "ACTUAL" if self.of == "actual" else "FORECASTED"
        if self.percent is not None:
            return Threshold(basis, Decimal(str(self.percent)), True)
        return Threshold(basis, self.usd or Decimal(0), False)

    def amount(self, limit: Decimal | None) -> Decimal | None:
        """USD at which it speaks, None where the limit is not known beforehand."""
        if self.percent is None:
            return self.usd
        return None if limit is None else limit * self.threshold.value / 100


def rung_problems(rungs: Sequence[Rung], limit: Decimal | None) -> Iterator[Problem]:
    """Why these rungs are no ladder."""
    if len(rungs) > MAX_NOTIFICATIONS:
        yield Problem("rungs", f"are more than the {MAX_NOTIFICATIONS} of a budget", len(rungs), "drop some")
    if all(rung.of == "forecast" for rung in rungs):
        reason = "only forecast: a new budget has no forecast for about five weeks, and is silent"
        yield Problem("rungs", reason, remedy='add a rung with of="actual"')
    for of in ("actual", "forecast"):
        yield from _rising([(index, rung) for index, rung in enumerate(rungs) if rung.of == of], limit)


def _rising(rungs: Sequence[tuple[int, Rung]], limit: Decimal | None) -> Iterator[Problem]:
    for (_, lower), (index, rung) in pairwise(rungs):
        below, here = _heights(lower, rung, limit)
        if below is not None and here is not None and here <= below:
            field = "percent" if rung.percent is not None else "usd"
            reason = f"does not rise above the rung before it ({_shown(lower)})"
            yield Problem(f"rungs.{index}.{field}", reason, _shown(rung), "list rungs in rising order, each once")


def _heights(lower: Rung, rung: Rung, limit: Decimal | None) -> tuple[Decimal | None, Decimal | None]:
    """Percentages compare without a limit; a percentage and an amount only with one."""
    if lower.percent is not None and rung.percent is not None:
        return lower.threshold.value, rung.threshold.value
    return lower.amount(limit), rung.amount(limit)


def _shown(rung: Rung) -> str:
    return f"{rung.percent:g} %" if rung.percent is not None else f"{rung.usd:f} USD"
