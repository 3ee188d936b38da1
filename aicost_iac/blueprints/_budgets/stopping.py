"""A rung that stops: the smallest declarative way from a budget to groups of no instances.

AWS's own budget actions do not stop a group: it replaces stopped instances, and launches through a service-linked role
that no deny binds. What stops it is capacity 0. The way there needs no code, role or service of its own:

    budget -> topic -> the topic's metric NumberOfMessagesPublished -> alarm -> a scaling policy per group: exactly 0

Only AWS Budgets may publish to that topic. The alarm looks at 15 minutes, so that a metric that arrives late counts
too; while it lasts, Auto Scaling repeats the policy every minute. Afterwards the groups stay at 0 until somebody
starts them, or a period begins and nobody does.
https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html
https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-simple-step.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aicost_iac.blueprints._budgets.coverage import Coverage
from aicost_iac.blueprints._budgets.groups import Group
from aicost_iac.errors import Problem
from aicost_iac.expr import Text
from aicost_iac.plan import Resource
from aicost_iac.terraform import autoscaling, budgets
from aicost_iac.terraform.cloudwatch import MAX_ACTIONS, Breach, Metric, expression_alarm
from aicost_iac.terraform.messaging import Publishers, encrypted_topic
from aicost_iac.terraform.tagging import Tags

if TYPE_CHECKING:
    from aicost_iac.blueprints.budget_ladder import BudgetLadder
    from aicost_iac.model import Context

_WINDOW_MINUTES = 15


@dataclass(frozen=True, slots=True)
class Stop:
    """A group's name as a policy takes it, and what the policy is called."""

    label: str
    group: Text


def stops(ladder: BudgetLadder, covered: Coverage) -> list[Stop]:
    """The groups that are covered, and those that were named."""
    found = [Stop(group.label, group.name) for group in covered.groups if group.name is not None]
    named = [Stop(f"named-{index}", name) for index, name in enumerate(ladder.stop_groups, 1)]
    return [*found, *named]


def stop_problems(ladder: BudgetLadder, covered: Coverage, context: Context) -> Iterator[Problem]:
    """Why the rung could not really stop what it covers."""
    if not stops(ladder, covered):
        yield Problem("rungs", "stop, but the scope covers no group", remedy="name groups with stop_groups=")
    for group in covered.groups:
        if reason := _unstoppable(group, context):
            yield Problem("rungs", f"stop, but {group.resource.address} {reason}")
    known = {group.resource.address for group in covered.groups}
    for item in covered.items:
        if item.accelerators.ceiling and item.address not in known:
            reason = f"stop, but {item.address} is no Auto Scaling group: no scaling policy sets it to 0"
            yield Problem("rungs", reason, remedy="narrow the scope, or use action= for this rung")


def policies(ladder: BudgetLadder, targets: Sequence[Stop]) -> list[Resource]:
    """One per group: capacity exactly 0, for whatever alarm drives it."""
    return [
        autoscaling.to_zero(policy_name(ladder, stop.label), f"{ladder.name}-stop-{stop.label}", stop.group)
        for stop in targets
    ]


def policy_name(ladder: BudgetLadder, label: str) -> str:
    """The plan's name of a group's policy."""
    return resource_name(ladder, f"stops_{label}")


def resource_name(ladder: BudgetLadder, part: str) -> str:
    """The plan's name for a part that is called after somebody else's group."""
    return ladder.named(re.sub(r"[^A-Za-z0-9_-]", "_", part))


def stop_topic(ladder: BudgetLadder, account: Text, partition: str, tags: Tags) -> list[Resource]:
    """The topic first; nobody but AWS Budgets publishes to it."""
    publishers = Publishers((budgets.PUBLISHER,), account, partition)
    return encrypted_topic(ladder.named("stop"), topic_name(ladder), publishers, (), tags)


def topic_name(ladder: BudgetLadder) -> str:
    """What its metric is known by."""
    return f"{ladder.name}-stop"


def stop_alarms(
    ladder: BudgetLadder, stopped: Sequence[Resource], notify: Sequence[Text], tags: Tags
) -> Iterator[Resource]:
    """ALARM when the budget has published: as many as it takes, an alarm has five actions."""
    published = Metric("published", "AWS/SNS", "NumberOfMessagesPublished", "Sum", {"TopicName": topic_name(ladder)})
    breach = Breach("published", 0.5, _WINDOW_MINUTES, "notBreaching", datapoints=1)
    text = (
        f"The budget {ladder.name} has reached a rung that stops: its Auto Scaling groups are set to 0. Runbook: read "
        "the budget's mail; save what is worth it; raise the limit in code before you start the groups again."
    )
    for index, actions in enumerate(shares(stopped, notify), 1):
        name, alarm_name = ladder.named(f"stopped_{index}"), f"{ladder.name}-stopped-{index}"
        yield expression_alarm(name, alarm_name, [published], breach, actions, tags, text)


def shares(stopped: Sequence[Resource], notify: Sequence[Text]) -> Iterator[list[Text]]:
    """The actions of so many alarms as there must be."""
    room = MAX_ACTIONS - len(notify)
    for start in range(0, max(len(stopped), 1), room):
        yield [*(policy.ref("arn") for policy in stopped[start : start + room]), *notify]


def _unstoppable(group: Group, context: Context) -> str | None:
    if group.seen.region != context.region or group.elsewhere:
        return f"is not in {context.region}: an alarm acts in its own region; put a ladder into its stack"
    if group.name is None:
        return "has a name that only its own Terraform root knows; give it a literal one, or put a ladder there"
    if group.minimum:
        return f"keeps {group.minimum} by min_size: no policy goes below; set it to 0"
    return None
