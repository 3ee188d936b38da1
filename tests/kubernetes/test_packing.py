"""The packing is exact: no fewer GPUs would do, and no layouts of as many strand less."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import combinations_with_replacement, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicost_iac.catalog import mig
from aicost_iac.catalog.mig import MigGpu
from aicost_iac.catalog.mig_packing import Need, full_layouts, pack, suitable
from aicost_iac.errors import CatalogError
from tests.kubernetes.brute_force import has_placement, layouts

FEW = settings(max_examples=40)
BOARDS = st.sampled_from(["A100-80GB", "H100", "H200", "B200", "A30", "RTX-PRO-6000", "RTX-PRO-4500"]).map(mig.gpu)


@st.composite
def wanted(draw: st.DrawFn) -> tuple[MigGpu, list[Need]]:
    """A board and what it can serve, on few GPUs."""
    board = draw(BOARDS)
    most = max(each.planning_memory_gib for each in board.profiles)
    sizes = draw(st.lists(st.floats(0.5, most), min_size=1, max_size=3))
    return board, [Need(draw(st.integers(1, 4)), size) for size in sizes]


@cache
def every_layout(board: MigGpu) -> list[dict[str, int]]:
    return list(layouts(board))


def enough(total: Mapping[str, int], board: MigGpu, needs: Sequence[Need]) -> bool:
    """Whether each need can have a profile of its own choice that is large enough, and slices for all its replicas."""
    memory = {each.profile: each.planning_memory_gib for each in board.profiles}
    choices = [[name for name in total if memory[name] >= need.memory_gib] for need in needs]
    return any(_fits(total, needs, chosen) for chosen in product(*choices))


def _fits(total: Mapping[str, int], needs: Sequence[Need], chosen: Sequence[str]) -> bool:
    asked = Counter[str]()
    for need, name in zip(needs, chosen, strict=True):
        asked[name] += need.replicas
    return all(count <= total[name] for name, count in asked.items())


def sums(board: MigGpu, count: int) -> Iterator[Mapping[str, int]]:
    """What any `count` GPUs can offer together."""
    for chosen in combinations_with_replacement(every_layout(board), count):
        total = Counter[str]()
        for layout in chosen:
            total.update(layout)
        yield total


def idle(board: MigGpu, total: Mapping[str, int], gpus: int) -> tuple[int, int]:
    """Memory and compute slices in no instance."""
    memory = sum(board.profile(name).memory_slices * count for name, count in total.items())
    compute = sum(board.profile(name).compute_slices * count for name, count in total.items())
    return board.memory_slices * gpus - memory, board.compute_slices * gpus - compute


@given(wanted())
def test_every_replica_has_a_slice_and_every_gpu_a_placement(case: tuple[MigGpu, list[Need]]) -> None:
    board, needs = case
    packing = pack(board, needs)
    assert all(has_placement(board, layout) for layout in packing.gpus)
    left = Counter[str]()
    for layout in packing.gpus:
        left.update(layout)
    for need, name in zip(needs, packing.profiles, strict=True):
        assert board.profile(name).planning_memory_gib >= need.memory_gib
        assert board.profile(name) in suitable(board, need.memory_gib)
        left[name] -= need.replicas
    assert {name: count for name, count in left.items() if count} == packing.spare
    assert all(count > 0 for count in packing.spare.values())


@FEW
@given(wanted())
def test_no_fewer_gpus_would_do(case: tuple[MigGpu, list[Need]]) -> None:
    board, needs = case
    fewer = len(pack(board, needs).gpus) - 1
    if fewer <= 2:
        assert not any(enough(total, board, needs) for total in sums(board, fewer))


@FEW
@given(wanted())
def test_nothing_on_as_many_gpus_strands_less(case: tuple[MigGpu, list[Need]]) -> None:
    """Of all layouts that give each need a profile of the least memory that suffices."""
    board, needs = case
    packing = pack(board, needs)
    count = len(packing.gpus)
    if count > 2:
        return
    found = Counter[str]()
    for layout in packing.gpus:
        found.update(layout)
    choices = list(product(*([each.profile for each in suitable(board, need.memory_gib)] for need in needs)))
    possible = [total for total in sums(board, count) if any(_fits(total, needs, chosen) for chosen in choices)]
    assert idle(board, found, count) == min(idle(board, total, count) for total in possible)


def test_full_layouts_are_those_to_which_nothing_can_be_added() -> None:
    for board in mig.gpus():
        every = list(layouts(board))
        grown = [
            {**layout, each.profile: layout.get(each.profile, 0) + 1} for layout in every for each in board.profiles
        ]
        beyond = {tuple(sorted(layout.items())) for layout in grown} & {tuple(sorted(each.items())) for each in every}
        smaller = [
            layout
            for layout in every
            if any(
                tuple(sorted({**layout, each.profile: layout.get(each.profile, 0) + 1}.items())) in beyond
                for each in board.profiles
            )
        ]
        assert sorted(map(sorted, (each.items() for each in full_layouts(board)))) == sorted(
            sorted(layout.items()) for layout in every if layout not in smaller
        )


def test_equal_nodes_are_preferred() -> None:
    packing = pack(mig.gpu("H100"), [Need(3, 14), Need(2, 35)])
    assert packing.gpus == ({"2g.20gb": 2, "3g.40gb": 1},) * 2
    assert packing.profiles == ("2g.20gb", "3g.40gb")
    assert packing.spare == {"2g.20gb": 1}


def test_what_can_not_share_a_layout_gets_two() -> None:
    packing = pack(mig.gpu("H100"), [Need(7, 9), Need(1, 70)])
    assert packing.gpus == ({"1g.10gb": 7}, {"7g.80gb": 1})


def test_a_need_beyond_the_largest_slice_is_refused() -> None:
    with pytest.raises(CatalogError, match=r"no slice of A30-24GB has 30 GiB: the largest, 4g\.24gb, has 23\.5 GiB"):
        pack(mig.gpu("A30"), [Need(1, 30)])


def test_more_replicas_than_can_be_tried_out_are_refused() -> None:
    with pytest.raises(CatalogError, match="1200 replicas on 3 sizes of slices are too many"):
        pack(mig.gpu("H100"), [Need(400, 9), Need(400, 19), Need(400, 39)])
