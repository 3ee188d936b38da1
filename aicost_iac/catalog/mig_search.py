"""The placement search behind `catalog.mig`: exact, and small because a GPU holds at most seven instances."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from aicost_iac.catalog.mig_boards import MigGpu, MigProfile

Layout = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Placed:
    """One instance and the memory slices it takes: `start` up to `start + size`."""

    profile: str
    start: int
    size: int


def placement(board: MigGpu, layout: Layout) -> tuple[Placed, ...] | None:
    """A placement of every instance of a layout, or None. Counts are positive."""
    profiles = known(board, layout)
    if len(profiles) < len(layout) or not _within_limits(board, profiles, layout):
        return None
    largest_first = sorted(profiles, key=lambda each: -each.memory_slices)
    return _search([each for each in largest_first for _ in range(layout[each.profile])], 0, ())


def parts(board: MigGpu, profiles: Sequence[MigProfile], layout: Layout, base: Layout) -> Iterator[dict[str, int]]:
    """Every feasible sum of `base` and a part of `layout`.

    A part of a feasible layout is feasible, so the first infeasible count ends its branch.
    """
    if not profiles:
        yield dict(base)
        return
    name = profiles[0].profile
    for count in range(layout[name] + 1):
        grown = added(base, {name: count})
        if placement(board, grown) is None:
            return
        yield from parts(board, profiles[1:], layout, grown)


def known(board: MigGpu, layout: Layout) -> list[MigProfile]:
    """The profiles of the board that a layout names."""
    return [each for each in board.profiles if each.profile in layout]


def plain(board: MigGpu) -> list[MigProfile]:
    """The profiles of the board without media and graphics variants."""
    return [each for each in board.profiles if each.plain]


def added(layout: Layout, more: Layout) -> dict[str, int]:
    """The sum of two layouts, without zeros."""
    total = dict(layout)
    for name, count in more.items():
        total[name] = total.get(name, 0) + count
    return {name: count for name, count in total.items() if count}


def unused(board: MigGpu, layout: Layout) -> tuple[int, int]:
    """Memory slices and compute slices that a layout leaves."""
    memory = sum(layout[each.profile] * each.memory_slices for each in known(board, layout))
    compute = sum(layout[each.profile] * each.compute_slices for each in known(board, layout))
    return board.memory_slices - memory, board.compute_slices - compute


def _within_limits(board: MigGpu, profiles: Sequence[MigProfile], layout: Layout) -> bool:
    return (
        all(layout[each.profile] <= each.max_instances for each in profiles)
        and sum(layout.values()) <= board.max_instances
        and sum(layout[each.profile] * each.compute_slices for each in profiles) <= board.compute_slices
        and sum(layout[each.profile] for each in profiles if each.takes_media) <= 1
    )


def _search(queue: Sequence[MigProfile], taken: int, placed: tuple[Placed, ...]) -> tuple[Placed, ...] | None:
    """Backtracking over the starts of the next instance; `taken` has one bit per memory slice in use."""
    if len(placed) == len(queue):
        return placed
    wanted = queue[len(placed)]
    for start in wanted.starts:
        slices = ((1 << wanted.memory_slices) - 1) << start
        if taken & slices or _tried(placed, wanted, start):
            continue
        found = _search(queue, taken | slices, (*placed, Placed(wanted.profile, start, wanted.memory_slices)))
        if found is not None:
            return found
    return None


def _tried(placed: Sequence[Placed], wanted: MigProfile, start: int) -> bool:
    """Whether two equal instances in this order were tried the other way round."""
    return bool(placed) and placed[-1].profile == wanted.profile and start < placed[-1].start
