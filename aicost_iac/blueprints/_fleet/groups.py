"""The fleet's group on spot, and its shadow on demand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from aicost_iac.blueprints._fleet.shortfall import Fallback
from aicost_iac.catalog import InstanceType
from aicost_iac.expr import Text
from aicost_iac.plan import Assumption, Resource
from aicost_iac.terraform import autoscaling
from aicost_iac.terraform.autoscaling import group_metric
from aicost_iac.terraform.cloudwatch import Breach, expression_alarm
from aicost_iac.terraform.tagging import Tags

if TYPE_CHECKING:
    from aicost_iac.blueprints.spot_training_fleet import SpotTrainingFleet


@dataclass(frozen=True, slots=True)
class Groups:
    """What scales: the spot group, and the fallback where there is one."""

    spot: Resource
    fallback: Resource | None

    @property
    def all(self) -> list[Resource]:
        return [self.spot] if self.fallback is None else [self.spot, self.fallback]


def groups(fleet: SpotTrainingFleet, launch: Resource, placement: Resource | None, tags: Tags) -> Groups:
    """The groups, without what watches them."""
    want = fleet.capacity
    more: dict[str, Any] = {"placement_group": placement.ref("name")} if placement else {}
    subnets = [subnet.id for subnet in fleet.subnets]
    spot = autoscaling.mixed_group(
        fleet.named("group"),
        fleet.name,
        launch,
        _overrides(fleet, fleet.types),
        autoscaling.distribution(fleet.on_demand_base, 0, fleet.allocation_strategy),
        autoscaling.Size(want.target, fleet.max_capacity or want.target, fleet.min_capacity),
        subnets,
        tags,
        capacity_rebalance=fleet.capacity_rebalance,
        **more,
    )
    spot = replace(spot, assume=fleet.assumed_prices)
    if fleet.on_demand_fallback is None:
        return Groups(spot, None)
    return Groups(spot, _fallback_group(fleet, launch, spot, subnets, tags, more))


def fallback_policies(fleet: SpotTrainingFleet, both: Groups, actions: Sequence[Text], tags: Tags) -> list[Resource]:
    """Two alarms on the shortfall of spot, and the policies they drive."""
    settings = fleet.on_demand_fallback
    if settings is None or both.fallback is None:
        return []
    in_service = "GroupInServiceCapacity" if fleet.capacity.weights else "GroupInServiceInstances"
    metrics = [
        group_metric("desired", "GroupDesiredCapacity", both.spot),
        group_metric("running", in_service, both.spot),
    ]
    steps = [step.block() for step in fleet.fallback.steps()]
    buy = autoscaling.exact_capacity(fleet.named("buy"), f"{fleet.name}-buy", both.fallback, steps)
    give_back = autoscaling.to_zero(fleet.named("give_back"), f"{fleet.name}-give-back", both.fallback, below=True)
    short = Breach("desired - running", 0.5, settings.wait_minutes, "ignore")
    whole = Breach("desired - running", 0.5, settings.recovery_minutes, "ignore", "LessThanThreshold")
    return [
        buy,
        give_back,
        expression_alarm(
            fleet.named("short"),
            f"{fleet.name}-short",
            metrics,
            short,
            [buy.ref("arn"), *actions],
            tags,
            f"Spot is short of {fleet.name}'s target: on-demand instances are bought, up to {fleet.fallback.cap} "
            f"{fleet.capacity.unit}, in steps of {fleet.fallback.quantum}. Runbook: read the group's activity history; "
            "add instance types or zones; set the group's desired capacity lower if the work can wait.",
        ),
        expression_alarm(
            fleet.named("recovered"),
            f"{fleet.name}-recovered",
            metrics,
            whole,
            [give_back.ref("arn")],
            tags,
            f"Spot delivers {fleet.name}'s target; nothing is bought on demand: ALARM is this alarm's state at rest. "
            "Runbook: nothing to do.",
        ),
    ]


def fallback_of(fleet: SpotTrainingFleet) -> Fallback:
    """How the fleet answers a shortfall, in the unit of its target."""
    settings = fleet.on_demand_fallback
    target = fleet.capacity.target
    if settings is None:
        return Fallback(target, 0)
    weights = fleet.capacity.weights
    unit = weights.get(fleet.fallback_types[0].name, 1) if weights else 1
    return Fallback(target, settings.max_capacity or target, unit)


def _fallback_group(
    fleet: SpotTrainingFleet, launch: Resource, spot: Resource, subnets: list[Text], tags: Tags, more: dict[str, Any]
) -> Resource:
    group = autoscaling.mixed_group(
        fleet.named("fallback"),
        fleet.fallback_name,
        launch,
        _overrides(fleet, fleet.fallback_types),
        autoscaling.distribution(0, 100, fleet.allocation_strategy),
        autoscaling.Size(0, fleet.fallback.cap),
        subnets,
        tags,
        default_instance_warmup=0,
        **more,
    )
    return replace(group, assume=(Assumption("fallback_for", spot.address, "address"),))


def _overrides(fleet: SpotTrainingFleet, types: Sequence[InstanceType]) -> list[autoscaling.Override]:
    weights = fleet.capacity.weights
    return [autoscaling.Override(kind.name, weights.get(kind.name)) for kind in types]
