"""Where a replica fits, and where it costs least."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicost_iac import catalog
from aicost_iac.catalog import fitting
from aicost_iac.catalog.memory import Serving, fit, grouped_bits
from aicost_iac.errors import NoMig, UnknownName

REGION = "us-east-1"
SMALL = Serving(catalog.model("Qwen2.5-7B"), 4096, 4, weight_bits=grouped_bits(4))
LARGE = Serving(catalog.model("Llama-3.1-70B"), 8192, 8)


def test_usable_memory_is_what_is_offered_not_what_the_name_says() -> None:
    assert fitting.usable_gib("L40S") == 44.7
    assert fitting.usable_gib("H100") == 79.25
    assert fitting.usable_gib("A10") == 24, "no cloud says what it offers of it"
    with pytest.raises(UnknownName):
        fitting.usable_gib("H1000")


def test_a_slice_costs_its_part_of_the_gpu() -> None:
    held = fitting.slice_of("H100", "1g.10gb", REGION)
    hour = catalog.on_demand("p5.4xlarge", REGION).usd_hour
    assert (held.name, held.usable_gib, held.instance_type) == ("1g.10gb of H100", 9.75, "p5.4xlarge")
    assert held.usd_hour == hour / 7
    with pytest.raises(NoMig):
        fitting.slice_of("L40S", "1g.10gb", REGION)


def test_several_gpus_are_those_of_one_machine() -> None:
    pair = fitting.whole("RTX-PRO-6000", 2, REGION)
    machine = catalog.instance(pair.instance_type)
    assert machine.accelerator_count >= 2
    assert pair.usd_hour == catalog.on_demand(machine.name, REGION).usd_hour * 2 / machine.accelerator_count


def test_a_price_nobody_states_is_unknown() -> None:
    assert fitting.whole("A10", 1, REGION).usd_hour is None
    assert fitting.slice_of("H100", "1g.10gb", "nowhere-1").usd_hour is None


def test_the_smallest_slice_that_holds_a_model() -> None:
    assert fitting.smallest_slice(SMALL, catalog.mig.gpu("H100")) == "1g.10gb"
    assert fitting.smallest_slice(LARGE, catalog.mig.gpu("H100")) is None


def test_the_cheapest_place_holds_the_model() -> None:
    for serving in (SMALL, LARGE, replace(LARGE, weight_bits=8.0)):
        place = fitting.cheapest(serving, REGION)
        assert place is not None
        assert fit(replace(serving, tensor_parallel=place.count), place.usable_gib).fits
        assert place.usd_hour is not None
        assert place.usd_hour > Decimal(0)


def test_what_fits_nowhere_has_no_place() -> None:
    assert fitting.cheapest(replace(LARGE, max_model_len=131_072, concurrency=4000), REGION) is None


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from([name for name in catalog.models() if "/" not in name]),
    st.integers(256, 32_768),
    st.integers(1, 32),
    st.sampled_from([16.0, 8.0, grouped_bits(4)]),
)
def test_no_slice_below_the_smallest_holds_the_model(name: str, length: int, concurrency: int, bits: float) -> None:
    serving = Serving(catalog.model(name), length, concurrency, weight_bits=bits)
    for board in catalog.mig.gpus():
        chosen = fitting.smallest_slice(serving, board)
        for each in board.profiles:
            fits = fit(serving, each.planning_memory_gib).fits
            if chosen is None:
                assert not (each.plain and fits)
            elif each.plain and fits:
                assert board.profile(chosen).memory_slices <= each.memory_slices
