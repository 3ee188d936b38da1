"""One EC2 instance of a type, with the volumes it is started with, on demand and on spot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from aicost_iac import catalog
from aicost_iac.cost.amounts import ZERO
from aicost_iac.cost.estimates import Line
from aicost_iac.cost.pricers.volumes import Charge, charges
from aicost_iac.cost.prices import Missing, Quote
from aicost_iac.cost.site import Site
from aicost_iac.errors import CatalogError
from aicost_iac.plan import Resource
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.world import Subject

LAUNCH_TEMPLATE, LAUNCH_CONFIGURATION = "aws_launch_template", "aws_launch_configuration"
_NO_ROOT = Missing("the root volume: its size is the image's; a root device with volume_size prices it")


@dataclass(frozen=True, slots=True)
class Machine:
    """A type that may be started. `weight` is what one instance counts for; `spot` is None where nobody gave a price.

    `spot_cap` is the maximum the request sets.
    """

    instance_type: str
    on_demand: Quote
    spot: Quote | None
    volumes: tuple[Charge, ...]
    accelerators: Decimal
    weight: int = 1
    spot_cap: Decimal | None = None
    volumes_hour: Decimal = ZERO
    """USD an hour of the volumes of one instance."""

    def count(self, units: int) -> int:
        """How many instances hold so much capacity."""
        return -(-units // self.weight)

    def low(self, spot: bool) -> Quote:
        """The price to expect; without a spot price, the on-demand one: no saving is claimed."""
        found = (self.spot if spot else None) or self.on_demand
        return min(found, self.high(spot), key=lambda each: each.usd_hour)

    def high(self, spot: bool) -> Quote:
        """The most it can cost."""
        cap = self.spot_cap if spot else None
        if cap is None or cap >= self.on_demand.usd_hour:
            return self.on_demand
        return Quote(cap, "", "given", "maximum spot price of the request")

    def cost(self, units: int, quote: Quote) -> Decimal:
        """USD an hour of so much capacity, volumes included."""
        return self.count(units) * (quote.usd_hour + self.volumes_hour)

    def line(self, units: int, quote: Quote) -> Line:
        """The instances of so much capacity."""
        return Line(Decimal(self.count(units)), self.instance_type, quote, self.accelerators)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A type as a group or fleet names it."""

    instance_type: str
    weight: int = 1
    spot_cap: Decimal | None = None


def machine(wanted: Wanted, volumes: Sequence[Charge], subject: Subject, site: Site) -> Machine | Missing:
    """The priced machine, or why it has no price."""
    region, kind = site.region_of(subject), wanted.instance_type
    quote = site.prices.instance(kind, region, subject.node)
    if isinstance(quote, Missing):
        return quote
    spot = site.prices.spot_of(kind, region, subject.node, quote)
    disks = sum((each.usd_hour for each in volumes), ZERO)
    return Machine(kind, quote, spot, tuple(volumes), accelerators(kind), wanted.weight, wanted.spot_cap, disks)


def price(text: str | None) -> Decimal | None:
    """An amount as a body has it, None for what is none."""
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None


@lru_cache(maxsize=1024)
def accelerators(instance_type: str) -> Decimal:
    """How many accelerators an EC2 type has; a share of one counts as that share, none as 0."""
    try:
        shape = catalog.instance(instance_type)
    except CatalogError:
        return ZERO
    return Decimal(str(shape.accelerator_count * shape.accelerator_share))


def template_volumes(template: Resource | None, region: str) -> Iterator[Charge | Missing]:
    """The volumes of instances started from a launch template.

    A device the template does not map is the image's own.
    """
    if template is None:
        yield Missing("volumes: the launch template is not in the plan")
        return
    disks = [each.block("ebs") for each in Block(template.body).blocks("block_device_mappings") if each.blocks("ebs")]
    if not disks:
        yield _NO_ROOT
    for disk in disks:
        yield from charges(disk, region, "gp2")


def attached_volumes(body: Block, region: str) -> Iterator[Charge | Missing]:
    """The volumes of an `aws_instance` or a launch specification. The provider starts them as gp2."""
    roots = body.blocks("root_block_device")
    if not any(each.whole("volume_size") for each in roots):
        yield _NO_ROOT
    for disk in (*(each for each in roots if each.whole("volume_size")), *body.blocks("ebs_block_device")):
        yield from charges(disk, region, "gp2")
