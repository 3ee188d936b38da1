"""MIG: which layouts one GPU can hold, what does not fit, what is nearest, what is stranded."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicost_iac.catalog import accelerators, mig
from aicost_iac.errors import CatalogError, UnknownName

BOARDS = [board.model for board in mig.gpus()]

FEASIBILITY = [
    ("H100-80GB", {"1g.10gb": 7}, True),
    ("H100-80GB", {"2g.20gb": 3}, True),
    ("H100-80GB", {"2g.20gb": 3, "1g.20gb": 1}, True),
    ("H100-80GB", {"3g.40gb": 1, "2g.20gb": 2}, True),
    ("H100-80GB", {"3g.40gb": 1, "2g.20gb": 1, "1g.10gb": 2}, True),
    ("H100-80GB", {"3g.40gb": 2, "1g.10gb": 1}, False),
    ("H100-80GB", {"1g.20gb": 3, "2g.20gb": 2}, False),
    ("H100-80GB", {"4g.40gb": 1, "3g.40gb": 1}, True),
    ("A30-24GB", {"2g.12gb": 1, "1g.6gb": 2}, True),
    ("A30-24GB", {"1g.6gb": 5}, False),
    ("RTX-PRO-6000-96GB", {"2g.48gb": 1, "1g.24gb": 2}, True),
]


@pytest.mark.parametrize(("board", "layout", "expected"), FEASIBILITY)
def test_known_layouts(board: str, layout: dict[str, int], expected: bool) -> None:
    assert mig.feasible(board, layout) is expected
    assert (mig.misfits(board, layout) == {}) is expected
    assert (mig.nearest(board, layout) == layout) is expected


@pytest.mark.parametrize(
    ("board", "layout"),
    [
        ("H100", {"3g.40gb": 2, "1g.10gb": 1}),
        ("H100", {"1g.20gb": 3, "2g.20gb": 2}),
    ],
)
def test_the_sum_of_compute_slices_alone_would_have_passed(board: str, layout: dict[str, int]) -> None:
    profiles = mig.gpu(board)
    assert sum(profiles.profile(name).compute_slices * count for name, count in layout.items()) == 7
    assert not mig.feasible(board, layout)


def test_a_placement_lies_on_allowed_starts_and_does_not_overlap() -> None:
    placed = mig.place("H100", {"3g.40gb": 1, "2g.20gb": 1, "1g.10gb": 2})
    assert placed is not None
    slices = [each for one in placed for each in range(one.start, one.start + one.size)]
    assert len(slices) == len(set(slices)) == 8
    assert all(one.start in mig.gpu("H100").profile(one.profile).starts for one in placed)


def test_what_does_not_fit_and_what_is_nearest() -> None:
    assert mig.misfits("H100", {"3g.40gb": 2, "1g.10gb": 1}) == {"1g.10gb": 1}
    assert mig.nearest("H100", {"3g.40gb": 2, "1g.10gb": 1}) == {"3g.40gb": 2}
    assert mig.misfits("H100", {"1g.10gb": 1000}) == {"1g.10gb": 993}


def test_the_same_name_on_another_board_is_another_profile() -> None:
    assert mig.feasible("A100-80GB", {"1g.10gb": 7})
    assert mig.nearest("A100-40GB", {"1g.10gb": 7}) == {"1g.10gb": 4}


def test_a_profile_the_board_does_not_have_never_fits_and_has_a_counterpart() -> None:
    assert not mig.feasible("H200", {"1g.10gb": 7})
    assert mig.misfits("H200", {"1g.10gb": 7, "1g.18gb": 1}) == {"1g.10gb": 7}
    assert mig.nearest("H200", {"1g.10gb": 7}) == {"1g.18gb": 7}
    assert mig.nearest("A30", {"1g.10gb": 5}) == {"1g.6gb": 4}
    with pytest.raises(UnknownName, match=r"unknown MIG profile of H100-80GB '5g\.50gb'"):
        mig.nearest("H100", {"5g.50gb": 1})
    with pytest.raises(UnknownName, match="'nonsense'"):
        mig.nearest("H100", {"nonsense": 1})


def test_stranded_slices_and_what_could_be_added_for_nothing() -> None:
    left = mig.leftover("H100", {"2g.20gb": 3})
    assert (left.compute_slices, left.memory_slices, left.memory_gb) == (1, 2, 20.0)
    assert left.fits == ("1g.10gb", "1g.20gb")
    assert left.completion == {"1g.20gb": 1}


def test_memory_can_be_stranded_with_nothing_to_add() -> None:
    left = mig.leftover("H100", {"1g.10gb": 7})
    assert (left.compute_slices, left.memory_gb, left.fits, left.completion) == (0, 10.0, (), {})


def test_an_infeasible_layout_has_no_leftover() -> None:
    with pytest.raises(CatalogError, match=r"nearest layout that does is \{'3g\.40gb': 2\}"):
        mig.leftover("H100", {"3g.40gb": 2, "1g.10gb": 1})


def test_one_instance_per_gpu_takes_the_media_engines() -> None:
    assert mig.feasible("H100", {"1g.10gb+me": 1, "1g.10gb": 6})
    assert not mig.feasible("H100", {"1g.10gb+me": 2})
    assert not mig.feasible("RTX-PRO-6000", {"1g.24gb+me": 1, "1g.24gb+me.all": 1})
    assert mig.feasible("RTX-PRO-6000", {"1g.24gb-me": 4})


def test_boards_are_found_by_model_accelerator_product_instance_and_device() -> None:
    board = mig.gpu("H100-80GB")
    assert mig.gpu("H100") == mig.gpu("NVIDIA H100 PCIe") == board
    assert mig.gpu_of_instance("p5.48xlarge") == board
    assert mig.gpu_of_device("0x233010de") == mig.gpu_of_device("0x233010DE:0x16C110DE") == board


def test_the_id_often_copied_for_an_a100_is_another_board() -> None:
    assert mig.gpu_of_device("0x232210DE").model == "H100-80GB"
    assert "0x232210DE" not in mig.gpu("A100-80GB").device_ids
    with pytest.raises(UnknownName, match=r"unknown PCI device id .* did you mean '0x233"):
        mig.gpu_of_device("0x2330")


def test_an_accelerator_without_mig_names_the_alternatives() -> None:
    with pytest.raises(mig.NoMig, match=r"L40S has no MIG; use one of A100-40GB, .* time-slicing, or a smaller"):
        mig.gpu("L40S")
    with pytest.raises(mig.NoMig, match="A10G has no MIG"):
        mig.gpu_of_instance("g5.xlarge")
    with pytest.raises(mig.NoMig, match="has a share of one RTX-PRO-6000"):
        mig.gpu_of_instance("g4-standard-6", cloud="gcp")
    with pytest.raises(UnknownName, match="unknown MIG GPU 'A100'; did you mean 'A100-80GB' or 'A100-40GB'"):
        mig.gpu("A100")


def test_negative_counts_are_refused_and_zeros_are_nothing() -> None:
    with pytest.raises(ValueError, match=r"can not hold -1 of '1g\.10gb'"):
        mig.feasible("H100", {"1g.10gb": -1})
    assert mig.place("H100", {"1g.10gb": 0}) == ()
    assert mig.nearest("H100", {"3g.40gb": 0, "1g.10gb": 1}) == {"1g.10gb": 1}


@pytest.mark.parametrize(
    ("board", "layout", "branch"),
    [
        ("H100", {"1g.10gb": 7}, None),
        ("H100", {"4g.40gb": 1, "3g.40gb": 1}, 510),
        ("H100", {"1g.10gb+me": 1}, 470),
        ("A100-80GB", {"1g.20gb": 1}, 525),
        ("A30", {"2g.12gb+me": 1}, 525),
        ("B200", {"1g.23gb": 1}, 570),
        ("RTX-PRO-6000", {"1g.24gb": 1}, 575),
    ],
)
def test_the_oldest_driver(board: str, layout: dict[str, int], branch: int | None) -> None:
    assert mig.min_driver(board, layout) == branch


def test_resource_names_and_planning_memory() -> None:
    h100, h200, rtx = mig.gpu("H100"), mig.gpu("H200"), mig.gpu("RTX-PRO-6000")
    assert h100.profile("1g.10gb+me").resource_name == "nvidia.com/mig-1g.10gb.me"
    assert h100.profile("1g.10gb").planning_memory_gib == 9.75
    assert h200.profile("1g.18gb").usable_memory_gib is None
    assert h200.profile("1g.18gb").planning_memory_gib == pytest.approx(0.87 * 18)
    assert rtx.profile("1g.24gb").planning_memory_gib == 23.12


@pytest.mark.parametrize("model", BOARDS)
def test_a_board_agrees_with_itself(model: str) -> None:
    board = mig.gpu(model)
    for profile in board.profiles:
        assert profile.compute_slices <= board.compute_slices
        assert max(profile.starts) + profile.memory_slices <= board.memory_slices
        assert len(profile.starts) >= profile.max_instances
        assert mig.feasible(board, {profile.profile: profile.max_instances}), profile
        assert profile.usable_memory_gib is None or profile.usable_memory_gib < profile.memory_gb
        assert mig.misfits(board, {profile.profile: profile.max_instances + 1}) == {profile.profile: 1}


def test_accelerators_and_boards_name_each_other() -> None:
    named = {each.name: each.mig_model for each in accelerators() if each.mig_model}
    assert named == {name: board.model for board in mig.gpus() for name in board.accelerators}
    for each in accelerators():
        if each.mig_model:
            assert set(each.pci_device_ids) <= set(mig.gpu(each.mig_model).device_ids)


def test_no_device_id_belongs_to_two_boards() -> None:
    ids = [each for board in mig.gpus() for each in board.device_ids]
    assert len(ids) == len(set(ids))


@st.composite
def layouts(draw: st.DrawFn) -> tuple[str, dict[str, int]]:
    board = mig.gpu(draw(st.sampled_from(BOARDS)))
    names = draw(st.lists(st.sampled_from([each.profile for each in board.profiles]), max_size=8))
    return board.model, {name: names.count(name) for name in dict.fromkeys(names)}


@settings(max_examples=150, deadline=None)
@given(layouts(), st.data())
def test_a_part_of_a_feasible_layout_is_feasible(case: tuple[str, dict[str, int]], data: st.DataObject) -> None:
    model, layout = case
    kept = mig.nearest(model, layout)
    assert mig.feasible(model, kept)
    part = {name: data.draw(st.integers(0, count)) for name, count in kept.items()}
    assert mig.feasible(model, part)


@settings(max_examples=150, deadline=None)
@given(layouts())
def test_the_nearest_layout_and_the_misfits_make_up_the_whole(case: tuple[str, dict[str, int]]) -> None:
    model, layout = case
    near, over = mig.nearest(model, layout), mig.misfits(model, layout)
    assert {name: near.get(name, 0) + over.get(name, 0) for name in layout} == layout
    assert mig.feasible(model, layout) == (not over)


@settings(max_examples=100, deadline=None)
@given(layouts())
def test_whatever_leftover_offers_fits(case: tuple[str, dict[str, int]]) -> None:
    model, layout = case
    kept = mig.nearest(model, layout)
    left = mig.leftover(model, kept)
    for extra in ({name: 1} for name in left.fits):
        assert mig.feasible(model, _sum(kept, extra))
    completed = _sum(kept, dict(left.completion))
    assert mig.feasible(model, completed)
    assert bool(left.completion) == bool(left.fits)
    assert mig.leftover(model, completed).fits == ()


@settings(max_examples=100, deadline=None)
@given(layouts())
def test_the_search_agrees_with_trying_everything(case: tuple[str, dict[str, int]]) -> None:
    model, layout = case
    board = mig.gpu(model)
    queue = [board.profile(name) for name, count in layout.items() for _ in range(count)]
    limits = (
        sum(each.compute_slices for each in queue) <= board.compute_slices
        and len(queue) <= board.max_instances
        and all(count <= board.profile(name).max_instances for name, count in layout.items())
        and sum("+me" in each.profile for each in queue) <= 1
    )
    assert mig.feasible(model, layout) == (limits and _some_placement(queue))


def _some_placement(queue: list[mig.MigProfile]) -> bool:
    for starts in itertools.product(*(each.starts for each in queue)):
        taken = [
            one for start, each in zip(starts, queue, strict=True) for one in range(start, start + each.memory_slices)
        ]
        if len(taken) == len(set(taken)):
            return True
    return False


def _sum(one: dict[str, int], other: dict[str, int]) -> dict[str, int]:
    return {name: one.get(name, 0) + other.get(name, 0) for name in {**one, **other}}
