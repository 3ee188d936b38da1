"""What stands beside a budget: who hears through other channels, what looks every minute, what catches the rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated

from pydantic import AfterValidator, Field

from aicost_iac.blueprints._fleet.settings import Email
from aicost_iac.errors import Problem
from aicost_iac.fields import Model, Percent, Usd, matching
from aicost_iac.terraform.budgets import MAX_EMAILS

Minutes = Annotated[int, Field(ge=10, le=1_440)]


class SlackChannel(Model):
    """A Slack channel for the ladder's messages, by Amazon Q Developer in chat applications (once AWS Chatbot).

    The workspace must have been authorized once, in the console.
    https://docs.aws.amazon.com/chatbot/latest/adminguide/slack-setup.html
    """

    workspace_id: Annotated[str, matching(r"[A-Z0-9]{1,255}", "a workspace id such as 'T07EA123LEP'")]
    """Slack's team id."""
    channel_id: Annotated[str, matching(r"[A-Za-z0-9]{1,255}", "a channel id such as 'C07EZ1ABC23'")]
    """The end of the channel's link."""


class UntaggedSpend(Model):
    """A budget over what carries no value of the ladder's first tag key: spend that its filter never sees.

    A cost category takes the key's values over, and calls the rest `untagged`; the budget is about that. Cost
    categories are made in the management account, and count from the first of the month.
    https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/manage-cost-categories.html
    """

    limit: Usd | None = None
    """USD a period. Default: a tenth of the ladder's limit (its lowest, where it is planned)."""
    emails: Annotated[Sequence[Email], Field(max_length=MAX_EMAILS), AfterValidator(tuple)] = ()
    """Default: the widest audience of the ladder's rungs."""


class BudgetGuards(Model):
    """Alarms that look every minute, where a budget looks every 8 to 12 hours; they publish to the ladder's topic."""

    running: bool = True
    """More accelerated vCPUs run in the region than the app's groups could start. Asks Service Quotas at plan time
    which metric counts them: needs credentials for a plan."""
    other_vcpus: Annotated[int, Field(ge=0)] = 0
    """Accelerated vCPUs that run in the region for others, per quota."""
    quota_percent: Percent | None = 90
    """So much of a quota is in use: what starts next will not. None: no such alarm."""
    shortfall_minutes: Minutes | None = 60
    """A covered group has fewer instances than it wants for so long, and nothing of its own watches that."""
    idle_minutes: Annotated[int, Field(ge=10, le=1_440, multiple_of=5)] | None = 60
    """A covered group's processors do nothing for so long, and nothing of its own watches its GPUs."""
    idle_cpu_percent: Annotated[int, Field(ge=1, le=50)] = 3
    """What counts as nothing: a GPU that works is fed by a processor."""
    stop: bool = False
    """An idle group is set to 0, too; and more vCPUs than the app could start set all covered groups to 0."""

    def problems(self) -> Iterator[Problem]:
        if not (self.running or self.quota_percent or self.shortfall_minutes or self.idle_minutes):
            yield Problem("running", "or another guard is required", remedy="leave guards= out for none")
