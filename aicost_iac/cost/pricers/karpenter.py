"""Karpenter's pools: what their limits allow beyond the pods that are known to run there.

https://karpenter.sh/docs/concepts/nodepools/#speclimits
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from aicost_iac.catalog import InstanceType
from aicost_iac.cost.amounts import ZERO
from aicost_iac.cost.estimates import Line, Part
from aicost_iac.cost.pricers.demand import NEURON
from aicost_iac.cost.pricers.matching import KARPENTER
from aicost_iac.cost.pricers.placing import placed
from aicost_iac.cost.prices import Missing, Quote
from aicost_iac.cost.site import Charged, Site, priced
from aicost_iac.kubernetes.autoscaling.quantities import quantity
from aicost_iac.rules.reading.pods import GPU
from aicost_iac.rules.reading.pools import Karpenter
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.world import Subject

_GIB = 2**30


@dataclass(frozen=True, slots=True)
class _Most:
    """So many nodes of a type, at its on-demand price."""

    count: int
    instance_type: str
    quote: Quote

    @property
    def usd_hour(self) -> Decimal:
        return self.count * self.quote.usd_hour


@priced(*KARPENTER)
def pool(subject: Subject, site: Site) -> Charged:
    """Nothing at the floor and as expected: nodes come with pods, and those are priced. At the ceiling, its limits."""
    karpenter = Karpenter(subject)
    if not karpenter.gpu_types:
        yield Missing("its machines are not named: beyond its pods, what it may start is not known")
        return
    if karpenter.limits.absent("cpu") and not karpenter.limits.body:
        yield Missing("it has no limits: beyond its pods, what it may start has no end")
        return
    most = max(_mosts(subject, karpenter, site), key=lambda each: each.usd_hour, default=None)
    if most is None:
        yield Missing("no price is known for its machines")
        return
    pods = _ceiling_of_pods(subject, site)
    left = max(most.usd_hour - pods, ZERO)
    quote = Quote(left, most.quote.as_of, "derived", most.quote.source)
    thing = f"up to {most.count} {most.instance_type}, less the pods that run there"
    nothing = Line(ZERO, thing, quote)
    note = "its pods may cost more than its limits allow: they can not all run" if pods > most.usd_hour else ""
    yield Part("what its limits allow", nothing, nothing, Line(Decimal(1), thing, quote) if left else nothing, note)


def _mosts(subject: Subject, karpenter: Karpenter, site: Site) -> Iterator[_Most]:
    for kind in karpenter.gpu_types:
        quote = site.prices.instance(kind.name, site.region_of(subject))
        count = _count(kind, karpenter.limits)
        if isinstance(quote, Quote) and count is not None:
            yield _Most(count, kind.name, quote)


def _count(kind: InstanceType, limits: Block) -> int | None:
    """How many nodes of a type the limits allow; None where none of them counts what it has."""
    sizes = {
        "cpu": kind.vcpus,
        "memory": kind.memory_gib * _GIB,
        GPU: kind.accelerator_count,
        NEURON: kind.accelerator_count,
    }
    counts = [
        int(limit // size) for key, size in sizes.items() if (limit := quantity(limits.get(key))) is not None and size
    ]
    return min(counts, default=None)


def _ceiling_of_pods(subject: Subject, site: Site) -> Decimal:
    """What the pods that run on the pool cost at most together, without the disks, which no limit counts."""
    total = ZERO
    for templates in site.once(placed).values():
        for each in templates:
            if each.choice and each.choice.pool and each.choice.pool.subject is subject:
                machines = (part for part in each.charged if isinstance(part, Part) and part.ceiling.accelerators)
                total += sum((part.hour.ceiling for part in machines), ZERO)
    return total
