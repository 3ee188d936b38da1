"""Which pool of a set a pod may go to: whose accelerators, labels and taints allow it."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.cost.pricers.demand import Demand
from aicost_iac.cost.site import Site
from aicost_iac.rules.reading.placement import Demand as Label
from aicost_iac.rules.reading.placement import Term, accelerators
from aicost_iac.rules.reading.pods import Pods
from aicost_iac.rules.reading.pools import Karpenter, Pool, pools

NODE_GROUP = "aws_eks_node_group"
KARPENTER = ("NodePool", "Provisioner")
# Labels that other programs put on nodes: whether a node of a pool has them is not known from the pool.
_SET_BY_OTHERS = (
    "beta.kubernetes.io/",
    "eks.amazonaws.com/",
    "feature.node.kubernetes.io/",
    "karpenter.",
    "kubernetes.io/",
    "node.kubernetes.io/",
    "nvidia.com/",
    "topology.",
)


def pool_for(pods: Pods, options: tuple[Term, ...], wanted: Demand, site: Site) -> Pool | None:
    """The first pool that a pod may go to: whose labels, taints and accelerators allow it."""
    allowed = accelerators(pods, site.world) if wanted.accelerated else None
    for pool in site.world.once(pools):
        if pool.subject.kind not in (*KARPENTER, NODE_GROUP) or not _offers(pool, wanted, allowed):
            continue
        if any(all(_carries(pool, label) for label in each) for each in options) and _tolerated(pool, pods):
            return pool
    return None


def _offers(pool: Pool, wanted: Demand, allowed: frozenset[str] | None) -> bool:
    """Whether its machines have what the pod asks for; a pod without accelerator goes to fixed groups only."""
    if not wanted.accelerated:
        return pool.subject.kind == NODE_GROUP
    return bool(pool.accelerators) and (allowed is None or bool(allowed & (pool.accelerators or frozenset())))


def _carries(pool: Pool, label: Label) -> bool:
    if label.key in pool.labels:
        has = pool.labels[label.key]
        return has is None or label.values is None or bool(has & label.values)
    return label.key.startswith(_SET_BY_OTHERS) or not label.wants_label


def _tolerated(pool: Pool, pods: Pods) -> bool:
    stands = [(each.text("key"), each.text("operator")) for each in pods.spec.blocks("tolerations")]
    return all(any(key in (None, taint) for key, _ in stands) for taint in _taints(pool))


def _taints(pool: Pool) -> Iterator[str]:
    """Keys of the taints that keep pods off. The accelerator's own taint is for all who ask for one."""
    block = pool.block
    if pool.subject.kind in KARPENTER:
        block = Karpenter(pool.subject).template
    for taint in (*block.blocks("taints"), *block.blocks("taint")):
        if (taint.text("effect") or "").replace("_", "").lower() != "prefernoschedule":
            yield taint.text("key") or ""
