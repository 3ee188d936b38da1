"""What looks every minute: vCPUs that run, quotas, groups that fall short or idle.

Usage metrics of vCPU quotas: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Quotas-Visualize-Alarms.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aicost_iac.blueprints._budgets.groups import Group, groups
from aicost_iac.blueprints._budgets.stopping import policy_name, resource_name, shares
from aicost_iac.catalog import Quota
from aicost_iac.errors import Problem
from aicost_iac.expr import Text, references
from aicost_iac.plan import Resource
from aicost_iac.terraform.cloudwatch import Breach, Metric, expression_alarm
from aicost_iac.terraform.tagging import Tags

if TYPE_CHECKING:
    from aicost_iac.blueprints._budgets.settings import BudgetGuards
    from aicost_iac.blueprints.budget_ladder import BudgetLadder
    from aicost_iac.model import Context

# Basic monitoring of EC2: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/manage-detailed-monitoring.html
_BASIC_SECONDS = 300
_DESIRED, _RUNNING, _UNITS = "GroupDesiredCapacity", "GroupInServiceInstances", "GroupInServiceCapacity"


@dataclass(frozen=True, slots=True)
class Watch:
    """A ladder's guards, the policies they may drive, and who hears of them."""

    ladder: BudgetLadder
    wanted: BudgetGuards
    stopped: Sequence[Resource]
    notify: Sequence[Text]
    tags: Tags

    @property
    def drivers(self) -> Sequence[Resource]:
        return self.stopped if self.wanted.stop else ()

    def alarm(
        self, part: str, metrics: Sequence[Metric], breach: Breach, actions: Sequence[Text], text: str
    ) -> Resource:
        name, alarm_name = resource_name(self.ladder, part), f"{self.ladder.name}-{part}"
        return expression_alarm(name, alarm_name, metrics, breach, actions, self.tags, text)


def guards(watch: Watch, covered: Sequence[Group], context: Context) -> Iterator[Resource]:
    """The alarms that were asked for."""
    if watch.wanted.running or watch.wanted.quota_percent:
        for quota, vcpus in _startable(context).items():
            yield from _vcpus(watch, quota, vcpus)
    for group in watched(covered, context):
        if watch.wanted.shortfall_minutes and not _watches_shortfall(group):
            yield _shortfall(watch, group, watch.wanted.shortfall_minutes)
        if watch.wanted.idle_minutes and not _watches_gpus(group):
            yield _idle(watch, group, watch.wanted.idle_minutes)


def watched(covered: Sequence[Group], context: Context) -> Iterator[Group]:
    """Covered groups that alarms of this region can see."""
    for group in covered:
        if group.name is not None and group.seen.region == context.region and not group.elsewhere:
            yield group


def guard_problems(wanted: BudgetGuards, covered: Sequence[Group], context: Context) -> Iterator[Problem]:
    """Groups that report nothing: an alarm on them would sleep for ever."""
    for group in watched(covered, context) if wanted.shortfall_minutes else ():
        needed = {_DESIRED, _unit(group)}
        if lacking := sorted(needed - set(group.resource.body.get("enabled_metrics", ()))):
            reason = f"would see nothing of {group.resource.address}: its enabled_metrics lack {', '.join(lacking)}"
            yield Problem("guards.shortfall_minutes", reason, remedy="enable them, or set it to None")


def _startable(context: Context) -> Counter[Quota]:
    """Accelerated vCPUs that the app's groups can run in this region, by quota."""
    found: Counter[Quota] = Counter()
    for group in groups(context.seen, context.stack):
        if group.seen.region == context.region and not group.elsewhere:
            found.update(group.vcpus)
    return found


def _vcpus(watch: Watch, quota: Quota, vcpus: int) -> Iterator[Resource]:
    code = quota.code.lower()
    asked = {"service_code": "ec2", "quota_code": quota.code}
    data = Resource("aws_servicequotas_service_quota", watch.ladder.named(code), asked, "data")
    # Which class of vCPUs a quota counts is Service Quotas' to say; a wrong guess would be an alarm that sees nothing.
    counted = data.ref("usage_metric[0].metric_dimensions[0].class")
    dimensions: dict[str, Text] = {"Class": counted, "Resource": "vCPU", "Service": "EC2", "Type": "Resource"}
    used = Metric("used", "AWS/Usage", "ResourceCount", "Maximum", dimensions)
    yield data
    if watch.wanted.running:
        yield from _running(watch, quota, used, vcpus + watch.wanted.other_vcpus)
    if percent := watch.wanted.quota_percent:
        text = (
            f"{percent} % of '{quota.name}' ({quota.code}) are in use: what starts next will not, and no error says "
            "so. Runbook: request an increase in Service Quotas, or stop what is not needed."
        )
        breach = Breach("100 * used / SERVICE_QUOTA(used)", percent, 15, "notBreaching", datapoints=1)
        yield watch.alarm(f"quota-{code}", [used], breach, watch.notify, text)


def _running(watch: Watch, quota: Quota, used: Metric, most: int) -> Iterator[Resource]:
    text = (
        f"More than {most} vCPUs of '{quota.name}' run in this region: more than this app's groups can start. Runbook: "
        "list running instances by type, and look for those that carry no cost tags."
    )
    breach = Breach("used", most, 15, "notBreaching", datapoints=1)
    for index, actions in enumerate(shares(watch.drivers, watch.notify), 1):
        yield watch.alarm(f"running-{quota.code.lower()}-{index}", [used], breach, actions, text)


def _shortfall(watch: Watch, group: Group, minutes: int) -> Resource:
    metrics = [_group_metric("desired", _DESIRED, group), _group_metric("running", _unit(group), group)]
    text = (
        f"{group.label} has had less than it wants for {minutes} minutes: work waits, or waits on each other at full "
        "price. Runbook: read the group's activity history; add instance types or zones; look at the quota."
    )
    breach = Breach("desired - running", 0.5, minutes, "ignore")
    return watch.alarm(f"short-{group.label}", metrics, breach, watch.notify, text)


def _idle(watch: Watch, group: Group, minutes: int) -> Resource:
    percent = watch.wanted.idle_cpu_percent
    own = [policy.ref("arn") for policy in watch.drivers if policy.name == policy_name(watch.ladder, group.label)]
    done = "its capacity is set to 0" if own else "it still costs its full price"
    text = (
        f"No processor of {group.label} was above {percent} % for {minutes} minutes: {done}. Runbook: look at the work "
        "in the last instance's log; a loop that waits on a lock or a peer looks like this."
    )
    cpu = Metric("cpu", "AWS/EC2", "CPUUtilization", "Maximum", {"AutoScalingGroupName": group.name or ""})
    breach = Breach(f"IF(cpu < {percent}, 1, 0)", 0.5, minutes, "notBreaching", every=_BASIC_SECONDS)
    return watch.alarm(f"idle-{group.label}", [cpu], breach, [*own, *watch.notify], text)


def _group_metric(identifier: str, name: str, group: Group) -> Metric:
    return Metric(identifier, "AWS/AutoScaling", name, "Average", {"AutoScalingGroupName": group.name or ""})


def _unit(group: Group) -> str:
    """What counts like the desired capacity: instances, or units where types carry weights."""
    return _UNITS if "weighted_capacity" in str(group.resource.body.get("mixed_instances_policy")) else _RUNNING


def _watches_shortfall(group: Group) -> bool:
    """Whether an alarm of the group's own compares what it wants with what it has."""
    for alarm in group.seen.plan.of_type("aws_cloudwatch_metric_alarm"):
        names = {metric.get("metric_name") for metric in _metrics(alarm) if _is_of(metric, group)}
        if _DESIRED in names and names & {_RUNNING, _UNITS}:
            return True
    return False


def _is_of(metric: Mapping[str, Any], group: Group) -> bool:
    values = metric.get("dimensions", {}).values()
    return any(group.resource.address in references(value) for value in values)


def _watches_gpus(group: Group) -> bool:
    """Whether the blueprint that made the group watches its GPUs: it knows better than a processor does."""
    return any(
        alarm.origin == group.resource.origin and "gpu" in str(metric.get("metric_name"))
        for alarm in group.seen.plan.of_type("aws_cloudwatch_metric_alarm")
        for metric in _metrics(alarm)
    )


def _metrics(alarm: Resource) -> Iterator[dict[str, Any]]:
    for query in alarm.body.get("metric_query", ()):
        yield from query.get("metric", ())
