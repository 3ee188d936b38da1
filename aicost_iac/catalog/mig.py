"""Can these MIG instances share one GPU? If not, what can; if so, what stays unused?

A sum of compute slices is not enough: two `3g.40gb` fill all eight memory slices of an H100, so no `1g.10gb`
fits beside them although 3 + 3 + 1 is 7. Every instance needs one of its placements, placements must not
overlap, and the limits on slices, counts and media engines hold
(https://docs.nvidia.com/deploy/nvml-api/structnvmlGpuInstancePlacement__t.html).

A layout maps profile names to counts for one GPU, such as `{"3g.40gb": 1, "2g.20gb": 2}`. A GPU is a MIG model,
an accelerator or a product name, or a `MigGpu`. Every function raises `NoMig` for an accelerator without MIG,
`UnknownName` for any other name and `ValueError` for a negative count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aicost_iac.catalog.mig_boards import MigGpu, MigProfile, gpu, gpu_of_device, gpu_of_instance, gpus
from aicost_iac.catalog.mig_search import Layout, Placed, added, known, parts, placement, plain, unused
from aicost_iac.errors import CatalogError, NoMig

__all__ = [
    "Layout",
    "Leftover",
    "MigGpu",
    "MigProfile",
    "NoMig",
    "Placed",
    "feasible",
    "gpu",
    "gpu_of_device",
    "gpu_of_instance",
    "gpus",
    "leftover",
    "min_driver",
    "misfits",
    "nearest",
    "place",
]

# MIG user guide, Concepts: a 4g and a 3g instance share a GPU from this driver branch on.
_FOUR_AND_THREE = 510


@dataclass(frozen=True, slots=True)
class Leftover:
    """What a layout leaves unused on a GPU, paid for all the same.

    `fits` are the profiles of which one more could be added for nothing; `completion` is the addition that
    leaves least unused, empty when nothing fits.
    """

    compute_slices: int
    memory_slices: int
    memory_gb: float
    fits: tuple[str, ...]
    completion: Layout


def place(model: str | MigGpu, layout: Layout) -> tuple[Placed, ...] | None:
    """A placement of every instance of the layout on one GPU, None when there is none."""
    return placement(_board(model), _counted(layout))


def feasible(model: str | MigGpu, layout: Layout) -> bool:
    """Whether one GPU can hold the layout. A profile the GPU does not have can not be placed."""
    return place(model, layout) is not None


def misfits(model: str | MigGpu, layout: Layout) -> dict[str, int]:
    """The instances left over once as many as possible are placed, by profile; empty means feasible.

    Profiles the GPU does not have are among them.
    """
    wanted = _counted(layout)
    kept = _largest_part(_board(model), wanted)
    return {name: count - kept.get(name, 0) for name, count in wanted.items() if count > kept.get(name, 0)}


def nearest(model: str | MigGpu, layout: Layout) -> dict[str, int]:
    """The feasible layout closest to the one wanted: as many of its instances as possible, then the most memory.

    A profile the GPU does not have is read as the GPU's own one with as many compute slices and at least as much
    memory; one whose compute slices the GPU does not have raises `UnknownName`.
    """
    board = _board(model)
    wanted: dict[str, int] = {}
    for name, count in _counted(layout).items():
        wanted = added(wanted, {_counterpart(board, name): count})
    return _largest_part(board, wanted)


def leftover(model: str | MigGpu, layout: Layout) -> Leftover:
    """What the layout strands on each GPU. Raises `CatalogError` when the layout is not feasible."""
    board, wanted = _board(model), _counted(layout)
    if placement(board, wanted) is None:
        raise CatalogError(
            f"{wanted} does not fit {board.model}; the nearest layout that does is {nearest(board, wanted)}"
        )
    memory, compute = unused(board, wanted)
    return Leftover(
        compute_slices=compute,
        memory_slices=memory,
        memory_gb=memory * board.memory_gb / board.memory_slices,
        fits=tuple(each.profile for each in plain(board) if placement(board, added(wanted, {each.profile: 1}))),
        completion=_completion(board, wanted),
    )


def min_driver(model: str | MigGpu, layout: Layout) -> int | None:
    """The oldest driver branch that the GPU and its layout are known to need, None where no source states one."""
    board = _board(model)
    profiles = known(board, _counted(layout))
    stated = [board.min_driver, *(each.min_driver for each in profiles)]
    if {3, 4} <= {each.compute_slices for each in profiles}:
        stated.append(_FOUR_AND_THREE)
    return max((branch for branch in stated if branch is not None), default=None)


def _board(model: str | MigGpu) -> MigGpu:
    return gpu(model) if isinstance(model, str) else model


def _counted(layout: Layout) -> dict[str, int]:
    for name, count in layout.items():
        if count < 0:
            raise ValueError(f"a MIG layout can not hold {count} of {name!r}; write 0 or more")
    return {name: count for name, count in layout.items() if count}


def _largest_part(board: MigGpu, layout: Layout) -> dict[str, int]:
    profiles = known(board, layout)
    best = max(parts(board, profiles, layout, {}), key=lambda part: _worth(profiles, part))
    return {name: best[name] for name in layout if name in best}


def _worth(profiles: Sequence[MigProfile], part: Layout) -> tuple[int, int, int]:
    counted = [(part.get(each.profile, 0), each) for each in profiles]
    return (
        sum(count for count, _ in counted),
        sum(count * each.memory_slices for count, each in counted),
        sum(count * each.compute_slices for count, each in counted),
    )


def _counterpart(board: MigGpu, name: str) -> str:
    if any(each.profile == name for each in board.profiles):
        return name
    compute, memory = _sizes(name)
    alike = sorted((each for each in plain(board) if each.compute_slices == compute), key=lambda each: each.memory_gb)
    if not alike:
        return board.profile(name).profile
    return next((each for each in alike if each.memory_gb >= memory), alike[-1]).profile


def _sizes(name: str) -> tuple[int, int]:
    """Compute slices and GB in a name such as `1g.10gb+me`, 0 for what is not a number."""
    compute, _, rest = name.partition("g.")
    memory = rest.partition("gb")[0]
    return int(compute) if compute.isdecimal() else 0, int(memory) if memory.isdecimal() else 0


def _completion(board: MigGpu, layout: Layout) -> dict[str, int]:
    candidates = plain(board)
    room = {each.profile: each.max_instances for each in candidates}
    grown = parts(board, candidates, room, layout)
    best = min(grown, key=lambda each: (*unused(board, each), sum(each.values())))
    return {name: count - layout.get(name, 0) for name, count in best.items() if count > layout.get(name, 0)}
