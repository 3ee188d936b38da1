"""BudgetLadder: a budget that sees the money, and what stands beside it because a budget sees it late."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, ClassVar, Literal, Self, cast

from pydantic import AfterValidator, Field

from aicost_iac.blueprints._budgets import checks, expansion
from aicost_iac.blueprints._budgets.limits import GivenLimit, Limit, Period
from aicost_iac.blueprints._budgets.rungs import Rung
from aicost_iac.blueprints._budgets.scope import BudgetScope
from aicost_iac.blueprints._budgets.settings import BudgetGuards, SlackChannel, UntaggedSpend
from aicost_iac.blueprints._fleet.settings import Email
from aicost_iac.errors import Problem
from aicost_iac.fields import Arn, Text
from aicost_iac.model import Blueprint, Context
from aicost_iac.plan import Plan


class BudgetLadder(Blueprint):
    """A budget with rungs, over tags that are really there, activated, and with guards for the hours it is blind.

    AWS computes a budget anew every 8 to 12 hours. What can be spent in between is computed from the app's plan, noted
    beside the budget, and judged by rule BUD005. A notification stops nothing: `Rung(stop=True)` does, and
    `guards=BudgetGuards()` looks every minute. Spend is counted without credits and refunds, which hide it until they
    end. https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-managing-costs.html
    """

    second_pass: ClassVar[bool] = True

    limit: GivenLimit
    """USD a period; by month or first month of a quarter (`{"2027-01": 40_000, ...}`); `AutoAdjust`; `WorstCase`."""
    period: Period = "monthly"
    """When the count begins anew."""
    scope: BudgetScope = BudgetScope()
    rungs: Annotated[Sequence[Rung], Field(min_length=1), AfterValidator(tuple)]
    """In rising order."""
    tag_activation: Literal["now", "wait", "elsewhere"] = "now"
    """A tag key filters nothing until it is activated for cost allocation, in the management account, and AWS takes a
    key only when a bill has shown it: a day after something with it has run. `now` activates, and the first apply of
    a new key fails on it, after everything else is made: apply again a day later. `wait` leaves it out until then
    (BUD001 reminds). `elsewhere`: another ladder, a `TagPolicy` or another repository has activated it.
    https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/activating-tags.html"""
    untagged: UntaggedSpend | None = UntaggedSpend()
    topic_arn: Arn | None = None
    """An existing topic for rungs with `topic`, for guards and Slack; budgets.amazonaws.com and
    cloudwatch.amazonaws.com must be allowed to publish, by its key as well. Default: one of the ladder's own."""
    topic_emails: Annotated[Sequence[Email], AfterValidator(tuple)] = ()
    """Subscribers of the ladder's own topic; each must confirm."""
    slack: SlackChannel | None = None
    guards: BudgetGuards | None = None
    stop_groups: Annotated[Sequence[Text], AfterValidator(tuple)] = ()
    """Names of more Auto Scaling groups that a stopping rung sets to 0, such as `fleet.outputs.group_name`."""

    @classmethod
    def standard(
        cls,
        name: str,
        limit: GivenLimit,
        *,
        team: Sequence[str],
        leads: Sequence[str] = (),
        finance: Sequence[str] = (),
        **fields: Any,
    ) -> Self:
        """50, 80 and 95 % of actual spend and 100 % of the forecast, to ever more people.

        `team` hears all of it, `leads` from 80 % on, `finance` from 95 % on and of the forecast. The topic, where
        there is one, hears what `leads` hear. `fields` are any others of the ladder.
        """
        topic = any(fields.get(field) for field in ("guards", "slack", "topic_arn", "topic_emails"))
        everybody = [*team, *leads, *finance]
        rungs = [
            Rung(percent=50, emails=team),
            Rung(percent=80, emails=[*team, *leads], topic=topic),
            Rung(percent=95, emails=everybody, topic=topic),
            Rung(percent=100, of="forecast", emails=everybody, topic=topic),
        ]
        return cls(name=name, limit=limit, rungs=rungs, **fields)

    @property
    def needs_topic(self) -> bool:
        """Whether something is published besides the message that stops."""
        heard = any(rung.topic for rung in self.rungs)
        return bool(heard or self.guards or self.slack or self.topic_emails)

    @property
    def stops(self) -> bool:
        """Whether a rung sets groups to 0."""
        return any(rung.stop for rung in self.rungs)

    @property
    def audience(self) -> tuple[str, ...]:
        """The most addresses that one rung tells."""
        return max((tuple(rung.emails) for rung in self.rungs), key=len)

    @property
    def wanted(self) -> Limit:
        """The limit, validated."""
        return cast("Limit", self.limit)

    def problems(self) -> Iterator[Problem]:
        yield from checks.problems(self)

    def expand(self, context: Context) -> Plan:
        return expansion.expand(self, context)
