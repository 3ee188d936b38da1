"""What each engine is told, and what a lever of serving changes."""

import json
from typing import Any

import pytest

from aicost_iac import Placement, Speculative, WholeGpus
from tests.blueprints.serving import arguments, assumed, body, container, plan, server, sliced

PAIR: dict[str, Any] = {"accelerator": WholeGpus(count=2)}
TRITON = server(engine="triton", model="/models/repository", shape="Llama-3.1-8B", image="ours/trt:24.10")


def test_a_model_server_is_told_what_was_planned() -> None:
    found = arguments(
        server(
            max_num_batched_tokens=2048,
            kv_cache_type="fp8",
            served_name="assistant",
            memory_utilization=0.85,
            prefix_caching=False,
            speculative=Speculative(tokens=4),
            extra_args=["--seed=1"],
        )
    )
    assert found == [
        "--port=8000",
        "--max-model-len=4096",
        "--max-num-seqs=8",
        "--max-num-batched-tokens=2048",
        "--gpu-memory-utilization=0.85",
        "--kv-cache-dtype=fp8",
        "--served-model-name=assistant",
        '--speculative-config={"method":"ngram","num_speculative_tokens":4,"prompt_lookup_max":4}',
        "--no-enable-prefix-caching",
        "--seed=1",
    ]
    assert container(server())["command"] == ["vllm", "serve", "Llama-3.1-8B"]


def test_a_head_for_speculation_takes_memory() -> None:
    head = Speculative(method="eagle3", model="ours/head", model_gib=1.5)
    [told] = [each for each in arguments(server(speculative=head)) if "speculative" in each]
    assert json.loads(told.partition("=")[2]) == {
        "method": "eagle3",
        "model": "ours/head",
        "num_speculative_tokens": 3,
    }
    more, less = (assumed(plan(each), "Deployment") for each in (server(speculative=head), server()))
    assert float(more["memory_needed_gib"]) - float(less["memory_needed_gib"]) == pytest.approx(1.5)


def test_quantization_is_a_fact_and_no_flag() -> None:
    told = arguments(sliced()) + arguments(server(quantization="gptq"))
    assert not any("quantiz" in argument for argument in told)


@pytest.mark.parametrize(("gpu", "dtype"), [("T4", ["--dtype=half"]), ("L4", [])])
def test_a_gpu_without_bf16_computes_in_half(gpu: str, dtype: list[str]) -> None:
    found = arguments(server(quantization="awq", placement=Placement(gpu=gpu), concurrency=2))
    assert [argument for argument in found if "dtype" in argument] == dtype


def test_tgi_is_told_in_its_own_words() -> None:
    found = arguments(server(engine="tgi", kv_cache_type="fp8", **PAIR))
    assert found == [
        "--model-id=Llama-3.1-8B",
        "--port=8080",
        "--max-total-tokens=4096",
        "--max-input-tokens=4095",
        "--cuda-memory-fraction=0.9",
        "--kv-cache-dtype=fp8_e4m3fn",
        "--num-shard=2",
    ]


def test_triton_shows_its_metrics_at_a_port_of_their_own() -> None:
    made = plan(TRITON)
    assert {port["name"]: port["containerPort"] for port in container(TRITON)["ports"]} == {
        "http": 8000,
        "metrics": 8002,
    }
    assert body(made, "PodMonitor")["spec"]["podMetricsEndpoints"][0]["port"] == "metrics"
    ports = [rule["ports"][0]["port"] for rule in body(made, "NetworkPolicy")["spec"]["ingress"]]
    assert ports == [8000, 8002]
