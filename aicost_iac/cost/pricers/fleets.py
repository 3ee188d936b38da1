"""Spot Fleet requests and EC2 Fleets.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-fleet-configuration-strategies.html
"""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.cost.pricers.buying import Choice, Units, bought
from aicost_iac.cost.pricers.machines import (
    LAUNCH_TEMPLATE,
    Machine,
    Wanted,
    attached_volumes,
    machine,
    price,
    template_volumes,
)
from aicost_iac.cost.pricers.volumes import Charge
from aicost_iac.cost.prices import Missing, divided
from aicost_iac.cost.site import Charged, Site, priced
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.world import Subject

_CHOICES: dict[str, Choice] = {
    "lowestprice": "cheapest",
    "prioritized": "first",
    "capacityoptimizedprioritized": "first",
}
_KEPT = "maintain"


@priced("aws_spot_fleet_request")
def spot_fleet(subject: Subject, site: Site) -> Charged:
    """The target, on demand and on spot. A one-time request may end by itself: its floor is nothing."""
    body = Block(subject.body)
    target, on_demand = body.whole("target_capacity"), body.whole("on_demand_target_capacity") or 0
    if target is None:
        yield Missing("target_capacity is known only to Terraform")
        return
    machines, missing = divided(_requested(subject, body, site))
    yield from missing
    kept = (body.text("fleet_type") or _KEPT) == _KEPT
    choice = _choice(body.text("allocation_strategy"))
    yield from bought(machines, _units(on_demand, kept), _choice(None), spot=False)
    yield from bought(machines, _units(target - on_demand, kept), choice, spot=True)


@priced("aws_ec2_fleet")
def ec2_fleet(subject: Subject, site: Site) -> Charged:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFleet.html"""
    body = Block(subject.body)
    wanted = body.block("target_capacity_specification")
    total = wanted.whole("total_target_capacity")
    if total is None:
        yield Missing("total_target_capacity is known only to Terraform")
        return
    spot = wanted.whole("spot_target_capacity") or 0
    if wanted.text("default_target_capacity_type") == "spot":
        spot = total - (wanted.whole("on_demand_target_capacity") or 0)
    configs = body.blocks("launch_template_config")
    machines, missing = divided(
        found for each in configs for found in _configured(subject, each, "override", None, site)
    )
    yield from missing
    kept = (body.text("type") or _KEPT) == _KEPT
    strategies = body.block("on_demand_options"), body.block("spot_options")
    on_demand_choice, spot_choice = (_choice(each.text("allocation_strategy")) for each in strategies)
    yield from bought(machines, _units(total - spot, kept), on_demand_choice, spot=False)
    yield from bought(machines, _units(spot, kept), spot_choice, spot=True)


def _units(target: int, kept: bool) -> Units:
    return Units(target if kept else 0, target, target)


def _choice(strategy: str | None) -> Choice:
    """Both APIs take the lowest price where nothing is said; they spell strategies with and without hyphens."""
    return _CHOICES.get((strategy or "lowestPrice").replace("-", "").lower(), "middle")


def _requested(subject: Subject, body: Block, site: Site) -> Iterator[Machine | Missing]:
    cap = body.text("spot_price")
    for each in body.blocks("launch_specification"):
        volumes, missing = divided(attached_volumes(each, site.region_of(subject)))
        yield from missing
        yield _machine(subject, each, each.text("instance_type"), cap, volumes, site)
    for config in body.blocks("launch_template_config"):
        yield from _configured(subject, config, "overrides", cap, site)


def _configured(subject: Subject, config: Block, key: str, cap: str | None, site: Site) -> Iterator[Machine | Missing]:
    specification = config.block("launch_template_specification")
    template = site.linked(
        subject, specification, LAUNCH_TEMPLATE, "id", "name", "launch_template_id", "launch_template_name"
    )
    volumes, missing = divided(template_volumes(template, site.region_of(subject)))
    yield from missing
    own = None if template is None else Block(template.body).text("instance_type")
    for each in config.blocks(key) or (Block({}),):
        if each.blocks("instance_requirements"):
            yield Missing("instance_requirements name no types: override with the types to price")
        else:
            yield _machine(subject, each, each.text("instance_type") or own, cap, volumes, site)


def _machine(
    subject: Subject, choice: Block, name: str | None, cap: str | None, volumes: tuple[Charge, ...], site: Site
) -> Machine | Missing:
    """A type a fleet may start. The maximum price is for a unit of capacity."""
    if name is None:
        return Missing("an instance type is known only to Terraform")
    weight = choice.whole("weighted_capacity") or 1
    highest = price(choice.text("spot_price") or choice.text("max_price") or cap)
    return machine(Wanted(name, weight, None if highest is None else highest * weight), volumes, subject, site)
