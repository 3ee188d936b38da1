"""Are the weights stored as the server is told? What the checkpoint says of itself decides what is loaded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from aicost_iac import catalog
from aicost_iac.blueprints._serving.settings import LEVELS, Quantization
from aicost_iac.errors import CatalogError, Problem

if TYPE_CHECKING:
    from aicost_iac.blueprints.model_server import ModelServer

# How methods of a `quantization_config` store weights, by their bits.
_METHODS: Mapping[tuple[str, object], tuple[Quantization, ...]] = {
    ("awq", 4): ("awq",),
    ("bitsandbytes", 4): ("bitsandbytes",),
    ("bitsandbytes", 8): ("int8",),
    ("float", 8): ("fp8",),
    ("fp8", 8): ("fp8",),
    ("gptq", 4): ("gptq",),
    ("gptq", 8): ("gptq-8bit",),
    ("int", 4): ("gptq", "awq"),
    ("int", 8): ("int8", "gptq-8bit"),
}


def problems(server: ModelServer) -> Iterator[Problem]:
    """What contradicts `quantization`: the tags, the catalog's own checkpoint, the model's file."""
    yield from _tag_problems(server)
    if server.config is not None:
        yield from _file_problems(server, server.config.get("quantization_config"))
    elif server.quantization is not None and server.shape is None and _is_known(server.model):
        reason = "is a checkpoint of 16 bit, whatever quantization says"
        way_out = f"the id of the quantized checkpoint, and shape={server.model!r}"
        yield Problem("model", reason, server.model, way_out)


def _is_known(model: str) -> bool:
    """Whether the catalog has it: what it has are checkpoints as their makers published them."""
    try:
        catalog.model(model)
    except CatalogError:
        return False
    return True


def _tag_problems(server: ModelServer) -> Iterator[Problem]:
    level = LEVELS[server.quantization] if server.quantization else None
    said = server.tags.optimization_level
    if said is not None and level is not None and said != level:
        yield Problem("tags.optimization_level", f"contradicts quantization, which makes it {level!r}", said)
    if said in ("quantized-4bit", "quantized-8bit") and level is None:
        yield Problem("tags.optimization_level", "needs quantization to say how", said, "quantization=")


def _file_problems(server: ModelServer, written: Any) -> Iterator[Problem]:
    """Checkpoints from before `quantization_config` say nothing: then the word of the user counts."""
    if not isinstance(written, Mapping):
        return
    method, bits = _stored(written)
    known = _METHODS.get((method, bits), ())
    if server.quantization in known or (server.quantization is not None and not known):
        return
    way_out = " or ".join(f"quantization={each!r}" for each in known) or "the one of as many bits"
    reason = f"is not what config.json says of the weights ({method}, {bits} bits)"
    yield Problem("quantization", reason, server.quantization or "none", way_out)


def _stored(written: Mapping[str, Any]) -> tuple[str, object]:
    """Method and bits; of compressed-tensors the type of its numbers, by its first group.

    https://github.com/huggingface/transformers/blob/main/docs/source/en/quantization/compressed_tensors.md
    """
    method = str(written.get("quant_method", "unknown"))
    groups = written.get("config_groups")
    if isinstance(groups, Mapping) and groups:
        first = next(iter(groups.values()))
        numbers = first.get("weights") if isinstance(first, Mapping) else None
        if isinstance(numbers, Mapping):
            return str(numbers.get("type", method)), numbers.get("num_bits")
    eight = method == "fp8" or written.get("load_in_8bit") is True
    return method, written.get("bits", 8 if eight else 4)
