"""Model memory: the arithmetic against figures worked out by hand."""

from __future__ import annotations

import pytest

from aicost_iac.catalog import memory, mig, model

MIB = 2**20


def test_a_70b_model_in_nf4_takes_more_than_half_a_byte_per_parameter() -> None:
    shape = model("Llama-3-70B")
    assert shape.embedding_parameters == 2 * 128256 * 8192
    assert memory.weights_bytes(shape, memory.NF4_DOUBLE_QUANT_BITS) / memory.GIB == pytest.approx(36.8, abs=0.01)
    assert memory.weights_bytes(shape) == shape.parameters * 2


@pytest.mark.parametrize(("name", "mib"), [("Llama-3-70B", 0.3125), ("Mistral-7B-v0.1", 0.125), ("Llama-2-7B", 0.5)])
def test_kv_cache_per_token(name: str, mib: float) -> None:
    assert memory.kv_bytes_per_token(model(name)) == mib * MIB
    assert memory.kv_bytes_per_token(model(name), bits=8) == mib * MIB / 2


@pytest.mark.parametrize(("name", "gib"), [("Mistral-7B-v0.1", 0.5), ("Llama-2-7B", 2.0)])
def test_kv_cache_of_4096_tokens(name: str, gib: float) -> None:
    assert memory.fit(memory.Serving(model(name), 4096), 24).kv_gib == gib


def test_a_70b_model_in_4_bits_loads_on_40_gb_and_can_not_be_served_there() -> None:
    usable = mig.gpu("A100-40GB").profile("7g.40gb").planning_memory_gib
    serving = memory.Serving(model("Llama-3-70B"), 4096, weight_bits=memory.NF4_DOUBLE_QUANT_BITS)
    needed = memory.fit(serving, usable)
    assert needed.weights_gib < usable == 39.25
    assert not needed.fits
    assert needed.spare_gib == pytest.approx(needed.budget_gib - 36.8 - 1.25 - 2.0, abs=0.01)
    assert memory.max_concurrency(serving, usable) == 0


def test_a_70b_model_in_8_bits_serves_a_few_sequences_on_two_80_gb_gpus_and_one_on_one() -> None:
    one = memory.Serving(model("Llama-3-70B"), 4096, weight_bits=8)
    two = memory.Serving(model("Llama-3-70B"), 4096, weight_bits=8, tensor_parallel=2)
    assert memory.max_concurrency(one, 79.25) == 1
    assert memory.max_concurrency(two, 79.25) > 16
    assert memory.fit(two, 79.25).weights_gib == memory.fit(one, 79.25).weights_gib / 2


def test_a_7b_model_in_4_bits_needs_only_the_smallest_slice_of_an_h100() -> None:
    serving = memory.Serving(model("Mistral-7B-v0.3"), 4096, weight_bits=memory.grouped_bits(4))
    fitting = memory.fitting_profiles(serving, mig.gpu("H100"))
    assert [each.profile for each in fitting][:3] == ["1g.10gb", "1g.20gb", "2g.20gb"]
    assert memory.max_concurrency(serving, 9.75) == 5


def test_more_sequences_need_a_larger_slice() -> None:
    serving = memory.Serving(model("Llama-2-7B"), 4096, concurrency=4, weight_bits=4)
    assert memory.fitting_profiles(serving, mig.gpu("H100"))[0].profile == "1g.20gb"


def test_tensor_parallel_never_fits_slices() -> None:
    serving = memory.Serving(model("Mistral-7B-v0.3"), 4096, tensor_parallel=2)
    assert memory.fitting_profiles(serving, mig.gpu("H100")) == ()


def test_kv_cache_stops_shrinking_when_every_rank_has_one_head() -> None:
    def kv(ranks: int) -> float:
        return memory.fit(memory.Serving(model("Qwen2.5-7B"), 4096, tensor_parallel=ranks), 24).kv_gib

    assert (kv(2), kv(4), kv(8)) == (kv(1) / 2, kv(1) / 4, kv(1) / 4)


def test_concurrency_and_fit_agree() -> None:
    shape = model("Llama-3-8B")
    most = memory.max_concurrency(memory.Serving(shape, 8192), 39.5)
    assert most > 1
    assert memory.fit(memory.Serving(shape, 8192, concurrency=most), 39.5).fits
    assert not memory.fit(memory.Serving(shape, 8192, concurrency=most + 1), 39.5).fits


def test_grouped_quantization_counts_scales_and_zero_points() -> None:
    assert memory.grouped_bits(4) == 4.15625
    assert memory.grouped_bits(8, group_size=64) == 8.375


@pytest.mark.parametrize(
    "wrong",
    [{"max_model_len": 0}, {"concurrency": 0}, {"tensor_parallel": 0}, {"weight_bits": 0}, {"overhead_gib": -1}],
)
def test_impossible_servings_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"or more|above 0"):
        memory.Serving(**{"model": model("Llama-3-8B"), "max_model_len": 4096, **wrong})  # type: ignore[arg-type]
