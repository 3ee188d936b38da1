"""Auto Scaling groups for interruptible work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aicost_iac.expr import Text
from aicost_iac.plan import Resource
from aicost_iac.terraform.tagging import Tags, group_tags, named


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
        "desired_capacity_type": "units",
        "mixed_instances_policy": [{"instances_distribution": [instances], "launch_template": [template]}],
        "vpc_zone_identifier": list(subnet_ids),
        "tag": group_tags(named(tags, group_name)),
        "wait_for_capacity_timeout": "0",
        "lifecycle": {"ignore_changes": ["desired_capacity"]},
        **more,
    }
    return Resource("aws_autoscaling_group", name, body)
