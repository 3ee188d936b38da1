"""What the nodes of a pool are cut into: the result of a partition."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil

from aicost_iac.catalog import InstanceType
from aicost_iac.catalog.gpu_hours import GpuHour, gpu_hour, hour_in
from aicost_iac.catalog.mig import Layout, MigGpu
from aicost_iac.catalog.mig_packing import Need, pack
from aicost_iac.kubernetes.placement import GPU

HOURS_A_MONTH = 730


@dataclass(frozen=True, slots=True)
class Cut:
    """One named config of mig-parted: what the label `nvidia.com/mig.config` of some nodes selects.

    `gpus` holds a layout per GPU of a node, or one for all where their number is open; an empty layout is a whole GPU.
    `count` is how many nodes (or GPUs, where their number is open) the demands need, None where nothing was demanded.
    """

    name: str
    accelerator: str
    board: MigGpu
    gpus: tuple[Layout, ...]
    shape: InstanceType | None = None
    count: int | None = None

    def fits(self, shape: InstanceType) -> bool:
        """Whether nodes of a type can be cut like this: the GPU is the same, and the number of them where it counts."""
        alike = len({tuple(sorted(layout.items())) for layout in self.gpus}) == 1
        counted = self.shape is None or alike or len(self.gpus) == shape.accelerator_count
        return shape.accelerator in self.board.accelerators and not shape.fractional and counted

    def per_node(self, gpus: int | None = None) -> tuple[Layout, ...]:
        """A layout for each GPU of a node with `gpus` of them; by default as many as the cut knows."""
        return self.gpus if gpus in (None, len(self.gpus)) else self.gpus[:1] * gpus

    def capacity(self, gpus: int | None = None) -> Mapping[str, int]:
        """Profile -> how many of it a node offers."""
        total = Counter[str]()
        for layout in self.per_node(gpus):
            total.update(layout)
        return dict(sorted(total.items()))

    def resources(self, gpus: int | None = None) -> Mapping[str, int]:
        """Resource name -> how many of it a node advertises under strategy `mixed`."""
        named = {self.board.profile(name).resource_name: count for name, count in self.capacity(gpus).items()}
        whole = sum(not layout for layout in self.per_node(gpus))
        return {**named, **({GPU: whole} if whole else {})}

    @property
    def is_uniform(self) -> bool:
        """Whether every GPU is cut, and all slices are of one profile: what strategy `single` can express."""
        return all(self.gpus) and len({name for layout in self.gpus for name in layout}) == 1

    @property
    def groups(self) -> Iterator[tuple[Layout, Sequence[int]]]:
        """Different layouts with the indices of their GPUs."""
        found: dict[tuple[tuple[str, int], ...], list[int]] = {}
        for index, layout in enumerate(self.gpus):
            found.setdefault(tuple(sorted(layout.items())), []).append(index)
        return ((dict(layout), indices) for layout, indices in found.items())

    def hour(self, region: str) -> GpuHour | None:
        """What one GPU costs: in the nodes' type, or where it is cheapest."""
        return hour_in(self.shape, region) if self.shape else gpu_hour(self.accelerator, region)


@dataclass(frozen=True, slots=True)
class Partitioned:
    """What a partition became: usually one cut, several where demands need different nodes.

    `served` says which profile the replicas of each need get, `spare` which slices of all nodes have no replica.
    """

    cuts: tuple[Cut, ...]
    served: tuple[tuple[Need, str], ...] = ()
    spare: Layout = field(default_factory=dict)


def demanded(
    name: str, accelerator: str, board: MigGpu, needs: Sequence[Need], shape: InstanceType | None
) -> Partitioned:
    """The best layouts for some needs, on as few kinds of nodes as they can be dealt out to. Raises `CatalogError`."""
    packing = pack(board, needs)
    nodes = Counter(_nodes(packing.gpus, shape.accelerator_count if shape else 1))
    names = [name] if len(nodes) == 1 else [f"{name}-{number}" for number in range(1, len(nodes) + 1)]
    cuts = tuple(
        Cut(label, accelerator, board, tuple(map(dict, node)), shape, count)
        for label, (node, count) in zip(names, sorted(nodes.items()), strict=True)
    )
    return Partitioned(cuts, tuple(zip(needs, packing.profiles, strict=True)), packing.spare)


def _nodes(gpus: Sequence[Layout], size: int) -> Iterator[tuple[tuple[tuple[str, int], ...], ...]]:
    """The layouts dealt out to nodes of `size` GPUs: alike where that works, else one node after the other."""
    kinds = Counter(tuple(layout.items()) for layout in gpus)
    nodes = ceil(len(gpus) / size)
    if all(count % nodes == 0 for count in kinds.values()):
        dealt = [kind for kind, count in sorted(kinds.items()) for _ in range(count // nodes)]
        rows = [dealt] * nodes
    else:
        every = sorted(kinds.elements())
        rows = [every[start : start + size] for start in range(0, len(every), size)]
    for row in rows:
        yield (*row, *[()] * (size - len(row)))
