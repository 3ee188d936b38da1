"""What one pod pays of a node: the part that its accelerators, CPU and memory keep others from using."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from aicost_iac import catalog
from aicost_iac.catalog import Machine
from aicost_iac.cost.amounts import ZERO, unit_price
from aicost_iac.cost.estimates import Line
from aicost_iac.cost.pricers.demand import Demand
from aicost_iac.cost.pricers.machines import accelerators
from aicost_iac.cost.pricers.nodes import Choice
from aicost_iac.cost.pricers.slices import part_of_gpu
from aicost_iac.cost.pricers.volumes import Charge
from aicost_iac.cost.prices import Missing, Quote
from aicost_iac.cost.site import Site
from aicost_iac.errors import CatalogError
from aicost_iac.rules.world import Subject


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a machine, at the price to expect and at the highest."""

    instance_type: str
    part: Fraction
    low: Quote
    high: Quote

    def line(self, pods: Decimal, quote: Quote) -> Line:
        """What so many pods pay."""
        thing = self.instance_type if self.part == 1 else f"{self.part} of {self.instance_type}"
        return Line(pods, thing, _portion(quote, self.part), _gpus(self.instance_type, self.part))

    def of_disk(self, pods: Decimal, disk: Charge) -> Line:
        """What so many pods pay of a node's disk."""
        units = unit_price(disk.units * self.part.numerator, self.part.denominator)
        return Line(pods * units, disk.thing, disk.quote)


def shares(subject: Subject, wanted: Demand, choice: Choice, site: Site) -> Iterator[Share | Missing]:
    """A share per type that a pod fits on, cheapest first; the reasons why none has a price."""
    found: list[Share] = []
    reasons: list[Missing] = []
    for name in choice.types:
        made = _share(name, subject, wanted, choice, site)
        if isinstance(made, Missing):
            reasons.append(made)
        elif made is not None:
            found.append(made)
    found.sort(key=lambda each: (each.low.usd_hour * each.part.numerator / each.part.denominator, each.instance_type))
    yield from found[:1] if choice.cheapest else found
    if not found:
        yield from reasons or [Missing("fits on no machine it may run on")]
    elif not choice.cheapest:
        yield from reasons


def _share(name: str, subject: Subject, wanted: Demand, choice: Choice, site: Site) -> Share | Missing | None:
    try:
        machine = catalog.machine(name)
    except CatalogError as error:
        return Missing(str(error))
    part = _part(machine, wanted, choice, site)
    if part is None:
        return None
    region = site.region_of(subject)
    high = site.prices.instance(name, region, subject.node)
    if isinstance(high, Missing):
        return high
    spot = site.prices.spot_of(name, region, subject.node, high) if choice.spot else None
    if spot is None and choice.spot and choice.pool is not None:
        spot = site.prices.spot_of(name, region, choice.pool.subject.node, high)
    return Share(name, part, spot or high, high)


def _part(machine: Machine, wanted: Demand, choice: Choice, site: Site) -> Fraction | None:
    """None where the pod does not fit. One without accelerator pays what it asks for: others fill the rest."""
    cpu = Fraction(wanted.cpu) / machine.vcpus
    memory = Fraction(wanted.memory_gib) / Fraction(str(machine.memory_gib))
    if max(cpu, memory) > 1:
        return None
    if not wanted.accelerated:
        return max(cpu, memory) or None
    devices = _devices(machine, wanted, choice, site)
    return None if devices is None else max(devices, _whole(cpu), _whole(memory))


def _devices(machine: Machine, wanted: Demand, choice: Choice, site: Site) -> Fraction | None:
    if not machine.accelerators:
        return None
    if not wanted.slice:
        return _whole(Fraction(wanted.count, machine.accelerators)) if wanted.count <= machine.accelerators else None
    try:
        board = catalog.mig.gpu_of_instance(machine.instance_type)
    except CatalogError:
        return None
    part = part_of_gpu(board, wanted.slice, choice.pool, site)
    return None if part is None else part / machine.accelerators


def _whole(part: Fraction) -> Fraction:
    """As many such pods as fit share the node: what is left over is stranded, and paid by them."""
    return Fraction(1, int(1 / part)) if part else Fraction(0)


def _portion(quote: Quote, part: Fraction) -> Quote:
    if part == 1:
        return quote
    usd = unit_price(quote.usd_hour * part.numerator, part.denominator)
    return replace(quote, usd_hour=usd)


def _gpus(instance_type: str, part: Fraction) -> Decimal:
    whole = accelerators(instance_type)
    return unit_price(whole * part.numerator, part.denominator) if whole else ZERO
