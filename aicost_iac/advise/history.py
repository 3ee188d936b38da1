"""What an account spent hour by hour that no commitment covers yet, and what it has committed to.

A value: `account.read` makes it of Cost Explorer's answers, `--save` writes it, `--from` reads it back, and a year of
hours from a Cost and Usage Report can be brought in the same form.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationError

from aicost_iac.errors import Problem, UnreadableDocument
from aicost_iac.fields import Model, matching

# Cost Explorer's SupportedSavingsPlansType, without the plans for databases.
PlanType = Literal["COMPUTE_SP", "EC2_INSTANCE_SP", "SAGEMAKER_SP"]
# The same plans as the Savings Plans API spells them.
API_NAMES: dict[PlanType, str] = {
    "COMPUTE_SP": "Compute",
    "EC2_INSTANCE_SP": "EC2Instance",
    "SAGEMAKER_SP": "SageMaker",
}
Dollars = Annotated[Decimal, Field(ge=0, allow_inf_nan=False)]
Share = Annotated[Decimal, Field(ge=0, le=1, allow_inf_nan=False)]
HourStart = Annotated[
    str, matching(r"\d{4}-\d\d-\d\dT\d\d:00:00Z", "a full hour in UTC such as '2026-11-01T00:00:00Z'")
]


class Series(Model):
    """On-demand spend, in USD at list price, that one kind of plan could cover and none covers yet.

    Spot is not in it: no Savings Plan covers spot.
    https://docs.aws.amazon.com/savingsplans/latest/userguide/what-is-savings-plans.html
    """

    plan: PlanType
    scope: str = ""
    """For EC2 Instance plans the family and region, such as `g6e us-east-1`; empty for the others."""
    start: HourStart
    """The first hour; the others follow without a gap."""
    usd_hour: Annotated[Sequence[Dollars], Field(min_length=1), AfterValidator(tuple)]
    daily_mean_usd_hour: Dollars | None = None
    """The mean over the whole lookback, from daily figures: shows whether the hours are typical."""

    @property
    def name(self) -> str:
        """`EC2_INSTANCE_SP g6e us-east-1`."""
        return f"{self.plan} {self.scope}".strip()

    @property
    def first(self) -> datetime:
        """The first hour."""
        return datetime.strptime(self.start, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)

    @property
    def end(self) -> datetime:
        """The hour after the last."""
        return self.first + timedelta(hours=len(self.usd_hour))


class Recommendation(Model):
    """AWS's own recommendation for one kind of plan.

    `discount` is derived from its figures: of what the plan would cover, the part that is not paid.
    https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_SavingsPlansPurchaseRecommendationDetail.html
    """

    plan: PlanType
    scope: str = ""
    term_years: Literal[1, 3]
    payment: str
    lookback: str
    usd_hour: Dollars
    utilisation: Share
    discount: Share | None = None
    offering_id: str | None = None
    generated: str = ""
    """When AWS made it."""


class Held(Model):
    """A commitment the account has already."""

    plan: str
    scope: str = ""
    usd_hour: Dollars
    end: str
    """When it ends."""


class Reading(Model):
    """A share AWS reports of what is held: how much of it is used, how much of the spend it covers."""

    what: str
    utilisation: Share | None = None
    coverage: Share | None = None


class History(Model):
    """Everything an advice is made of. Amounts are decimal strings in its JSON form."""

    version: Literal[1] = 1
    currency: Literal["USD"] = "USD"
    account: str = ""
    lookback_days: Annotated[int, Field(ge=1, le=400)]
    series: Annotated[Sequence[Series], AfterValidator(tuple)] = ()
    recommendations: Annotated[Sequence[Recommendation], AfterValidator(tuple)] = ()
    held: Annotated[Sequence[Held], AfterValidator(tuple)] = ()
    readings: Annotated[Sequence[Reading], AfterValidator(tuple)] = ()
    notes: Annotated[Sequence[str], AfterValidator(tuple)] = ()
    """What could not be read, and what to do about it."""

    def problems(self) -> Iterator[Problem]:
        names = [each.name for each in self.series]
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield Problem("series", "stand twice", name, "sum them: one commitment covers both")

    def recommended(self, series: Series, term_years: int, payment: str) -> Recommendation | None:
        """AWS's recommendation for the same plan, scope, term and payment."""
        for each in self.recommendations:
            same = (each.plan, each.scope) == (series.plan, series.scope)
            if same and (each.term_years, each.payment) == (term_years, payment):
                return each
        return None


def load(path: Path) -> History:
    """A history that `dump` wrote, or that was written by hand in the same form."""
    try:
        return History.model_validate_json(path.read_bytes())
    except OSError as error:
        raise UnreadableDocument(str(path), error.strerror or str(error)) from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "the document"
        raise UnreadableDocument(str(path), f"{place}: {first['msg']}; `--save` writes the form wanted") from error


def dump(history: History) -> str:
    """As JSON, one line a key."""
    return history.model_dump_json(indent=1, exclude_defaults=False) + "\n"
