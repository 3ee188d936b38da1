"""What stops a fleet that burns money for nothing, and who hears of it.

Every guard sets both groups to 0: an instance that only stopped itself would be replaced.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from aicost_iac.blueprints._fleet.groups import Groups
from aicost_iac.expr import Text
from aicost_iac.plan import Resource
from aicost_iac.terraform import autoscaling
from aicost_iac.terraform.autoscaling import group_metric
from aicost_iac.terraform.cloudwatch import Breach, Metric, expression_alarm
from aicost_iac.terraform.messaging import Publishers, account, encrypted_topic
from aicost_iac.terraform.tagging import Tags

if TYPE_CHECKING:
    from aicost_iac.blueprints.spot_training_fleet import SpotTrainingFleet

NAMESPACE = "AICost/Fleet"
# As the CloudWatch agent names it: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Agent-NVIDIA-GPU.html
GPU_METRIC = "nvidia_smi_utilization_gpu"


def topic(fleet: SpotTrainingFleet, partition: str, tags: Tags) -> list[Resource]:
    """The fleet's own topic, when people are to be mailed."""
    if not fleet.notify_emails:
        return []
    where = account(fleet.named("account"))
    publishers = Publishers(("cloudwatch.amazonaws.com",), where.ref("account_id"), partition)
    name = f"{fleet.name}-alarms"
    return [where, *encrypted_topic(fleet.named("alarms"), name, publishers, fleet.notify_emails, tags)]


def guards(fleet: SpotTrainingFleet, both: Groups, notify: Sequence[Text], tags: Tags) -> list[Resource]:
    """Alarms on time, on idleness and on silence."""
    if not (fleet.deadline_hours or fleet.idle_guard or both.fallback):
        return []
    stops = [
        autoscaling.to_zero(f"{group.name}_stop", f"{group.body['name']}-stop", group)
        for group in both.all
        if fleet.deadline_hours or fleet.idle_guard
    ]
    actions = [*(stop.ref("arn") for stop in stops), *notify]
    return [
        *stops,
        *_deadline(fleet, both, actions, tags),
        *_idle(fleet, actions, tags),
        *_silent(fleet, both, notify, tags),
        _blind(fleet, both, notify, tags),
    ]


def _deadline(fleet: SpotTrainingFleet, both: Groups, actions: Sequence[Text], tags: Tags) -> list[Resource]:
    if not fleet.deadline_hours:
        return []
    metrics = [group_metric(f"g{i}", "GroupTotalInstances", group, "Minimum") for i, group in enumerate(both.all)]
    late = Breach(" + ".join(metric.id for metric in metrics), 0, fleet.deadline_hours * 60, "notBreaching")
    text = (
        f"{fleet.name} has run for {fleet.deadline_hours} hours without a pause: its groups are set to 0. "
        "Runbook: look at the last checkpoint; start again with the output `start` if the work is worth it."
    )
    return [expression_alarm(fleet.named("deadline"), f"{fleet.name}-deadline", metrics, late, actions, tags, text)]


def _idle(fleet: SpotTrainingFleet, actions: Sequence[Text], tags: Tags) -> list[Resource]:
    guard = fleet.idle_guard
    if guard is None:
        return []
    idle = Breach(f"IF(gpu < {guard.gpu_percent}, 1, 0)", 0.5, guard.minutes, "notBreaching")
    text = (
        f"No GPU of {fleet.name} was above {guard.gpu_percent} % for {guard.minutes} minutes: its groups are set to 0. "
        "Runbook: read the journal of aicost-workload in the last instance's log; a hung collective and a starved data "
        "loader look like this."
    )
    return [expression_alarm(fleet.named("idle"), f"{fleet.name}-idle", [_gpu(fleet)], idle, actions, tags, text)]


def _silent(fleet: SpotTrainingFleet, both: Groups, notify: Sequence[Text], tags: Tags) -> list[Resource]:
    guard = fleet.idle_guard
    if guard is None:
        return []
    running = [group_metric(f"g{i}", "GroupInServiceInstances", group) for i, group in enumerate(both.all)]
    busy = " + ".join(metric.id for metric in running)
    silent = Breach(f"IF(FILL(gpu, -1) < 0 AND ({busy}) > 0, 1, 0)", 0.5, 15, "notBreaching")
    text = (
        f"Instances of {fleet.name} run, but none reports its GPUs: the idle guard is blind. Runbook: systemctl status "
        "amazon-cloudwatch-agent on an instance; nvidia-smi there."
    )
    metrics = [_gpu(fleet), *running]
    return [expression_alarm(fleet.named("silent"), f"{fleet.name}-silent", metrics, silent, notify, tags, text)]


def _blind(fleet: SpotTrainingFleet, both: Groups, notify: Sequence[Text], tags: Tags) -> Resource:
    metrics = [group_metric("desired", "GroupDesiredCapacity", both.spot)]
    missing = Breach("desired", -1, 30, "breaching", "LessThanThreshold")
    text = (
        f"The group {fleet.name} reports no metrics: fallback and guards see nothing. Runbook: check that metrics "
        "collection is enabled on the group and that the group exists."
    )
    return expression_alarm(fleet.named("blind"), f"{fleet.name}-blind", metrics, missing, notify, tags, text)


def _gpu(fleet: SpotTrainingFleet) -> Metric:
    return Metric("gpu", NAMESPACE, GPU_METRIC, "Maximum", {"Fleet": fleet.name})
