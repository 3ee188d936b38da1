"""Which machines a pod may run on, and how that is known.

In this order: an assumption `instance_type`; a selector that names types; a pool of the same set that the pod may go
to; the cheapest machine with the accelerator it asks for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from aicost_iac import catalog
from aicost_iac.cost.assumptions import INSTANCE_TYPE, assumed
from aicost_iac.cost.pricers.demand import NEURON, Demand
from aicost_iac.cost.pricers.matching import KARPENTER, NODE_GROUP, pool_for
from aicost_iac.cost.prices import Missing
from aicost_iac.cost.site import Site
from aicost_iac.rules.reading.placement import Demand as Label
from aicost_iac.rules.reading.placement import Term, accelerators, terms
from aicost_iac.rules.reading.pods import Pods
from aicost_iac.rules.reading.pools import Karpenter, Pool
from aicost_iac.rules.reading.requirements import TYPE

CAPACITY = "karpenter.sh/capacity-type"
_CAPACITY = (CAPACITY, "eks.amazonaws.com/capacityType")
_OTHER_CLOUDS = ("cloud.google.com/", "kubernetes.azure.com/")


@dataclass(frozen=True)
class Choice:
    """Types a pod may run on. `pool` is the pool they are of; one that is priced itself is `paid`.

    `cheapest`: the types are all that have the accelerator, and only the cheapest is meant.
    """

    types: tuple[str, ...]
    how: str
    pool: Pool | None = None
    paid: bool = False
    spot: bool = False
    cheapest: bool = False


def choose(pods: Pods, wanted: Demand, site: Site) -> Choice | Missing:
    """The machines of a pod; the reason where nothing is known of them."""
    options = terms(pods)
    spot, pool = _asks_for_spot(options), pool_for(pods, options, wanted, site)
    if stated := assumed(pods.subject.node, INSTANCE_TYPE):
        return _named((stated.value,), f"on {stated.value}, as assumed", pool, spot)
    if any(label.key.startswith(_OTHER_CLOUDS) for each in options for label in each):
        return Missing("runs on another cloud's nodes; the assumption 'instance_type' prices a machine of AWS")
    if named := _pinned(options):
        return _named(named, "on the type it selects", pool, spot)
    if pool is not None:
        return _of_pool(pool, spot)
    return _cheapest(pods, wanted, site, spot)


def _named(types: tuple[str, ...], how: str, pool: Pool | None, spot: bool) -> Choice:
    """Types that are named; the nodes are those of a pool that starts all of them."""
    if pool is None or not set(types) <= set(_types(pool)):
        return Choice(types, how, spot=spot)
    of_pool = _of_pool(pool, spot)
    return of_pool if of_pool.paid else replace(of_pool, types=types, how=how)


def _pinned(options: tuple[Term, ...]) -> tuple[str, ...]:
    pinned = [label.values for each in options for label in each if label.key == TYPE and label.operator == "In"]
    return tuple(sorted(name for values in pinned for name in values or ()))


def _asks_for_spot(options: tuple[Term, ...]) -> bool:
    return any(label.key in _CAPACITY and _lower(label) == {"spot"} for each in options for label in each)


def _lower(label: Label) -> set[str]:
    return {value.lower() for value in label.values or ()}


def _of_pool(pool: Pool, spot: bool) -> Choice:
    where = f"{pool.subject.kind} {pool.subject.name}"
    if pool.subject.kind == NODE_GROUP:
        return Choice(_types(pool), f"runs on {where}, which is priced itself", pool, paid=True)
    may = Karpenter(pool.subject).requirements.values.get(CAPACITY, frozenset({"on-demand"}))
    return Choice(_types(pool), f"on nodes of {where}", pool, spot=spot or "spot" in may)


def _types(pool: Pool) -> tuple[str, ...]:
    """The types that a pool may start."""
    if pool.subject.kind in KARPENTER:
        return tuple(each.name for each in Karpenter(pool.subject).gpu_types)
    return tuple(text for _, text in pool.block.texts("instance_types"))


def _cheapest(pods: Pods, wanted: Demand, site: Site, spot: bool) -> Choice | Missing:
    if not wanted.accelerated:
        return Missing("asks for no accelerator: the assumption 'instance_type' prices its share of a machine")
    found = accelerators(pods, site.world)
    if wanted.device == NEURON:
        found = frozenset(
            each.name for each in catalog.accelerators() if each.name.startswith(("Inferentia", "Trainium"))
        )
    if not found:
        return Missing("which accelerator it runs on is not known: the assumption 'instance_type' prices it")
    types = tuple(each.name for each in catalog.instances() if each.accelerator in found and each.status == "current")
    names = " or ".join(sorted(found))
    return Choice(types, f"on the cheapest machine with {names}: no node is named", spot=spot, cheapest=True)
