"""Karpenter's requirements, and which machines meet them. https://karpenter.sh/docs/concepts/scheduling/"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from aicost_iac import catalog
from aicost_iac.catalog import InstanceType
from aicost_iac.rules.reading.values import Block, number

AWS = "karpenter.k8s.aws/"
# EKS Auto Mode has them under its own name: https://docs.aws.amazon.com/eks/latest/userguide/create-node-pool.html
AUTO = "eks.amazonaws.com/"
TYPE = "node.kubernetes.io/instance-type"
# Keys that choose machines: a pool that uses none of them starts whatever is cheapest, GPUs only if pods ask.
_MACHINES = (TYPE, *(f"{owner}instance-{each}" for owner in (AWS, AUTO) for each in (
    "family", "category", "gpu-name", "gpu-count", "gpu-manufacturer", "gpu-memory", "accelerator-name",
    "accelerator-manufacturer", "accelerator-count")))  # fmt: skip
_CATEGORY = re.compile(r"[a-z]+")
_GENERATION = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class _Requirement:
    key: str
    operator: str
    values: frozenset[str]
    """Literal values; empty for an operator without any, or where one is unknown."""
    known: bool

    def meets(self, value: str | None) -> bool:
        """Whether a machine may be started of which a label says this: `""` is no label, None is not known."""
        if not self.known or value is None:
            return True
        if self.operator in ("Gt", "Lt"):
            bound, has = number(next(iter(self.values), None)), number(value)
            return bound is not None and has is not None and (has > bound if self.operator == "Gt" else has < bound)
        answers = {"In": value in self.values, "NotIn": value not in self.values, "Exists": value != "",
                   "DoesNotExist": value == ""}  # fmt: skip
        return answers.get(self.operator, True)


@dataclass(frozen=True, slots=True)
class Requirements:
    """All of a pool's requirements."""

    each: tuple[_Requirement, ...]

    @classmethod
    def of(cls, written: Iterable[Block]) -> Requirements:
        return cls(tuple(_read(block) for block in written))

    @property
    def values(self) -> Mapping[str, frozenset[str]]:
        """The values a node may have by key; empty where any will do."""
        return {each.key: each.values if each.operator == "In" else frozenset() for each in self.each}

    @property
    def about_machines(self) -> bool:
        return any(each.key in _MACHINES and each.operator in ("In", "Exists", "Gt") for each in self.each)

    def types(self, known: Iterable[InstanceType]) -> tuple[InstanceType, ...]:
        """The instance types that meet every requirement."""
        return tuple(kind for kind in known if all(each.meets(_attribute(kind, each.key)) for each in self.each))


def _read(block: Block) -> _Requirement:
    listed = block.get("values")
    texts = [text for _, text in block.texts("values")]
    known = listed is None or (isinstance(listed, list) and len(texts) == len(listed))
    return _Requirement(
        block.text("key") or "", block.text("operator") or "", frozenset(texts) if known else frozenset(), known
    )


def _attribute(kind: InstanceType, key: str) -> str | None:
    """A label of a node of this type: `""` where it has none, None where that is not known."""
    if key == TYPE:
        return kind.name
    if key == "kubernetes.io/arch":
        return kind.arch
    if not key.startswith((AWS, AUTO)):
        return None
    chip = catalog.accelerator(kind.accelerator)
    gpu, npu = chip.kind == "gpu", chip.kind == "npu"
    return {
        "instance-family": kind.family,
        "instance-category": (_CATEGORY.match(kind.family) or [""])[0],
        "instance-generation": (_GENERATION.search(kind.family) or [""])[0],
        "instance-size": kind.name.partition(".")[2],
        "instance-cpu": str(kind.vcpus),
        "instance-memory": str(int(kind.memory_gib * 1024)),
        "instance-gpu-name": (chip.karpenter_gpu_name if gpu else "") or "",
        "instance-gpu-manufacturer": chip.vendor if gpu else "",
        "instance-gpu-count": str(kind.accelerator_count) if gpu else "",
        "instance-accelerator-name": (chip.karpenter_gpu_name if npu else "") or "",
        "instance-accelerator-count": str(kind.accelerator_count) if npu else "",
    }.get(key.partition("/")[2])
