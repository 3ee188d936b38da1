"""Auto Scaling groups for interruptible work, and what scales them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aicost_iac.expr import Text
from aicost_iac.plan import Resource
from aicost_iac.terraform.cloudwatch import Metric
from aicost_iac.terraform.tagging import Tags, group_tags, named

# https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-metrics.html
_METRICS = (
    "GroupDesiredCapacity",
    "GroupInServiceCapacity",
    "GroupInServiceInstances",
    "GroupMaxSize",
    "GroupTerminatingInstances",
    "GroupTotalInstances",
)


@dataclass(frozen=True, slots=True)
class Size:
    """Capacity of a group, in instances, or in weight units when its types carry weights."""

    desired: int
    maximum: int
    minimum: int = 0


@dataclass(frozen=True, slots=True)
class Override:
    """One instance type of a mixed-instances group, and what it counts for."""

    instance_type: str
    weight: int | None = None

    def block(self) -> dict[str, Any]:
        weight = None if self.weight is None else str(self.weight)
        return {"instance_type": self.instance_type, "weighted_capacity": weight}


def distribution(on_demand_base: int, on_demand_percent: int, spot_strategy: str) -> dict[str, Any]:
    """https://docs.aws.amazon.com/autoscaling/ec2/userguide/allocation-strategies.html"""
    return {
        "on_demand_allocation_strategy": "prioritized",
        "on_demand_base_capacity": on_demand_base,
        "on_demand_percentage_above_base_capacity": on_demand_percent,
        "spot_allocation_strategy": spot_strategy,
    }


def mixed_group(
    name: str,
    group_name: str,
    launch_template: Resource,
    overrides: Sequence[Override],
    instances: Mapping[str, Any],
    size: Size,
    subnet_ids: Sequence[Text],
    tags: Tags,
    **more: Any,
) -> Resource:
    """A group that an apply never waits for: spot that is dry today must not fail the deployment.

    `desired_capacity` is set at creation and left to the group afterwards: what finished, or was stopped by a guard,
    stays stopped on the next apply.
    """
    specification = {"launch_template_id": launch_template.ref("id"), "version": launch_template.ref("latest_version")}
    template = {
        "launch_template_specification": [specification],
        "override": [override.block() for override in overrides],
    }
    body = {
        "name": group_name,
        "min_size": size.minimum,
        "max_size": size.maximum,
        "desired_capacity": size.desired,
        "enabled_metrics": list(_METRICS),
        "health_check_type": "EC2",
        "metrics_granularity": "1Minute",
        "mixed_instances_policy": [{"instances_distribution": [instances], "launch_template": [template]}],
        # Balancing zones would terminate healthy instances in the middle of their work.
        "suspended_processes": ["AZRebalance"],
        "vpc_zone_identifier": list(subnet_ids),
        "tag": group_tags(named(tags, group_name)),
        "wait_for_capacity_timeout": "0",
        "lifecycle": {"ignore_changes": ["desired_capacity"]},
        **more,
    }
    return Resource("aws_autoscaling_group", name, body)


def group_metric(identifier: str, name: str, group: Resource, statistic: str = "Average") -> Metric:
    """A metric that a group reports about itself every minute."""
    return Metric(identifier, "AWS/AutoScaling", name, statistic, {"AutoScalingGroupName": group.ref("name")})


def exact_capacity(name: str, policy_name: str, group: Resource | Text, steps: Sequence[Mapping[str, Any]]) -> Resource:
    """A step scaling policy that sets the capacity. Warm-up is 0: capacity that warms up blocks its own scale-in.

    `group` is a resource, or the name of a group of another root.
    """
    body = {
        "name": policy_name,
        "adjustment_type": "ExactCapacity",
        "autoscaling_group_name": group.ref("name") if isinstance(group, Resource) else group,
        "estimated_instance_warmup": 0,
        "metric_aggregation_type": "Average",
        "policy_type": "StepScaling",
        "step_adjustment": list(steps),
    }
    return Resource("aws_autoscaling_policy", name, body)


def to_zero(name: str, policy_name: str, group: Resource | Text, *, below: bool = False) -> Resource:
    """Capacity 0 for an alarm above its threshold, or `below` it."""
    bound = "metric_interval_upper_bound" if below else "metric_interval_lower_bound"
    return exact_capacity(name, policy_name, group, [{bound: "0", "scaling_adjustment": 0}])


def terminating_hook(name: str, hook_name: str, group: Resource, seconds: int) -> Resource:
    """Time for an instance to save its work before a scale-in or a guard takes it: neither sends a spot notice."""
    body = {
        "name": hook_name,
        "autoscaling_group_name": group.ref("name"),
        "default_result": "CONTINUE",
        "heartbeat_timeout": seconds,
        "lifecycle_transition": "autoscaling:EC2_INSTANCE_TERMINATING",
    }
    return Resource("aws_autoscaling_lifecycle_hook", name, body)
