"""EC2 instances that stand alone. https://aws.amazon.com/ec2/pricing/on-demand/"""

from __future__ import annotations

from aicost_iac.cost.pricers.buying import Units, bought
from aicost_iac.cost.pricers.machines import (
    LAUNCH_TEMPLATE,
    Wanted,
    attached_volumes,
    machine,
    template_volumes,
)
from aicost_iac.cost.prices import Missing, divided
from aicost_iac.cost.site import Charged, Site, priced
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.world import Subject


@priced("aws_instance", "aws_spot_instance_request")
def instance(subject: Subject, site: Site) -> Charged:
    """One instance and its volumes, all the time; spot where it asks for spot."""
    body, region = Block(subject.body), site.region_of(subject)
    template = site.linked(subject, body.block("launch_template"), LAUNCH_TEMPLATE, "id", "name")
    started = Block({} if template is None else template.body)
    name = body.text("instance_type") or started.text("instance_type")
    if name is None:
        yield Missing("the instance type is known only to Terraform")
        return
    own = body.blocks("root_block_device") or body.blocks("ebs_block_device") or template is None
    volumes, missing = divided(attached_volumes(body, region) if own else template_volumes(template, region))
    yield from missing
    found = machine(Wanted(name), volumes, subject, site)
    if isinstance(found, Missing):
        yield found
        return
    markets = {block.block("instance_market_options").text("market_type") for block in (body, started)}
    spot = subject.kind == "aws_spot_instance_request" or "spot" in markets
    yield from bought([found], Units(1, 1, 1), "first", spot=spot)
