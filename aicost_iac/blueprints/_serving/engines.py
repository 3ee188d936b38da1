"""Model servers: how each is started, where it listens, and which levers of serving it has.

Flags of vLLM are those of 0.10 and later, https://docs.vllm.ai/en/v0.11.0/cli/serve/; of TGI those of 3.x,
https://huggingface.co/docs/text-generation-inference/reference/launcher. Triton reads its levers from the model
repository, https://docs.nvidia.com/deeplearning/triton-inference-server/user-guide/docs/user_guide/model_configuration.html.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aicost_iac import catalog
from aicost_iac.blueprints._serving.settings import Engine

if TYPE_CHECKING:
    from aicost_iac.blueprints.model_server import ModelServer

Command = Callable[["ModelServer"], list[str]]
# Fields that change how a model is served; an engine without one of them refuses it.
LEVERS = (
    "kv_cache_type",
    "max_num_batched_tokens",
    "max_num_seqs",
    "memory_utilization",
    "prefix_caching",
    "speculative",
)


@dataclass(frozen=True, slots=True)
class Server:
    """One engine. `command` and `arguments` become the container's; an empty command is the image's own."""

    name: str
    port: int
    ready: str
    alive: str
    levers: frozenset[str]
    command: Command
    arguments: Command
    image: str | None = None
    metrics_port: int | None = None
    """Where metrics are, when not at `port`."""


def _vllm_arguments(server: ModelServer) -> list[str]:
    flags: dict[str, object] = {
        "port": server.listens_on,
        "max-model-len": server.max_model_len,
        "max-num-seqs": server.max_num_seqs or max(server.concurrency, 1),
        "max-num-batched-tokens": server.max_num_batched_tokens,
        "gpu-memory-utilization": server.memory_utilization,
        "kv-cache-dtype": None if server.kv_cache_type == "auto" else server.kv_cache_type,
        "tensor-parallel-size": server.accelerator.count if server.accelerator.count > 1 else None,
        "served-model-name": server.served_name,
        "dtype": None if catalog.accelerator(server.placement.gpu).bf16 else "half",
        "speculative-config": _speculative(server),
    }
    caching = "--enable-prefix-caching" if server.prefix_caching else "--no-enable-prefix-caching"
    return [*_written(flags), caching]


def _speculative(server: ModelServer) -> str | None:
    chosen = server.speculative
    if chosen is None:
        return None
    body: dict[str, object] = {"method": chosen.method, "num_speculative_tokens": chosen.tokens}
    body |= {"prompt_lookup_max": 4} if chosen.model is None else {"model": chosen.model}
    return json.dumps(body, separators=(",", ":"), sort_keys=True)


def _tgi_arguments(server: ModelServer) -> list[str]:
    kv = {"auto": None, "fp8": "fp8_e4m3fn", "fp8_e4m3": "fp8_e4m3fn", "fp8_e5m2": "fp8_e5m2"}
    flags: dict[str, object] = {
        "model-id": server.model,
        "port": server.listens_on,
        "max-total-tokens": server.max_model_len,
        "max-input-tokens": server.max_model_len - 1,
        "max-batch-prefill-tokens": server.max_num_batched_tokens,
        "cuda-memory-fraction": server.memory_utilization,
        "kv-cache-dtype": kv[server.kv_cache_type],
        "num-shard": server.accelerator.count if server.accelerator.count > 1 else None,
        "speculate": server.speculative.tokens if server.speculative else None,
    }
    return list(_written(flags))


def _triton_arguments(server: ModelServer) -> list[str]:
    return list(_written({"model-repository": server.model, "http-port": server.listens_on}))


def _written(flags: Mapping[str, object]) -> Iterator[str]:
    return (f"--{name}={value}" for name, value in flags.items() if value is not None)


def _nothing(server: ModelServer) -> list[str]:
    return []


SERVERS: Mapping[Engine, Server] = {
    "custom": Server("custom", 8000, "/", "/", frozenset(), _nothing, _nothing),
    "tgi": Server(
        "TGI",
        8080,
        "/health",
        "/health",
        frozenset(LEVERS) - {"max_num_seqs", "prefix_caching"},
        _nothing,
        _tgi_arguments,
        "ghcr.io/huggingface/text-generation-inference:3.3.4",
    ),
    "triton": Server(
        "Triton",
        8000,
        "/v2/health/ready",
        "/v2/health/live",
        frozenset(),
        lambda _: ["tritonserver"],
        _triton_arguments,
        metrics_port=8002,
    ),
    "vllm": Server(
        "vLLM",
        8000,
        "/health",
        "/health",
        frozenset(LEVERS),
        lambda server: ["vllm", "serve", server.model],
        _vllm_arguments,
        "vllm/vllm-openai:v0.11.0",
    ),
}


def command(server: ModelServer) -> Sequence[str]:
    """The container's command: the user's, else the engine's."""
    return server.command or SERVERS[server.engine].command(server)


def arguments(server: ModelServer) -> Sequence[str]:
    """The container's arguments: the engine's, then the user's."""
    return [*SERVERS[server.engine].arguments(server), *server.extra_args]
