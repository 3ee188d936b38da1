"""What makes a training fleet impossible, each reason with its way out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from aicost_iac import catalog
from aicost_iac.blueprints._fleet import machine
from aicost_iac.blueprints._fleet.capacity import capacity_problems
from aicost_iac.blueprints._fleet.coupled import coupled_problems
from aicost_iac.blueprints._fleet.expansion import workload_of
from aicost_iac.blueprints._fleet.workload import MAX_USER_DATA
from aicost_iac.errors import Problem

if TYPE_CHECKING:
    from aicost_iac.blueprints.spot_training_fleet import SpotTrainingFleet

# Minutes from launch until the work uses a GPU: boot, source, checkpoint, start.
_BOOT_MINUTES = 10


def problems(fleet: SpotTrainingFleet) -> Iterator[Problem]:
    """All of them, in the order of the fields."""
    yield from machine.type_problems("instance_types", fleet.instance_types)
    if len(fleet.types) == len(fleet.instance_types):
        capacity = list(capacity_problems(fleet.types, fleet.wanted))
        yield from capacity
        yield from machine.image_problems(fleet.types) if fleet.ami is None else ()
        yield from () if capacity else _fallback(fleet)
    yield from _bounds(fleet)
    yield from _network(fleet)
    yield from _work(fleet)
    yield from _guards(fleet)
    yield from coupled_problems(fleet) if fleet.coupling == "coupled" else ()
    yield from _engine(fleet)


def _bounds(fleet: SpotTrainingFleet) -> Iterator[Problem]:
    target = fleet.gpus or fleet.instances or 0
    if fleet.max_capacity is not None and fleet.max_capacity < target:
        yield Problem("max_capacity", f"is below the target {target}", fleet.max_capacity, "raise it or leave it out")
    if fleet.min_capacity > target:
        yield Problem("min_capacity", f"is above the target {target}", fleet.min_capacity, "lower it or leave it out")
    if fleet.on_demand_base > target:
        yield Problem("on_demand_base", f"is above the target {target}", fleet.on_demand_base, "lower it")
    for name in fleet.spot_prices:
        if name not in fleet.instance_types:
            yield Problem(f"spot_prices.{name}", "is not in instance_types", name, "remove it or list the type")


def _network(fleet: SpotTrainingFleet) -> Iterator[Problem]:
    for subnet, count in Counter(str(subnet.id) for subnet in fleet.subnets).items():
        if count > 1:
            yield Problem("subnet_ids", f"name one subnet {count} times", subnet, "name it once")
    if fleet.security_group_ids and fleet.vpc_id is not None:
        yield Problem("vpc_id", "is used only for the fleet's own security group", fleet.vpc_id, "remove it")


def _work(fleet: SpotTrainingFleet) -> Iterator[Problem]:
    for field in ("environment", "source_s3_uri", "checkpoints", "idle_guard", "deadline_hours"):
        if getattr(fleet, field) and not fleet.command:
            yield Problem(field, "needs something that runs", remedy="give command= too")
    if fleet.command and (size := len(str(workload_of(fleet, "").user_data()).encode())) > MAX_USER_DATA:
        over = f"make {size} bytes of user data, and EC2 takes {MAX_USER_DATA}"
        yield Problem("command", f"and environment {over}", remedy="put long text into source_s3_uri")


def _fallback(fleet: SpotTrainingFleet) -> Iterator[Problem]:
    settings = fleet.on_demand_fallback
    if settings is None:
        return
    place = "on_demand_fallback"
    yield from machine.type_problems(f"{place}.instance_types", settings.instance_types)
    weights = fleet.capacity.weights
    unlisted = [name for name in settings.instance_types if name not in fleet.instance_types]
    if unlisted:
        reason = "must be among the fleet's: both groups count in one unit"
        yield Problem(f"{place}.instance_types", reason, unlisted, "add them to instance_types")
        return
    sizes = {kind.name: weights[kind.name] for kind in fleet.fallback_types if weights}
    if len(set(sizes.values())) > 1:
        reason = "differ in size: a step could not buy exactly what is short"
        yield Problem(f"{place}.instance_types", reason, sizes, "name types of one size here")
        return
    answer = fleet.fallback
    if answer.cap > answer.target:
        yield Problem(f"{place}.max_capacity", f"is above the target {answer.target}", answer.cap, "lower it")
    if answer.cap % answer.unit:
        reason = f"is not a whole number of instances of {answer.unit} GPUs"
        yield Problem(f"{place}.max_capacity", reason, answer.cap, f"use a multiple of {answer.unit}")


def _guards(fleet: SpotTrainingFleet) -> Iterator[Problem]:
    if fleet.min_capacity and (fleet.idle_guard or fleet.deadline_hours):
        yield Problem("min_capacity", "keeps a guard from stopping the fleet", fleet.min_capacity, "leave it at 0")
    wait = fleet.on_demand_fallback.wait_minutes if fleet.on_demand_fallback else 0
    if fleet.idle_guard is not None and fleet.idle_guard.minutes <= wait + _BOOT_MINUTES:
        reason = f"must exceed fallback wait and boot ({wait} + {_BOOT_MINUTES}), or waiting nodes are stopped"
        yield Problem("idle_guard.minutes", reason, fleet.idle_guard.minutes, f"{wait + _BOOT_MINUTES + 1} or more")
    others = [kind.name for kind in fleet.types if catalog.accelerator(kind.accelerator).vendor != "nvidia"]
    if fleet.idle_guard is not None and others:
        yield Problem("idle_guard", "reads NVIDIA GPUs only", others, "use deadline_hours for these types")
    if fleet.notify_emails and fleet.notify_topic_arn is not None:
        yield Problem("notify_emails", "and notify_topic_arn are two ways to one end", remedy="give one of them")


def _engine(fleet: SpotTrainingFleet) -> Iterator[Problem]:
    if fleet.engine == "auto-scaling":
        if fleet.valid_until is not None:
            reason = "is for spot-fleet: a date that has passed can not be applied again"
            yield Problem("valid_until", reason, fleet.valid_until, "use deadline_hours, which is relative")
        return
    if fleet.valid_until is None:
        reason = "is required with spot-fleet: without an end, its instances are replaced for ever"
        yield Problem("valid_until", reason, remedy="give the time the work must be over")
    for field in _GROUP_ONLY:
        if field in fleet.model_fields_set and getattr(fleet, field) not in (None, False, (), 0, "independent"):
            yield Problem(field, "needs an Auto Scaling group", remedy='leave it out, or engine="auto-scaling"')


_GROUP_ONLY = (
    "capacity_rebalance",
    "coupling",
    "deadline_hours",
    "idle_guard",
    "interruption_queue",
    "max_capacity",
    "min_capacity",
    "notify_emails",
    "notify_topic_arn",
    "on_demand_fallback",
)
