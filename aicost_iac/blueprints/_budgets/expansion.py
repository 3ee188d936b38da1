"""A ladder's resources: budgets, their topics and actions, the catch-all, guards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from aicost_iac.blueprints._budgets import acting, checks, stopping
from aicost_iac.blueprints._budgets.coverage import Coverage, coverage
from aicost_iac.blueprints._budgets.guards import Watch, guards
from aicost_iac.blueprints._budgets.limits import AutoAdjust, WorstCase, attributes
from aicost_iac.blueprints._budgets.untagged import catch_all
from aicost_iac.errors import InvalidBlueprint
from aicost_iac.expr import Text
from aicost_iac.plan import Assumption, Output, Plan, Resource
from aicost_iac.terraform import budgets, cost_explorer, spend
from aicost_iac.terraform.messaging import Publishers, account, encrypted_topic, slack_channel
from aicost_iac.terraform.spend import Filter
from aicost_iac.terraform.tagging import Tags
from aicost_iac.terraform.versions import always

if TYPE_CHECKING:
    from aicost_iac.blueprints._budgets.rungs import Rung
    from aicost_iac.blueprints.budget_ladder import BudgetLadder
    from aicost_iac.model import Context

# Whose messages the topic carries: https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html
_PUBLISHERS = (budgets.PUBLISHER, "costalerts.amazonaws.com", "cloudwatch.amazonaws.com")


@dataclass(frozen=True, slots=True)
class Topics:
    """Where rungs publish: for people and programs, and for what stops."""

    resources: tuple[Resource, ...]
    told: Text | None
    stop: Text | None

    def of(self, rung: Rung) -> Text | None:
        return self.stop if rung.stop else self.told if rung.topic else None

    @property
    def notify(self) -> list[Text]:
        return [] if self.told is None else [self.told]


def expand(ladder: BudgetLadder, context: Context) -> Plan:
    """Everything, once it is known that the filter matches something and that what should stop can."""
    combine = always(context.provider_version, *spend.COMBINES)
    whole = coverage(ladder.scope.filters, context.seen, context.stack)
    if found := list(checks.placed(ladder, whole, context, combine=combine)):
        raise InvalidBlueprint(f"BudgetLadder {ladder.name!r}", found)
    tags = context.tags.keys()
    where = account(ladder.named("account"))
    topics = _topics(ladder, where.ref("account_id"), context.partition, tags)
    made = list(_budgets(ladder, topics, context, whole, combine=combine))
    acts = list(acting.actions(ladder, made[0], topics.told, where.ref("account_id"), context.partition, tags))
    resources = [
        *([where] if topics.resources or acts else ()),
        *topics.resources,
        *made,
        *acts,
        *_activations(ladder, context),
        *catch_all(ladder, made[0], topics.told, combine=combine, tags=tags),
        *_watching(ladder, topics, whole, context, tags),
    ]
    own = frozenset(group.resource.address for group in whole.groups if group.own)
    return Plan(tuple(resources), outputs=_outputs(made, topics), external=ladder.reads() | own)


def _budgets(
    ladder: BudgetLadder, topics: Topics, context: Context, whole: Coverage, *, combine: bool
) -> Iterator[Resource]:
    """One, or one per key and dimension where they can not be combined."""
    filters = ladder.scope.filters
    notifications = [budgets.notification(rung.threshold, rung.emails, topics.of(rung)) for rung in ladder.rungs]
    tags = context.tags.keys()
    if combine or len(filters) < 2:
        yield _budget(ladder, filters, whole, notifications, tags, combine=combine)
        return
    for each in filters:
        covered = coverage([each], context.seen, context.stack)
        yield _budget(ladder, [each], covered, notifications, tags, combine=False, part=each.label)


def _budget(
    ladder: BudgetLadder,
    filters: Sequence[Filter],
    covered: Coverage,
    notifications: Sequence[Mapping[str, Any]],
    tags: Tags,
    *,
    combine: bool,
    part: str = "",
) -> Resource:
    limit, derived = _limit(ladder, covered)
    name = f"{ladder.name}-{part}" if part else ladder.name
    return budgets.budget(
        stopping.resource_name(ladder, f"budget_{part}" if part else "budget"),
        name,
        cast("budgets.TimeUnit", ladder.period.upper()),
        attributes(limit),
        spend.filtered(filters, combine=combine),
        notifications,
        tags,
        (*covered.notes(), *derived),
    )


def _limit(
    ladder: BudgetLadder, covered: Coverage
) -> tuple[Decimal | Mapping[str, Decimal] | AutoAdjust, tuple[Assumption, ...]]:
    wanted = ladder.wanted
    if not isinstance(wanted, WorstCase):
        return wanted, ()
    source = f"worst case of {len(covered.items)} resources, all {ladder.period.removesuffix('ly')} long"
    note = Assumption("limit_margin", str(wanted.margin_percent), "percent", source, covered.as_of)
    return wanted.amount(covered.usd_hour, ladder.period), (note,)


def _topics(ladder: BudgetLadder, account_id: Text, partition: str, tags: Tags) -> Topics:
    resources: list[Resource] = []
    told, stop = ladder.topic_arn, None
    if told is None and ladder.needs_topic:
        publishers = Publishers(_PUBLISHERS, account_id, partition)
        made = encrypted_topic(ladder.named("topic"), ladder.name, publishers, ladder.topic_emails, tags)
        told = made[0].ref("arn")
        resources += made
    if ladder.stops:
        made = stopping.stop_topic(ladder, account_id, partition, tags)
        stop = made[0].ref("arn")
        resources += made
    if ladder.slack is not None and told is not None:
        slack = ladder.slack
        resources += slack_channel(
            ladder.named("slack"), ladder.name, slack.workspace_id, slack.channel_id, [told], tags
        )
    return Topics(tuple(resources), told, stop)


def _activations(ladder: BudgetLadder, context: Context) -> Iterator[Resource]:
    """Of each key, unless the app has it activated already."""
    known = {
        resource.body.get("tag_key")
        for each in context.seen
        for resource in each.plan.of_type("aws_ce_cost_allocation_tag")
    }
    for key in ladder.scope.tag_values if ladder.tag_activation == "now" else ():
        if key not in known:
            yield cost_explorer.activation(key)


def _watching(
    ladder: BudgetLadder, topics: Topics, covered: Coverage, context: Context, tags: Tags
) -> Iterator[Resource]:
    stopped: list[Resource] = []
    if ladder.stops or (ladder.guards and ladder.guards.stop):
        stopped = stopping.policies(ladder, stopping.stops(ladder, covered))
    yield from stopped
    if ladder.stops:
        yield from stopping.stop_alarms(ladder, stopped, topics.notify, tags)
    if ladder.guards:
        watch = Watch(ladder, ladder.guards, stopped, topics.notify, tags)
        yield from guards(watch, covered.groups, context)


def _outputs(made: Sequence[Resource], topics: Topics) -> dict[str, Output]:
    outputs = {"budget_names": Output([each.ref("name") for each in made], "Its budgets")}
    if topics.told is not None:
        outputs["topic_arn"] = Output(topics.told, "Where rungs and guards are published: subscribe pagers here")
    if topics.stop is not None:
        outputs["stop_topic_arn"] = Output(topics.stop, "A message here sets the covered groups to 0")
    return outputs
