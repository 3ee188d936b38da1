"""Servers that could not run, or would cost for nothing: each problem names the field and the way out."""

from typing import Any

import pytest

from aicost_iac import CostTags, InvalidBlueprint, MigSlice, ModelStorage, Placement, Speculative, WholeGpus
from aicost_iac.blueprints._serving.settings import Quantization
from tests.blueprints.serving import L40S, SLICES, server, sliced

ONE_NODE = ModelStorage(claim="models", access_mode="ReadWriteOnce")
READ_ONLY = ModelStorage(claim="models", access_mode="ReadOnlyMany")
TRITON = {"engine": "triton", "image": "ours/trt:24.10"}
AWQ_CONFIG = {
    "model_type": "llama",
    "hidden_size": 2048,
    "intermediate_size": 8192,
    "num_attention_heads": 32,
    "num_hidden_layers": 16,
    "num_key_value_heads": 8,
    "vocab_size": 128256,
    "max_position_embeddings": 131_072,
    "quantization_config": {"quant_method": "awq", "bits": 4},
}


def compressed(kind: str, bits: int) -> dict[str, Any]:
    """As llm-compressor writes it."""
    weights = {"num_bits": bits, "type": kind, "strategy": "channel"}
    return {"quant_method": "compressed-tensors", "config_groups": {"group_0": {"weights": weights}}}


CASES: dict[str, tuple[dict[str, Any], str, str]] = {
    "a Service that breaks vLLM": ({"name": "vllm"}, "name", "VLLM_PORT"),
    "a slice nobody offers": (
        {"placement": SLICES, "accelerator": MigSlice(profile="7g.80gb")},
        "accelerator",
        "7g.80gb",
    ),
    "whole GPUs of nodes that are cut": ({"placement": SLICES}, "accelerator", "are partitioned"),
    "more GPUs than a node has": (
        {"placement": Placement(gpu="L40S", gpus_per_node=4), "accelerator": WholeGpus(count=8)},
        "accelerator",
        "more than the 4",
    ),
    "a chip the image does not know": ({"placement": Placement(gpu="Gaudi")}, "placement.gpu", "intel"),
    "an image of no version": ({"image": "vllm/vllm-openai:latest"}, "image", "is not pinned"),
    "an image without a tag": ({"image": "registry.example.com:5000/vllm"}, "image", "is not pinned"),
    "an old vLLM": ({"image": "vllm/vllm-openai:v0.6.3"}, "image", "older than the flags"),
    "Triton without an image": ({"engine": "triton", "model": "/models"}, "image", "is required"),
    "a custom image without health": ({"engine": "custom", "image": "ours:1"}, "health_path", "is required"),
    "Triton's ranks without a launcher": ({**TRITON, "accelerator": WholeGpus(count=2)}, "command", "launcher"),
    "a lever Triton has elsewhere": ({**TRITON, "kv_cache_type": "fp8"}, "kv_cache_type", "model repository"),
    "a lever TGI does not have": ({"engine": "tgi", "max_num_seqs": 32}, "max_num_seqs", "has no effect with TGI"),
    "TGI with a head for speculation": (
        {"engine": "tgi", "speculative": Speculative(method="eagle", model="ours/head", model_gib=1)},
        "speculative.method",
        "not one of TGI's",
    ),
    "fewer sequences than planned": ({"max_num_seqs": 4}, "max_num_seqs", "below the concurrency of 8"),
    "one volume for two": ({"storage": ONE_NODE, "replicas": 2}, "storage.access_mode", "lets one node mount it"),
    "one volume for whatever is scaled": ({"storage": ONE_NODE, "replicas": None}, "storage.access_mode", "one node"),
    "one volume while an update surges": ({"storage": ONE_NODE, "max_surge": 1}, "storage.access_mode", "one node"),
    "a download to a read-only volume": ({"storage": READ_ONLY}, "model", "nothing can be downloaded"),
    "a model nobody knows": ({"model": "ours/secret"}, "model", "ModelServer.read_config"),
    "a shape nobody knows": ({"shape": "Llama-3.1-9B"}, "shape", "Llama-3.1-8B"),
    "two shapes": ({"shape": "Llama-3.1-8B", "config": AWQ_CONFIG, "quantization": "awq"}, "shape", "two answers"),
    "a config of no known kind": ({"config": {"model_type": "mamba"}}, "config", "mamba"),
    "weights that are not what the file says": ({"config": AWQ_CONFIG}, "quantization", "config.json says"),
    "the 16 bit checkpoint as a quantized one": (
        {"model": "meta-llama/Llama-3.1-8B-Instruct", "quantization": "fp8", "shape": None},
        "model",
        "shape='meta-llama/Llama-3.1-8B-Instruct'",
    ),
    "longer than the model was made for": ({"max_model_len": 200_000}, "max_model_len", "131072 positions"),
    "heads that can not be shared": ({"accelerator": WholeGpus(count=3)}, "accelerator.count", "attention heads"),
    "a level that contradicts the weights": (
        {"quantization": "awq", "tags": CostTags(optimization_level="quantized-8bit")},
        "tags.optimization_level",
        "contradicts",
    ),
    "a level of weights nobody named": (
        {"tags": CostTags(optimization_level="quantized-4bit")},
        "tags.optimization_level",
        "quantization=",
    ),
    "a length in the engine's words": ({"extra_args": ["--max-model-len=8192"]}, "extra_args.0", "max_model_len="),
    "the same with underscores": ({"extra_args": ["--max_num_seqs", "512"]}, "extra_args.0", "max_num_seqs="),
    "TGI's length in its words": (
        {"engine": "tgi", "extra_args": ["--max-total-tokens=8192"]},
        "extra_args.0",
        "max_model_len=",
    ),
    "a slow kernel": ({"quantization": "awq", "extra_args": ["--quantization=awq"]}, "extra_args", "slow kernel"),
    "a slow kernel in two words": ({"quantization": "gptq", "extra_args": ["-q", "gptq"]}, "extra_args", "slow kernel"),
    "a token for all to read": ({"environment": {"HF_TOKEN": "hf_abc"}}, "environment.HF_TOKEN", "hugging_face_token="),
    "no free port": ({"port": 80}, "port", "1024"),
    "nobody served": ({"concurrency": 0}, "concurrency", "1"),
    "more CPU than there is": (
        {"cpu": 8, "placement": Placement(gpu="L40S", instance_type="g6e.2xlarge")},
        "cpu",
        "more than a pod can get of the 8 of g6e.2xlarge",
    ),
    "a machine nobody sells": (
        {"placement": Placement(gpu="L40S", instance_type="g6e.3xlarge")},
        "placement.instance_type",
        "g6e.3xlarge",
    ),
}


def problems(**fields: Any) -> dict[str, str]:
    """By their field."""
    with pytest.raises(InvalidBlueprint) as raised:
        server(**fields)
    return {problem.field: str(problem) for problem in raised.value.problems}


@pytest.mark.parametrize("name", CASES)
def test_refused(name: str) -> None:
    fields, field, words = CASES[name]
    found = problems(**fields)
    assert field in found, found
    assert words in found[field]


def test_a_secret_is_not_repeated() -> None:
    with pytest.raises(InvalidBlueprint) as raised:
        server(environment={"VLLM_API_KEY": "hunter2"}, extra_args=["--api-key=hunter2"])
    assert len(raised.value.problems) == 2
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"method": "eagle"}, "model"),
        ({"model": "ours/head"}, "model"),
        ({"method": "eagle3", "model": "ours/head"}, "model_gib"),
    ],
)
def test_a_head_is_named_with_its_size(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidBlueprint, match=field):
        Speculative(**fields)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"access_mode": "ReadWriteMany", "storage_class": "efs"}, "storage_class"),
        ({"access_mode": "ReadOnlyMany", "size_gib": 100}, "access_mode"),
    ],
)
def test_a_claim_that_could_not_serve(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidBlueprint, match=field):
        ModelStorage(claim="models", **fields)


def test_a_digest_and_a_volume_for_one_are_taken() -> None:
    image = "vllm/vllm-openai@sha256:" + "0a" * 32
    assert server(image=image, storage=ONE_NODE).pinned_image == image


@pytest.mark.parametrize(
    ("written", "quantization"),
    [
        ({"quant_method": "awq", "bits": 4}, "awq"),
        ({"quant_method": "gptq", "bits": 8}, "gptq-8bit"),
        ({"quant_method": "fp8", "activation_scheme": "dynamic"}, "fp8"),
        ({"quant_method": "bitsandbytes", "load_in_4bit": True}, "bitsandbytes"),
        ({"quant_method": "bitsandbytes", "load_in_8bit": True}, "int8"),
        (compressed("float", 8), "fp8"),
        (compressed("int", 8), "int8"),
        (compressed("int", 4), "gptq"),
    ],
)
def test_what_a_config_says_of_its_weights_is_what_counts(written: dict[str, Any], quantization: Quantization) -> None:
    config = {**AWQ_CONFIG, "quantization_config": written}
    assert server(config=config, quantization=quantization).quantization == quantization
    other: Quantization = "awq" if quantization in ("fp8", "int8", "gptq-8bit") else "fp8"
    assert repr(quantization) in problems(config=config, quantization=other)["quantization"]
    assert "quantization" in problems(config=config)


def test_of_a_method_nobody_knows_the_users_word_counts() -> None:
    config = {**AWQ_CONFIG, "quantization_config": {"quant_method": "hqq", "bits": 3}}
    assert server(config=config, quantization="awq").quantization == "awq"
    assert "hqq" in problems(config=config)["quantization"]


def test_too_much_for_a_slice_names_the_smallest_that_holds_it() -> None:
    found = problems(placement=SLICES, accelerator=MigSlice(profile="1g.10gb"))["accelerator.profile"]
    assert "needs 21.0 GiB" in found
    assert "weights 15.0, KV cache of 8 x 4096 tokens 4.0, overhead 2.0" in found
    assert "may use 8.8 of 9.8" in found
    assert "the smallest slice of this GPU that fits is 3g.40gb of H100 ($3.44 an hour)" in found


def test_too_much_for_a_gpu_names_the_cheapest_place_and_the_load_that_fits() -> None:
    found = problems(placement=L40S, concurrency=64)["accelerator"]
    assert "the cheapest place that fits is" in found
    assert "or concurrency=46" in found
    assert server(placement=L40S, concurrency=46).concurrency == 46
    assert "accelerator" in problems(placement=L40S, concurrency=47)


def test_seventy_billion_in_four_bits_do_not_fit_forty_gigabytes() -> None:
    fields = {"model": "Llama-3.1-70B", "quantization": "bitsandbytes", "max_model_len": 8192, "concurrency": 1}
    found = problems(placement=Placement(gpu="A100-40GB"), **fields)["accelerator"]
    assert "weights 36.8" in found
    assert server(placement=Placement(gpu="H100"), **fields).shape == "Llama-3.1-70B"


def test_a_process_never_gets_two_slices() -> None:
    with pytest.raises(InvalidBlueprint, match="count"):
        MigSlice(profile="1g.10gb", count=2)  # type: ignore[call-arg]
    assert sliced().accelerator.count == 1
