"""Who hears of an anomaly, how often, and above which size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from aicost_iac.blueprints._fleet.settings import Email
from aicost_iac.errors import Problem
from aicost_iac.fields import Model, Name
from aicost_iac.terraform.cost_explorer import impact

# https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_AnomalySubscription.html
Threshold = Annotated[Decimal, Field(ge=0, le=10_000_000_000, allow_inf_nan=False)]


class AnomalyAlert(Model):
    """One subscription. `immediate` goes to the topic, one message per anomaly; `daily` and `weekly` are mails.

    https://docs.aws.amazon.com/cost-management/latest/userguide/getting-started-ad.html
    """

    name: Name
    """Unique in its blueprint."""
    frequency: Literal["immediate", "daily", "weekly"]
    above_usd: Threshold | None = None
    """The least impact in USD, above what was to be expected."""
    above_percent: Threshold | None = None
    """The least impact in percent of what was to be expected."""
    combine: Literal["and", "or"] = "and"
    """Whether both thresholds must be passed, or one, where both are given."""
    emails: Annotated[Sequence[Email], AfterValidator(tuple)] = ()
    """For `daily` and `weekly`."""
    monitors: Annotated[Sequence[str], AfterValidator(tuple)] = ()
    """Only these monitors: `services`, `accounts`, a tag key or the name of a cost category. Default: all."""

    def problems(self) -> Iterator[Problem]:
        if self.above_usd is None and self.above_percent is None:
            yield Problem("above_usd", "or above_percent is required", remedy="0 tells of every anomaly")
        if self.frequency == "immediate" and self.emails:
            reason = "can not be told at once: AWS sends single alerts to a topic only"
            yield Problem("emails", reason, list(self.emails), "subscribe them to the topic with topic_emails=")
        if self.frequency != "immediate" and not self.emails:
            yield Problem("emails", f"is required: a {self.frequency} summary is a mail", remedy="or say immediate")
        for email in sorted({each for each in self.emails if self.emails.count(each) > 1}):
            yield Problem("emails", "name one address twice", email, "name it once")

    @property
    def threshold(self) -> dict[str, Any]:
        """As a subscription takes it."""
        conditions = []
        if self.above_usd is not None:
            conditions.append(impact("ABSOLUTE", self.above_usd))
        if self.above_percent is not None:
            conditions.append(impact("PERCENTAGE", self.above_percent))
        return {self.combine: conditions} if len(conditions) > 1 else conditions[0]
