"""What starts EC2 instances in numbers: Spot Fleets, EC2 Fleets and Auto Scaling groups."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from aicost_iac import catalog
from aicost_iac.catalog import InstanceType
from aicost_iac.errors import CatalogError
from aicost_iac.expr import Ref
from aicost_iac.plan import Resource
from aicost_iac.rules.findings import Cost, Path
from aicost_iac.rules.reading import gpu_names, prices
from aicost_iac.rules.reading.values import Block, literal
from aicost_iac.rules.world import Facts, Subject, World

SPOT_FLEET, EC2_FLEET, GROUP = "aws_spot_fleet_request", "aws_ec2_fleet", "aws_autoscaling_group"
FLEETS = (SPOT_FLEET, EC2_FLEET, GROUP)


@dataclass(frozen=True, slots=True)
class Choice:
    """An instance type a fleet may start, and how much of its capacity one instance is; None unknown."""

    path: Path
    instance_type: str
    weight: float | None
    block: Block
    """The specification or override that names it."""

    @property
    def weighted(self) -> bool:
        """Whether somebody wrote how much one instance counts."""
        return not self.block.absent("weighted_capacity")

    @property
    def shape(self) -> InstanceType | None:
        """The type in the catalog, None for one it does not hold: unknown, or without accelerator."""
        try:
            return catalog.instance(self.instance_type)
        except CatalogError:
            return None


@dataclass(frozen=True, slots=True)
class Fleet:
    """A fleet with spot instances. `capacity` is what it wants of them, in its own units; None unknown."""

    subject: Subject
    body: Block
    choices: tuple[Choice, ...]
    capacity: float | None
    strategy: tuple[Block, str]
    """Where the spot allocation strategy is, or would be, written."""


def fleet(subject: Subject) -> Fleet | None:
    """The fleet a resource describes, None for one without spot instances."""
    body = Block(subject.body)
    if subject.kind == SPOT_FLEET:
        return Fleet(subject, body, tuple(_spot(body)), body.number("target_capacity"), (body, "allocation_strategy"))
    if subject.kind == EC2_FLEET:
        return _ec2_fleet(subject, body)
    return _group(subject, body)


def _ec2_fleet(subject: Subject, body: Block) -> Fleet | None:
    wanted = body.block("target_capacity_specification")
    if wanted.text("default_target_capacity_type") != "spot" and wanted.absent("spot_target_capacity"):
        return None
    capacity = wanted.number(
        "total_target_capacity" if wanted.absent("spot_target_capacity") else "spot_target_capacity"
    )
    choices = [each for config in body.blocks("launch_template_config") for each in _choices(config, "override")]
    return Fleet(subject, body, tuple(choices), capacity, (body.block("spot_options"), "allocation_strategy"))


def _group(subject: Subject, body: Block) -> Fleet | None:
    """https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-mixed-instances-groups.html"""
    policy = body.block("mixed_instances_policy")
    distribution = policy.block("instances_distribution")
    on_demand = distribution.number("on_demand_percentage_above_base_capacity")
    if on_demand is None or on_demand >= 100:
        return None
    wanted = body.number("max_size" if body.absent("desired_capacity") else "desired_capacity")
    choices = tuple(_choices(policy.block("launch_template"), "override"))
    return Fleet(subject, body, choices, wanted, (distribution, "spot_allocation_strategy"))


def _spot(body: Block) -> Iterator[Choice]:
    yield from _choices(body, "launch_specification")
    for config in body.blocks("launch_template_config"):
        yield from _choices(config, "overrides")


def _choices(block: Block, key: str) -> Iterator[Choice]:
    for each in block.blocks(key):
        if name := each.text("instance_type"):
            weight = 1.0 if each.absent("weighted_capacity") else each.number("weighted_capacity")
            yield Choice(each.at("instance_type"), name, weight, each)


def monthly(running: Fleet, facts: Facts) -> Cost | None:
    """What the fleet costs in a month at on-demand list price, in its cheapest type; spot takes less of it."""
    if running.capacity is None:
        return None
    costs = [
        cost
        for each in running.choices
        if each.weight
        and (cost := prices.month(prices.instance_hour(each.instance_type, facts), _count(running, each)))
    ]
    return min(costs, key=lambda cost: cost.usd_month, default=None)


def group_month(group: Subject, world: World) -> Cost | None:
    """What an Auto Scaling or node group of GPUs costs in a month at on-demand list price, in its cheapest type."""
    body = Block(group.body)
    sizes = body.block("scaling_config")
    keys = ((body, "desired_capacity"), (body, "min_size"), (sizes, "desired_size"))
    count = next((found for block, key in keys if (found := block.number(key))), None)
    named = [text for _, text in body.texts("instance_types")] or gpu_types(group, world)
    hours = [hour for each in named if (hour := prices.instance_hour(each, world.facts))]
    return min(hours).month(count) if count and hours else None


def templates_of(subject: Subject, world: World) -> tuple[Subject, ...]:
    """The launch templates of the world that a fleet or a group refers to."""
    found = (each for address in _references(subject) for each in world.by_address.get(address, ()))
    return tuple(each for each in found if each.kind == "aws_launch_template")


def groups_of(subject: Subject, world: World) -> tuple[Subject, ...]:
    """The Auto Scaling groups of the world that a resource refers to."""
    found = (each for address in _references(subject) for each in world.by_address.get(address, ()))
    return tuple(each for each in found if each.kind == GROUP)


def _references(subject: Subject) -> tuple[str, ...]:
    """The addresses a resource refers to; manifests refer by name."""
    return tuple(sorted(set(subject.node.references()))) if isinstance(subject.node, Resource) else ()


def is_coupled(running: Fleet, world: World) -> bool:
    """Whether its nodes work closely together: in a cluster placement group, or over EFA."""
    templates = [Block(each.body) for each in templates_of(running.subject, world)]
    groups = [block.get("group_name") for each in templates for block in each.blocks("placement")]
    groups += [each.block.get("placement_group") for each in running.choices] + [running.body.get("placement_group")]
    spread = {
        each.node.address for each in world.of("aws_placement_group") if Block(each.body).text("strategy") != "cluster"
    }
    named = [each for each in groups if each and not (isinstance(each, Ref) and each.address in spread)]
    interfaces = [block for each in templates for block in each.blocks("network_interfaces")]
    return bool(named) or any(each.text("interface_type") in ("efa", "efa-only") for each in interfaces)


def zones(running: Fleet) -> tuple[str, ...] | None:
    """The subnets, or else the zones, that the fleet may use; None where nobody can count them."""
    found: list[Any] = []
    for holder in (running.body, *(each.block for each in running.choices)):
        for key in ("subnet_id", "vpc_zone_identifier", "availability_zone", "availability_zones"):
            listed = holder.get(key)
            found += listed if isinstance(listed, list) else [listed] if not holder.absent(key) else []
    # A reference to one attribute is one thing, whatever its value; any other expression may be many.
    known = [str(each) if isinstance(each, Ref) else literal(each) for each in found]
    if not known or any(each is None or "*" in each for each in known):
        return None
    # A specification may list its subnets with commas between them.
    return tuple(dict.fromkeys(part.strip() for each in known if each for part in each.split(",")))


def _count(running: Fleet, choice: Choice) -> int:
    return math.ceil((running.capacity or 0) / (choice.weight or 1))


def gpu_types(group: Subject, world: World) -> tuple[str, ...]:
    """The instance types of an Auto Scaling group, if all that are known have accelerators."""
    policy = Block(group.body).block("mixed_instances_policy", "launch_template")
    named = [text for each in policy.blocks("override") for _, text in each.texts("instance_type")]
    templates = [Block(each.body) for each in templates_of(group, world)]
    named = named or [text for each in templates for _, text in each.texts("instance_type")]
    return tuple(named) if all(gpu_names.machine_of(each) for each in named) else ()
