"""Which model a server was told to serve, how, and whether that can fit.

Arithmetic of `catalog.memory`; every doubt is resolved in favour of the manifest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from aicost_iac import catalog
from aicost_iac.catalog import ModelShape
from aicost_iac.catalog.memory import NF4_DOUBLE_QUANT_BITS, Serving
from aicost_iac.errors import CatalogError
from aicost_iac.rules.reading.pods import Container, Pods
from aicost_iac.rules.reading.servers import TGI, VLLM, server
from aicost_iac.rules.reading.values import number, whole
from aicost_iac.rules.world import Facts

# Bits of a weight by `--quantization` (vLLM) and `--quantize` (TGI). AWQ and GPTQ also come in 8 bits; 4 is the least.
_BITS: Mapping[str, float] = {
    "awq": 4, "awq_marlin": 4, "bitsandbytes": NF4_DOUBLE_QUANT_BITS, "bitsandbytes-nf4": NF4_DOUBLE_QUANT_BITS,
    "eetq": 8, "fp8": 8, "gptq": 4, "gptq_marlin": 4,
}  # fmt: skip
# The variables that stand for TGI's arguments: https://huggingface.co/docs/text-generation-inference/reference/launcher
_VARIABLES: Mapping[str, str] = {
    "--cuda-memory-fraction": "CUDA_MEMORY_FRACTION", "--dtype": "DTYPE", "--kv-cache-dtype": "KV_CACHE_DTYPE",
    "--max-total-tokens": "MAX_TOTAL_TOKENS", "--num-shard": "NUM_SHARD", "--quantize": "QUANTIZE",
}  # fmt: skip
_DTYPES: Mapping[str, float] = {"float32": 32, "float": 32}
# The longest sequence: of vLLM, SGLang and TGI.
_LENGTH = ("--max-model-len", "--context-length", "--max-total-tokens")
_RANKS = ("--tensor-parallel-size", "-tp", "--tp-size", "--tp", "--num-shard")
_LABELS = ("model", "model-name", "model_name", "aicost.dev/model")
# Memory beyond the GPU, or a split that is not by tensor: then the arithmetic here does not hold.
_BEYOND = ("--cpu-offload-gb", "--pipeline-parallel-size", "-pp", "--pp-size", "--hf-overrides")


def serving(container: Container, template: Pods, facts: Facts) -> Serving | None:
    """What one replica serves, None where the model's shape or the way it is served is unknown."""
    arguments = container.arguments
    shape = _shape(_names(container, template), facts)
    bits = _bits(container)
    if shape is None or bits is None or arguments.unsure or arguments.flag(*_BEYOND, "--config") or _hidden(container):
        return None
    # vLLM does not start without room for one sequence of full length; the others take what there is.
    most = shape.max_positions if server(container) is VLLM else 1
    return Serving(
        model=shape,
        max_model_len=whole(_value(container, *_LENGTH)) or most or 1,
        weight_bits=bits,
        kv_bits=8 if (_value(container, "--kv-cache-dtype") or "").startswith("fp8") else 16,
        tensor_parallel=max(1, _ranks(container)),
    )


def optimistic(serving: Serving) -> Serving:
    """The same with the least overhead anybody has seen."""
    return replace(serving, overhead_gib=1.0)


def utilization(container: Container) -> float | None:
    """The share of the memory the server was told to take."""
    return number(_value(container, "--gpu-memory-utilization", "--mem-fraction-static", "--cuda-memory-fraction"))


def usable_gib(accelerators: Iterable[str], profile: str = "") -> float | None:
    """The most memory that one of these boards, or that slice of it, may offer; None where it is unknown."""
    found = [_of_board(name, profile) for name in accelerators]
    known = [each for each in found if each is not None]
    return max(known) if known and len(known) == len(found) else None


def _of_board(name: str, resource: str) -> float | None:
    try:
        board = catalog.mig.gpu(name)
    except CatalogError:
        return None if resource else _nominal(name)
    if not resource:
        return max(each.planning_memory_gib for each in board.profiles)
    slices = [each.planning_memory_gib for each in board.profiles if each.resource_name == resource]
    return max(slices, default=None)


def _nominal(name: str) -> float | None:
    try:
        return catalog.accelerator(name).memory_gib
    except CatalogError:
        return None


def _names(container: Container, template: Pods) -> list[str]:
    """What the model may be called, the most explicit name first."""
    arguments = container.arguments
    named = [arguments.value("--model", "--model-id", "--model-path"), arguments.after("serve")]
    named += [value for name, value, _ in container.env() if name in ("MODEL_ID", "MODEL_NAME", "MODEL")]
    if not any(named) and not arguments.flag("--model", "--model-id", "--model-path"):
        named += [template.labels.get(key) for key in _LABELS]
    return [name for name in named if name]


def _shape(names: list[str], facts: Facts) -> ModelShape | None:
    for name in names[:1]:
        if name in facts.models:
            return facts.models[name]
        try:
            return catalog.model(name)
        except CatalogError:
            continue
    return None


def _bits(container: Container) -> float | None:
    names = ("--quantization", "-q", "--quantize")
    chosen = _value(container, *names)
    if chosen is not None or container.arguments.flag(*names) is not None:
        return _BITS.get(chosen or "")
    return _DTYPES.get(_value(container, "--dtype") or "", 16)


def _ranks(container: Container) -> int:
    """TGI takes every GPU it sees unless it is told otherwise."""
    told = whole(_value(container, *_RANKS))
    return told or ((container.gpus or 1) if server(container) is TGI else 1)


def _value(container: Container, *flags: str) -> str | None:
    """What a flag, or the variable that stands for it, says."""
    told = container.arguments.flag(*flags)
    if told is not None or server(container) is not TGI:
        return told.value if told else None
    variables = {name for each in flags if (name := _VARIABLES.get(each))}
    return next((value for name, value, _ in container.env() if name in variables), None)


def _hidden(container: Container) -> bool:
    """Whether variables say something that nobody can read here."""
    if server(container) is not TGI:
        return False
    known = {name for name, _, _ in container.env()}
    named = {each.text("name") for each in container.block.blocks("env")}
    return not container.block.absent("envFrom") or bool((named - known) & {*_VARIABLES.values(), "SHARDED"})
