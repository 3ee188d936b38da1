"""Node pools: what they are made of, and the labels their nodes carry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from aicost_iac import catalog
from aicost_iac.catalog import InstanceType
from aicost_iac.plan import KubeObject
from aicost_iac.rules.findings import Path
from aicost_iac.rules.reading import gpu_names
from aicost_iac.rules.reading.requirements import TYPE, Requirements
from aicost_iac.rules.reading.values import Block, literal
from aicost_iac.rules.world import Subject, World

POOLS = (
    "ClusterConfig",
    "Node",
    "NodePool",
    "Provisioner",
    "aws_eks_node_group",
    "azurerm_kubernetes_cluster_node_pool",
    "google_container_node_pool",
)


@dataclass(frozen=True)
class Pool:
    """A pool of nodes.

    `labels` maps keys to the values nodes may have, None where unknown; `sealed` says that there are no other keys.
    `accelerators` is what its machines hold, None where unknown and empty for machines without any; `types` are the
    machines themselves by name, empty where unknown.
    """

    subject: Subject
    block: Block
    labels: Mapping[str, frozenset[str] | None]
    sealed: bool
    accelerators: frozenset[str] | None
    label_path: Path
    types: tuple[str, ...] = ()

    def label(self, key: str) -> frozenset[str]:
        """The known values of a label."""
        return self.labels.get(key) or frozenset()

    def at(self, key: str) -> Path:
        return (*self.label_path, key)


@dataclass(frozen=True)
class Karpenter:
    """A Karpenter NodePool, or the Provisioner it was before. https://karpenter.sh/docs/concepts/nodepools/"""

    subject: Subject

    @cached_property
    def spec(self) -> Block:
        return Block(self.subject.body).block("spec")

    @property
    def template(self) -> Block:
        """What holds the requirements."""
        return self.spec if self.subject.kind == "Provisioner" else self.spec.block("template", "spec")

    @property
    def limits(self) -> Block:
        return (
            self.spec.block("limits", "resources") if self.subject.kind == "Provisioner" else self.spec.block("limits")
        )

    @cached_property
    def requirements(self) -> Requirements:
        return Requirements.of(self.template.blocks("requirements"))

    @cached_property
    def gpu_types(self) -> tuple[InstanceType, ...]:
        """The catalog's accelerated EC2 types it may start, if it asks for such machines by name."""
        return self.requirements.types(catalog.instances()) if self.requirements.about_machines else ()


def pools(world: World) -> tuple[Pool, ...]:
    """Every pool of a world; ask `world.once` for it."""
    return tuple(pool for subject in world.of(*POOLS) for pool in _pools(subject))


def pools_of(subject: Subject, world: World) -> tuple[Pool, ...]:
    """The pools that a subject describes."""
    return world.once(_by_subject).get(id(subject), ())


def _by_subject(world: World) -> Mapping[int, tuple[Pool, ...]]:
    found: dict[int, tuple[Pool, ...]] = {}
    for pool in world.once(pools):
        found[id(pool.subject)] = (*found.get(id(pool.subject), ()), pool)
    return found


def _pools(subject: Subject) -> Iterator[Pool]:
    body = Block(subject.body)
    if subject.kind in ("NodePool", "Provisioner"):
        yield _karpenter(Karpenter(subject))
    elif subject.kind == "Node" and isinstance(subject.node, KubeObject):
        yield _node(subject, Block(subject.node.labels, ("metadata", "labels")))
    elif subject.kind == "ClusterConfig":
        for group in (*body.blocks("managedNodeGroups"), *body.blocks("nodeGroups")):
            yield _pool(subject, group, group.block("labels"), _types(group, "instanceType", "instanceTypes"))
    elif subject.kind == "aws_eks_node_group":
        types = _types(body, "instance_types") if body.absent("launch_template") else ()
        yield _pool(subject, body, body.block("labels"), types)
    elif subject.kind == "google_container_node_pool":
        yield _google(subject, body.block("node_config"))
    elif subject.kind == "azurerm_kubernetes_cluster_node_pool":
        yield _pool(subject, body, body.block("node_labels"), _types(body, "vm_size"))


def _pool(subject: Subject, block: Block, labels: Block, types: tuple[str, ...]) -> Pool:
    sealed = not block.unsure(str(labels.path[-1]))
    return Pool(subject, block, _values(labels.body), sealed, _of_types(types), labels.path, types)


def _node(subject: Subject, labels: Block) -> Pool:
    product, machine = labels.text("nvidia.com/gpu.product"), labels.text(TYPE)
    found = gpu_names.of_product(product) if product else gpu_names.of_instance(machine) if machine else None
    return Pool(subject, labels, _values(labels.body), True, found, labels.path, (machine,) if machine else ())


def _karpenter(pool: Karpenter) -> Pool:
    metadata = pool.spec if pool.subject.kind == "Provisioner" else pool.spec.block("template", "metadata")
    labels = metadata.block("labels")
    # Karpenter labels a node with what the pool requires of it.
    required = {key: values or None for key, values in pool.requirements.values.items()}
    names = frozenset(each.accelerator for each in pool.gpu_types) or None
    sealed = not metadata.unsure("labels")
    types = tuple(each.name for each in pool.gpu_types)
    return Pool(pool.subject, pool.spec, {**required, **_values(labels.body)}, sealed, names, labels.path, types)


def _google(subject: Subject, config: Block) -> Pool:
    boards = [each.text("type") for each in config.blocks("guest_accelerator")]
    pool = _pool(subject, config, config.block("labels"), _types(config, "machine_type"))
    return (
        replace(pool, accelerators=_union([gpu_names.of_gke(each) if each else None for each in boards]))
        if boards
        else pool
    )


def _values(labels: Mapping[str, Any]) -> dict[str, frozenset[str] | None]:
    return {key: None if (text := literal(value)) is None else frozenset({text}) for key, value in labels.items()}


def _types(block: Block, *keys: str) -> tuple[str, ...]:
    return tuple(text for key in keys for _, text in block.texts(key))


def _of_types(types: tuple[str, ...]) -> frozenset[str] | None:
    return _union([gpu_names.of_instance(each) for each in types]) if types else None


def _union(found: Iterable[frozenset[str] | None]) -> frozenset[str] | None:
    """All of them, unless one is unknown: then nothing is known."""
    every = list(found)
    return None if None in every or not every else frozenset().union(*(each for each in every if each))
