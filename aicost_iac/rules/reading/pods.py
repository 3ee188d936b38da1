"""Pods, wherever a manifest describes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from aicost_iac.plan import KubeObject
from aicost_iac.rules.findings import Path
from aicost_iac.rules.reading.arguments import Arguments, arguments, environment
from aicost_iac.rules.reading.values import Block, literal, whole
from aicost_iac.rules.world import Subject, World

GPU = "nvidia.com/gpu"
MIG = "nvidia.com/mig-"

# Where each kind keeps its pod templates; `*` is every entry of a list or mapping.
_TEMPLATES: Mapping[str, tuple[str, ...]] = {
    "CronJob": ("spec.jobTemplate.spec.template",),
    "DaemonSet": ("spec.template",),
    "Deployment": ("spec.template",),
    "Job": ("spec.template",),
    "JobSet": ("spec.replicatedJobs.*.template.spec.template",),
    "LeaderWorkerSet": ("spec.leaderWorkerTemplate.leaderTemplate", "spec.leaderWorkerTemplate.workerTemplate"),
    "MPIJob": ("spec.mpiReplicaSpecs.*.template",),
    "Pod": ("",),
    "PyTorchJob": ("spec.pytorchReplicaSpecs.*.template",),
    "RayCluster": ("spec.headGroupSpec.template", "spec.workerGroupSpecs.*.template"),
    "RayJob": ("spec.rayClusterSpec.headGroupSpec.template", "spec.rayClusterSpec.workerGroupSpecs.*.template"),
    "RayService": ("spec.rayClusterConfig.headGroupSpec.template", "spec.rayClusterConfig.workerGroupSpecs.*.template"),
    "ReplicaSet": ("spec.template",),
    "StatefulSet": ("spec.template",),
}
WORKLOADS = tuple(sorted(_TEMPLATES))
# What ends when its work is done.
JOBS = ("CronJob", "Job", "JobSet", "MPIJob", "PyTorchJob", "RayJob")


@dataclass(frozen=True)
class Container:
    """One container. `init` containers end before the others start."""

    block: Block
    init: bool = False

    @property
    def name(self) -> str:
        return self.block.text("name") or "?"

    @property
    def image(self) -> str:
        return self.block.text("image") or ""

    @cached_property
    def arguments(self) -> Arguments:
        return arguments(self.block)

    @property
    def words(self) -> tuple[str, ...]:
        """`command` and `args` as they stand, whatever a shell or somebody else makes of them."""
        written = [self.block.get(key) for key in ("command", "args")]
        return tuple(str(each) for listed in written if isinstance(listed, list) for each in listed)

    @property
    def resources(self) -> Iterator[tuple[str, int | None, Path]]:
        """Extended resources: name, count (None unknown), and where it is asked for. Limits stand for requests."""
        limits, requests = self.block.block("resources", "limits"), self.block.block("resources", "requests")
        for name in dict.fromkeys([*limits.body, *requests.body]):
            stands = limits if name in limits.body else requests
            if "/" in name:
                yield name, stands.whole(name), stands.at(name)

    @property
    def gpus(self) -> int | None:
        """Whole GPUs asked for; None where that is unknown."""
        return next((count for name, count, _ in self.resources if name == GPU), 0)

    @property
    def slices(self) -> Iterator[tuple[str, int | None, Path]]:
        """MIG slices asked for, by resource name; a count of 0 asks for none."""
        return ((name, count, path) for name, count, path in self.resources if name.startswith(MIG) and count != 0)

    def env(self) -> Iterator[tuple[str, str, Path]]:
        """Environment variables with a literal value, and where it stands."""
        return environment(self.block)


@dataclass(frozen=True)
class Pods:
    """A pod template of a subject. `block` holds its metadata and spec."""

    subject: Subject
    block: Block

    @property
    def spec(self) -> Block:
        return self.block.block("spec")

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """Labels with a literal value; a bare Pod has its own metadata."""
        node = self.subject.node
        own = node.labels if self.subject.kind == "Pod" and isinstance(node, KubeObject) else None
        written = own if own is not None else self.block.block("metadata", "labels").body
        return {key: text for key, value in written.items() if (text := literal(value)) is not None}

    @cached_property
    def containers(self) -> tuple[Container, ...]:
        """The containers that run side by side: sidecars, which are init containers that stay, among them."""
        early = (
            Container(each, init=each.text("restartPolicy") != "Always") for each in self.spec.blocks("initContainers")
        )
        return (*(Container(each) for each in self.spec.blocks("containers")), *early)

    @property
    def running(self) -> tuple[Container, ...]:
        return tuple(each for each in self.containers if not each.init)

    @property
    def gpus(self) -> int:
        """Whole GPUs that one pod holds, as far as they are known."""
        return sum(each.gpus or 0 for each in self.running)

    @property
    def wants_gpu(self) -> bool:
        """Whether a container asks for a GPU or a part of one."""
        return any(each.gpus != 0 or any(each.slices) for each in self.containers)

    @property
    def replicas(self) -> int:
        """How many such pods are asked for, where it is written; 1 otherwise."""
        written = whole(Block(self.subject.body).block("spec").get("replicas"))
        return 1 if written is None else written


def pods_of(subject: Subject, world: World) -> tuple[Pods, ...]:
    """The pod templates of a subject."""
    return world.once(_by_subject).get(id(subject), ())


def all_pods(world: World) -> tuple[Pods, ...]:
    """Every pod template of a world; ask `world.once` for it."""
    return tuple(template for those in world.once(_by_subject).values() for template in those)


def _by_subject(world: World) -> Mapping[int, tuple[Pods, ...]]:
    return {id(subject): tuple(_pods(subject)) for subject in world.of(*WORKLOADS)}


def _pods(subject: Subject) -> Iterator[Pods]:
    for path in _TEMPLATES[subject.kind]:
        for found in _at(Block(subject.body), path.split(".") if path else ()):
            if found.body:
                yield Pods(subject, found)


def _at(block: Block, keys: Sequence[str]) -> Iterator[Block]:
    if not keys:
        yield block
        return
    key, *rest = keys
    if rest[:1] == ["*"]:
        entries = block.blocks(key) if isinstance(block.get(key), list) else block.block(key).entries()
        for entry in entries:
            yield from _at(entry, rest[1:])
    else:
        yield from _at(block.block(key), rest)
