"""What is said in the engine's own words although it has a field: the memory fit would judge another server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from aicost_iac import catalog
from aicost_iac.blueprints._serving.settings import Engine
from aicost_iac.errors import Problem

if TYPE_CHECKING:
    from aicost_iac.blueprints.model_server import ModelServer

_VLLM = {
    "--api-key": "api_key",
    "--enable-prefix-caching": "prefix_caching",
    "--gpu-memory-utilization": "memory_utilization",
    "--kv-cache-dtype": "kv_cache_type",
    "--max-model-len": "max_model_len",
    "--max-num-batched-tokens": "max_num_batched_tokens",
    "--max-num-seqs": "max_num_seqs",
    "--model": "model",
    "--no-enable-prefix-caching": "prefix_caching",
    "--port": "port",
    "--served-model-name": "served_name",
    "--speculative-config": "speculative",
    "--tensor-parallel-size": "accelerator",
    "-tp": "accelerator",
}
_TGI = {
    "--cuda-memory-fraction": "memory_utilization",
    "--kv-cache-dtype": "kv_cache_type",
    "--max-batch-prefill-tokens": "max_num_batched_tokens",
    "--max-input-tokens": "max_model_len",
    "--max-total-tokens": "max_model_len",
    "--model-id": "model",
    "--num-shard": "accelerator",
    "--port": "port",
    "--speculate": "speculative",
}
_FIELDS: Mapping[Engine, Mapping[str, str]] = {
    "tgi": _TGI,
    "triton": {"--http-port": "port", "--model-repository": "model"},
    "vllm": _VLLM,
}
_SECRETS = {
    "HF_TOKEN": "hugging_face_token",
    "HUGGING_FACE_HUB_TOKEN": "hugging_face_token",
    "VLLM_API_KEY": "api_key",
}
# The kernels these names force are many times slower than the one vLLM takes by itself.
# https://github.com/vllm-project/vllm/blob/v0.11.0/vllm/model_executor/layers/quantization/gptq_marlin.py
_SLOW = ("awq", "gptq")


def problems(server: ModelServer) -> Iterator[Problem]:
    """Flags and variables that a field writes."""
    fields = _FIELDS.get(server.engine, {})
    for index, argument in enumerate(server.extra_args):
        flag = argument.partition("=")[0].replace("_", "-")
        if flag in fields:
            yield Problem(f"extra_args.{index}", "has a field of its own", flag, f"{fields[flag]}=")
    if (forced := _forced(server)) is not None:
        way_out = "leave it out: the checkpoint says it, and vLLM takes the fastest kernel for it"
        yield Problem("extra_args", "forces a slow kernel", f"--quantization={forced}", way_out)
    for name, field in _SECRETS.items():
        if name in server.environment:
            reason = "would be readable in the manifest and in every list of pods"
            yield Problem(f"environment.{name}", reason, None, f"{field}=SecretKey(secret=..., key=...)")


def _forced(server: ModelServer) -> str | None:
    """The slow kernel that `--quantization` names on a GPU that has a faster one: Ampere and newer."""
    if server.engine != "vllm" or not catalog.accelerator(server.placement.gpu).bf16:
        return None
    for index, argument in enumerate(server.extra_args):
        flag, equals, value = argument.partition("=")
        if flag in ("--quantization", "-q"):
            said = value if equals else "".join(server.extra_args[index + 1 : index + 2])
            return said if said in _SLOW else None
    return None
