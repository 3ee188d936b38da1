"""Taints of node pools, and what tolerates them.

https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from aicost_iac.rules.findings import Path
from aicost_iac.rules.reading.pools import Karpenter, Pool
from aicost_iac.rules.reading.values import Block, literal

# Each cloud spells the effects its own way.
_EFFECTS: Mapping[str, str] = {
    "NO_EXECUTE": "NoExecute", "NO_SCHEDULE": "NoSchedule", "NoExecute": "NoExecute", "NoSchedule": "NoSchedule",
}  # fmt: skip
# What GKE puts on every pool with GPUs, and tolerates for every pod that asks for one.
GPU = "nvidia.com/gpu"


@dataclass(frozen=True, slots=True)
class Taint:
    """A taint that keeps pods away; `value` is None where it is unknown."""

    key: str
    value: str | None
    effect: str
    path: Path


def taints(pool: Pool) -> tuple[Taint, ...] | None:
    """The taints of a pool that keep pods away, None where nobody can read them."""
    holder, key = _holder(pool)
    if holder.unsure(key) and not isinstance(holder.get(key), list):
        return None
    found = tuple(_read(holder, key))
    return None if any(not each.key for each in found) else tuple(each for each in found if each.effect in _EFFECTS)


def tolerates(tolerations: Iterable[Block], taint: Taint) -> bool:
    """Whether one of these tolerations accepts a taint, or may accept it."""
    return any(_accepts(each, taint) for each in tolerations)


def _accepts(toleration: Block, taint: Taint) -> bool:
    key, effect = toleration.text("key"), toleration.text("effect")
    value = "" if toleration.absent("value") else toleration.text("value")
    if not toleration.absent("effect") and effect is not None and effect != _EFFECTS[taint.effect]:
        return False
    if toleration.absent("key"):
        return toleration.text("operator") == "Exists"
    if key is not None and key != taint.key:
        return False
    return toleration.text("operator") == "Exists" or None in (value, taint.value) or value == taint.value


def _holder(pool: Pool) -> tuple[Block, str]:
    """The block that lists a pool's taints, and the name of the list."""
    kind = pool.subject.kind
    if kind in ("NodePool", "Provisioner"):
        return Karpenter(pool.subject).template, "taints"
    if kind == "azurerm_kubernetes_cluster_node_pool":
        return pool.block, "node_taints"
    return pool.block, "taints" if kind == "ClusterConfig" else "taint"


def _read(holder: Block, key: str) -> Iterator[Taint]:
    for path, text in holder.texts(key):
        name, _, effect = text.rpartition(":")
        yield Taint(name.partition("=")[0], name.partition("=")[2], effect, path)
    for each in holder.blocks(key):
        if "effect" in each.body:
            value = "" if each.absent("value") else each.text("value")
            yield Taint(each.text("key") or "", value, each.text("effect") or "", each.path)
        else:
            # eksctl's short form: key: value:Effect
            yield from (_short(name, value, each.at(name)) for name, value in each.body.items())


def _short(name: str, written: object, path: Path) -> Taint:
    value, _, effect = (literal(written) or "").rpartition(":")
    return Taint(name, value, effect, path)
