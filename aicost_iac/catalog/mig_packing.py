"""Which layouts hold all of these replicas on the fewest GPUs, and strand the least of them?

Exact: every layout that nothing can be added to is a candidate (28 of them on a board with seven slices), and a
shortest path over what is still unserved finds the best choice. All replicas of a need get slices of one profile, for
their pods ask for one resource; it is a profile with the least memory that suffices.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import combinations, product
from math import prod

from aicost_iac.catalog.mig_boards import MigGpu, MigProfile
from aicost_iac.catalog.mig_search import Layout, added, parts, placement, plain, unused
from aicost_iac.errors import CatalogError

# Counts of unserved replicas that are looked at: some seconds.
_MOST_STATES = 20_000
Counts = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Need:
    """`replicas` that each need a slice with this much usable memory (GiB, as the driver reports it)."""

    replicas: int
    memory_gib: float


@dataclass(frozen=True, slots=True)
class Packing:
    """One layout per GPU, equal ones side by side, and the profile of each need, in the order they were given.

    `spare` are the slices without a replica, of all GPUs together.
    """

    gpus: tuple[Layout, ...]
    profiles: tuple[str, ...]
    spare: Layout


@dataclass(frozen=True, slots=True, order=True)
class _Candidate:
    """A layout that is full. `offers` counts its slices of each profile that is wanted."""

    cost: Counts
    layout: tuple[tuple[str, int], ...]
    offers: Counts


def suitable(board: MigGpu, memory_gib: float) -> tuple[MigProfile, ...]:
    """The profiles with the least memory that suffices, without media variants: none where the board has too little."""
    able = [each for each in plain(board) if each.planning_memory_gib >= memory_gib]
    least = min((each.memory_slices for each in able), default=0)
    return tuple(each for each in able if each.memory_slices == least)


def pack(board: MigGpu, needs: Sequence[Need]) -> Packing:
    """The best layouts: fewest GPUs; then the least memory, then the least compute, that is in no slice; then the most
    slices of the profiles that are wanted; then the fewest different layouts.

    Raises `CatalogError` for a need that no slice of the board meets, and for more replicas than can be tried out.
    """
    return _packed(board, tuple(needs))


@lru_cache(maxsize=128)
def _packed(board: MigGpu, needs: tuple[Need, ...]) -> Packing:
    choices = [_choices(board, need) for need in needs]
    found = [(_solved(board, needs, profiles), profiles) for profiles in product(*choices)]
    chosen, profiles = min(found, key=lambda pair: (_total(pair[0]), len(set(pair[0]))))
    gpus = tuple(dict(each.layout) for each in sorted(chosen, key=lambda each: each.layout))
    return Packing(gpus, profiles, _spare(gpus, _wanted(needs, profiles)))


@cache
def full_layouts(board: MigGpu) -> tuple[Layout, ...]:
    """Every layout of the board, without media variants, to which nothing can be added."""
    profiles = plain(board)
    room = {each.profile: each.max_instances for each in profiles}
    return tuple(
        layout
        for layout in parts(board, profiles, room, {})
        if not any(placement(board, added(layout, {each.profile: 1})) for each in profiles)
    )


def _choices(board: MigGpu, need: Need) -> list[str]:
    able = suitable(board, need.memory_gib)
    if not able:
        largest = max(plain(board), key=lambda each: each.planning_memory_gib)
        raise CatalogError(
            f"no slice of {board.model} has {need.memory_gib:g} GiB: the largest, {largest.profile}, has "
            f"{largest.planning_memory_gib:.1f} GiB"
        )
    return [each.profile for each in able]


def _wanted(needs: Sequence[Need], profiles: Sequence[str]) -> Mapping[str, int]:
    """How many slices of each profile are wanted."""
    total = Counter[str]()
    for need, profile in zip(needs, profiles, strict=True):
        total[profile] += need.replicas
    return dict(sorted(total.items()))


def _spare(gpus: Iterable[Layout], wanted: Layout) -> Layout:
    left = Counter[str]()
    for layout in gpus:
        left.update(layout)
    left.subtract(wanted)
    return {name: count for name, count in sorted(left.items()) if count}


def _solved(board: MigGpu, needs: Sequence[Need], profiles: Sequence[str]) -> list[_Candidate]:
    wanted = _wanted(needs, profiles)
    goal = tuple(wanted.values())
    if prod(count + 1 for count in goal) > _MOST_STATES:
        raise CatalogError(f"{sum(goal)} replicas on {len(goal)} sizes of slices are too many to try out exactly")
    candidates = sorted(_candidates(board, tuple(wanted)))
    path = _path(_steps(candidates, goal), goal)
    return next(_alike(candidates, goal, path), path)


def _candidates(board: MigGpu, profiles: Sequence[str]) -> Iterator[_Candidate]:
    for layout in full_layouts(board):
        offers = tuple(layout.get(name, 0) for name in profiles)
        if any(offers):
            yield _Candidate((1, *unused(board, layout), -sum(offers)), tuple(layout.items()), offers)


def _steps(candidates: Sequence[_Candidate], goal: Counts) -> Mapping[Counts, _Candidate]:
    """The first GPU of the cheapest way to serve every part of the goal."""
    costs: dict[Counts, Counts] = {(0,) * len(goal): (0, 0, 0, 0)}
    steps: dict[Counts, _Candidate] = {}
    for state in product(*(range(count + 1) for count in goal)):
        if state not in costs:
            ways = (
                (_sum(each.cost, costs[left]), each) for each in candidates if (left := _less(state, each)) != state
            )
            costs[state], steps[state] = min(ways)
    return steps


def _path(steps: Mapping[Counts, _Candidate], goal: Counts) -> list[_Candidate]:
    chosen: list[_Candidate] = []
    while any(goal):
        chosen.append(steps[goal])
        goal = _less(goal, steps[goal])
    return chosen


def _less(state: Counts, candidate: _Candidate) -> Counts:
    """What is left to serve after one more GPU with this layout."""
    return tuple(max(0, left - offer) for left, offer in zip(state, candidate.offers, strict=True))


def _alike(candidates: Sequence[_Candidate], goal: Counts, path: Sequence[_Candidate]) -> Iterator[list[_Candidate]]:
    """Choices as good as a path, of one layout, then of two: fewer layouts are fewer pools of nodes."""
    count = len(path)
    uniform = ([each] * count for each in candidates)
    mixed = ([one] * k + [two] * (count - k) for one, two in combinations(candidates, 2) for k in range(1, count))
    for chosen in (*uniform, *mixed):
        if _total(chosen) == _total(path) and all(map(int.__ge__, _sums(each.offers for each in chosen), goal)):
            yield chosen


def _total(chosen: Iterable[_Candidate]) -> Counts:
    return _sums(each.cost for each in chosen)


def _sums(rows: Iterable[Counts]) -> Counts:
    return tuple(map(sum, zip(*rows, strict=True)))


def _sum(one: Counts, other: Counts) -> Counts:
    return tuple(map(int.__add__, one, other))
