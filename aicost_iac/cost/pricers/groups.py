"""Auto Scaling groups: plain ones, and mixed-instances groups with overrides, weights and an on-demand share.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-mixed-instances-groups.html
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from aicost_iac.cost.assumptions import FALLBACK_FOR, REPLICAS, assumed, number
from aicost_iac.cost.estimates import Part
from aicost_iac.cost.pricers.buying import Choice, Units, bought
from aicost_iac.cost.pricers.machines import (
    LAUNCH_CONFIGURATION,
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
from aicost_iac.plan import Resource
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.world import Subject

_CHOICES: dict[str, Choice] = {
    "lowest-price": "cheapest",
    "prioritized": "first",
    "capacity-optimized-prioritized": "first",
}


@priced("aws_autoscaling_group")
def group(subject: Subject, site: Site) -> Charged:
    """Minimum, desired and maximum size; spot and on demand as the distribution divides them."""
    body = Block(subject.body)
    policy = body.block("mixed_instances_policy")
    sizes = _sizes(subject, body)
    if isinstance(sizes, Missing):
        yield sizes
        return
    template = _template(subject, body, policy, site)
    machines, missing = divided(_machines(subject, body, policy, template, site))
    yield from missing
    yield from _markets(subject, policy.block("instances_distribution"), sizes, machines, _market(template))


def _markets(
    subject: Subject, distribution: Block, sizes: Units, machines: Sequence[Machine], market: str
) -> Iterator[Part]:
    base = distribution.whole("on_demand_base_capacity") or 0
    percent = distribution.whole("on_demand_percentage_above_base_capacity")
    share = (0 if market == "spot" else 100) if percent is None else percent

    def on_demand(capacity: int) -> int:
        """The base first, then the share above it, rounded up: the safe side."""
        first = min(base, capacity)
        return first - (-(capacity - first) * share // 100)

    listed = sizes.each(on_demand)
    makes_up = assumed(subject.node, FALLBACK_FOR)
    note = f"only what spot falls short of: makes up for {makes_up.value}" if makes_up else ""
    choice = _CHOICES.get(distribution.text("on_demand_allocation_strategy") or "prioritized", "middle")
    yield from bought(machines, listed, choice, spot=False, note=note)
    choice = _CHOICES.get(distribution.text("spot_allocation_strategy") or "lowest-price", "middle")
    yield from bought(machines, sizes.less(listed), choice, spot=True)


def _sizes(subject: Subject, body: Block) -> Units | Missing:
    """A group starts with its minimum where no capacity is desired. Instances it takes from elsewhere count here."""
    least, most = body.whole("min_size") or 0, body.whole("max_size")
    if most is None:
        return Missing("max_size is known only to Terraform")
    desired = body.whole("desired_capacity")
    if desired is None:
        desired = least if body.absent("desired_capacity") else most
    if (expected := number(subject.node, REPLICAS)) is not None:
        desired = math.ceil(expected)
    return Units(least, max(least, min(desired, most)), most)


def _machines(
    subject: Subject, body: Block, policy: Block, template: Resource | None, site: Site
) -> Iterator[Machine | Missing]:
    configuration = site.linked(subject, body, LAUNCH_CONFIGURATION, "launch_configuration")
    volumes, missing = divided(_volumes(template, configuration, site.region_of(subject)))
    yield from missing
    overrides = policy.block("launch_template").blocks("override")
    cap = price(policy.block("instances_distribution").text("spot_max_price")) if overrides else None
    for each in overrides:
        if each.blocks("instance_requirements"):
            yield Missing("instance_requirements name no types: override with the types to price")
        elif name := each.text("instance_type"):
            weight = each.whole("weighted_capacity") or 1
            yield machine(Wanted(name, weight, cap), volumes, subject, site)
        else:
            yield Missing("an override's instance_type is known only to Terraform")
    if not overrides:
        yield _own(template or configuration, volumes, subject, site)


def _template(subject: Subject, body: Block, policy: Block, site: Site) -> Resource | None:
    named = policy.block("launch_template", "launch_template_specification")
    specification = named if policy.body else body.block("launch_template")
    return site.linked(
        subject, specification, LAUNCH_TEMPLATE, "launch_template_id", "launch_template_name", "id", "name"
    )


def _market(template: Resource | None) -> str:
    """A launch template may ask for spot by itself."""
    return Block({} if template is None else template.body).block("instance_market_options").text("market_type") or ""


def _volumes(template: Resource | None, configuration: Resource | None, region: str) -> Iterator[Charge | Missing]:
    if configuration is not None:
        return attached_volumes(Block(configuration.body), region)
    return template_volumes(template, region)


def _own(source: Resource | None, volumes: Sequence[Charge], subject: Subject, site: Site) -> Machine | Missing:
    """The one type of a launch template or configuration."""
    name = None if source is None else Block(source.body).text("instance_type")
    if name is None:
        return Missing("the instance type is not in the plan: name a launch template that is, or overrides")
    return machine(Wanted(name), volumes, subject, site)
