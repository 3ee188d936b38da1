"""Where pods may land: what they ask of a node, and the accelerators that follow from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from aicost_iac.rules.findings import Path
from aicost_iac.rules.reading import gpu_names
from aicost_iac.rules.reading.pods import Pods
from aicost_iac.rules.reading.pools import Pool, pools
from aicost_iac.rules.reading.requirements import AUTO, AWS, TYPE
from aicost_iac.rules.reading.values import Block, literal
from aicost_iac.rules.world import World

PRODUCT = "nvidia.com/gpu.product"


@dataclass(frozen=True, slots=True)
class Demand:
    """A label that a node must have. `values` is None where any will do, or where they are unknown."""

    key: str
    values: frozenset[str] | None
    operator: str
    path: Path

    @property
    def wants_label(self) -> bool:
        """Whether a node without the label is out."""
        return self.operator in ("In", "Exists", "Gt", "Lt")


# Demands that must all be met.
Term = tuple[Demand, ...]


def terms(pods: Pods) -> tuple[Term, ...]:
    """The alternatives of a pod: each of them names all that it asks of a node."""
    own = tuple(_selector(pods.spec.block("nodeSelector")))
    required = pods.spec.block("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution")
    choices = [tuple(_expressions(term)) for term in required.blocks("nodeSelectorTerms")]
    return tuple((*own, *choice) for choice in choices) or (own,)


def demands(pods: Pods) -> tuple[Demand, ...]:
    """Everything a pod asks for, in any of its alternatives."""
    return tuple(dict.fromkeys(demand for term in terms(pods) for demand in term))


def accelerators(pods: Pods, world: World) -> frozenset[str] | None:
    """The accelerators a pod may get, None where that is unknown."""
    found = _either(_term(term, world) for term in terms(pods))
    for container in pods.running:
        for name, _, _ in container.slices:
            able = gpu_names.of_slice(name)
            found = able if found is None else found & able
    return found or None


def _term(term: Term, world: World) -> frozenset[str] | None:
    """What remains when every demand that says something of the accelerator has spoken."""
    found: frozenset[str] | None = None
    for demand in term:
        if demand.values and demand.operator == "In":
            able = _either(_named(demand.key, value, world) for value in sorted(demand.values))
            found = able if found is None else found & able if able is not None else found
    return found


def _named(key: str, value: str, world: World) -> frozenset[str] | None:
    known = {
        PRODUCT: gpu_names.of_product,
        TYPE: gpu_names.of_instance,
        "beta.kubernetes.io/instance-type": gpu_names.of_instance,
        "cloud.google.com/gke-accelerator": gpu_names.of_gke,
        f"{AWS}instance-family": gpu_names.of_family,
        f"{AWS}instance-gpu-name": gpu_names.of_karpenter,
        f"{AUTO}instance-family": gpu_names.of_family,
        f"{AUTO}instance-gpu-name": gpu_names.of_karpenter,
    }.get(key)
    return known(value) if known else _either(pool.accelerators for pool in _labelled(key, value, world))


def _labelled(key: str, value: str, world: World) -> tuple[Pool, ...]:
    """The pools whose nodes carry a label of the author's."""
    return world.once(_pools_by_label).get((key, value), ())


def _pools_by_label(world: World) -> Mapping[tuple[str, str], tuple[Pool, ...]]:
    found: dict[tuple[str, str], list[Pool]] = {}
    for pool in world.once(pools):
        for key, values in pool.labels.items():
            for value in values or ():
                found.setdefault((key, value), []).append(pool)
    return {pair: tuple(those) for pair, those in found.items()}


def _either(found: Iterable[frozenset[str] | None]) -> frozenset[str] | None:
    """One of several: all of them are possible, and nothing is known when one is unknown."""
    every = list(found)
    known = [each for each in every if each is not None]
    return frozenset().union(*known) if every and len(known) == len(every) else None


def _selector(selector: Block) -> Iterator[Demand]:
    for key, value in selector.body.items():
        text = literal(value)
        yield Demand(str(key), None if text is None else frozenset({text}), "In", selector.at(key))


def _expressions(term: Block) -> Iterator[Demand]:
    for each in term.blocks("matchExpressions"):
        texts = frozenset(text for _, text in each.texts("values"))
        listed = each.get("values")
        known = isinstance(listed, list) and len(texts) == len(set(map(str, listed)))
        operator = each.text("operator") or ""
        yield Demand(each.text("key") or "", texts if known else None, operator, each.at("key"))
