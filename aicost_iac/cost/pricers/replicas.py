"""How many pods of a template run: least, as expected, most."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from aicost_iac.cost.amounts import Range
from aicost_iac.cost.assumptions import REPLICAS, WAKE_PRICE, number
from aicost_iac.cost.site import Site
from aicost_iac.plan import KubeObject
from aicost_iac.rules.reading.pods import Pods
from aicost_iac.rules.reading.scaling import Scaling
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.world import Subject, World, may_share

_SCALERS = ("ScaledObject", "HorizontalPodAutoscaler")


@dataclass(frozen=True, slots=True)
class Replicas:
    """Pods at the floor, as expected and at the ceiling, and what a reader must know about the figures."""

    count: Range
    note: str = ""


def replicas(pods: Pods, site: Site) -> Replicas:
    """What an autoscaler allows, else what is written.

    What to expect between an autoscaler's bounds is the assumption `replicas`; without one, the least it keeps, and
    one where that is none.
    """
    subject = pods.subject
    scaler = next(_scalers(subject, site.world), None)
    if scaler is None:
        written = Decimal(_written(pods))
        assumed = number(subject.node, REPLICAS)
        return Replicas(Range(*[written if assumed is None else assumed] * 3))
    least, most = (Decimal(each) for each in _bounds(scaler))
    assumed = number(scaler.node, REPLICAS)
    assumed = number(subject.node, REPLICAS) if assumed is None else assumed
    if assumed is None:
        note = f"{scaler.kind} {scaler.name}: {least} to {most} replicas; no load is assumed{_wake(scaler)}"
        return Replicas(Range(least, min(max(least, Decimal(1)), most), most), note)
    note = f"{scaler.kind} {scaler.name}: {least} to {most} replicas, {assumed} assumed{_wake(scaler)}"
    return Replicas(Range(least, max(least, min(assumed, most)), most), note)


def _wake(scaler: Subject) -> str:
    price = number(scaler.node, WAKE_PRICE)
    return "" if price is None else f"; each wake from zero costs ${price}"


def _scalers(subject: Subject, world: World) -> Iterator[Subject]:
    return (each for each in world.once(_by_target).get((subject.kind, subject.name), ()) if _same(each, subject))


def _same(scaler: Subject, subject: Subject) -> bool:
    return may_share(scaler.namespace, subject.namespace)


def _by_target(world: World) -> Mapping[tuple[str, str], list[Subject]]:
    found: dict[tuple[str, str], list[Subject]] = {}
    for scaler in world.of(*_SCALERS):
        target = Block(scaler.body).block("spec", "scaleTargetRef")
        found.setdefault((target.text("kind") or "Deployment", target.text("name") or ""), []).append(scaler)
    return found


def _bounds(scaler: Subject) -> tuple[int, int]:
    """https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/"""
    if scaler.kind == "ScaledObject":
        scaling = Scaling(scaler)
        least = 0 if scaling.to_zero else scaling.least or 0
        return least, 100 if scaling.most is None else scaling.most
    spec = Block(scaler.body).block("spec")
    least = 1 if spec.whole("minReplicas") is None else spec.whole("minReplicas") or 0
    return least, spec.whole("maxReplicas") or least


def _written(pods: Pods) -> int:
    """The replicas of whatever holds the template, all the way up."""
    count = 1
    for holder in _holders(pods):
        count *= _of(holder, pods)
    return count


def _of(holder: Block, pods: Pods) -> int:
    counts = [holder.whole(key) for key in ("replicas", "parallelism") if not holder.absent(key)]
    known = [each for each in counts if each is not None]
    if (size := holder.block("leaderWorkerTemplate").whole("size")) is not None:
        known.append(1 if "leaderTemplate" in pods.block.path else size - _leads(holder))
    total = 1
    for each in known:
        total *= each
    return total


def _leads(holder: Block) -> int:
    """Whether the leader has a template of its own: then it is one of the group's size."""
    return 0 if holder.block("leaderWorkerTemplate").absent("leaderTemplate") else 1


def _holders(pods: Pods) -> Iterator[Block]:
    """The blocks from the object down to the template."""
    node = pods.subject.node
    here: Any = node.body if isinstance(node, KubeObject) else {}
    for key in pods.block.path:
        here = here[key]
        if isinstance(here, Mapping) and here is not pods.block.body:
            yield Block(here)
