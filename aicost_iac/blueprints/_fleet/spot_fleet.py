"""The legacy engine: a Spot Fleet request, made as safe as it can be.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-fleet-configuration-strategies.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aicost_iac.plan import Resource
from aicost_iac.terraform import iam
from aicost_iac.terraform.tagging import Tags, named

if TYPE_CHECKING:
    from aicost_iac.blueprints.spot_training_fleet import SpotTrainingFleet

_STRATEGIES = {
    "price-capacity-optimized": "priceCapacityOptimized",
    "capacity-optimized": "capacityOptimized",
    "capacity-optimized-prioritized": "capacityOptimizedPrioritized",
}


def request(fleet: SpotTrainingFleet, launch: Resource, partition: str, tags: Tags) -> list[Resource]:
    """The role the service assumes, and last the request.

    With a command the request is one-time, so that an instance that has finished is not replaced; it ends at
    `valid_until`, and with `terraform destroy`, and takes its instances with it.
    """
    name = fleet.named("fleet_role")
    role = iam.service_role(name, f"{fleet.name}-fleet", "spotfleet.amazonaws.com", tags, f"Spot fleet {fleet.name}")
    policy = "service-role/AmazonEC2SpotFleetTaggingRole"
    attached = iam.managed_policy(fleet.named("fleet_policy"), role, policy, partition)
    specification = {"id": launch.ref("id"), "version": launch.ref("latest_version")}
    body = {
        "allocation_strategy": _STRATEGIES[fleet.allocation_strategy],
        "fleet_type": "request" if fleet.command else "maintain",
        "iam_fleet_role": role.ref("arn"),
        "launch_template_config": [{"launch_template_specification": [specification], "overrides": _overrides(fleet)}],
        "on_demand_target_capacity": fleet.on_demand_base or None,
        "tags": named(tags, fleet.name),
        "target_capacity": fleet.capacity.target,
        "terminate_instances_on_delete": "true",
        "terminate_instances_with_expiration": True,
        "valid_until": fleet.valid_until,
        "depends_on": [attached.address],
    }
    spot_request = Resource("aws_spot_fleet_request", fleet.named("fleet"), body, assume=fleet.assumed_prices)
    return [role, attached, spot_request]


def _overrides(fleet: SpotTrainingFleet) -> list[dict[str, object]]:
    """Every type in every subnet: each pair is a pool of its own."""
    weights = fleet.capacity.weights
    return [
        {"instance_type": kind.name, "subnet_id": subnet.id, "weighted_capacity": weights.get(kind.name)}
        for kind in fleet.types
        for subnet in fleet.subnets
    ]
