"""The shape of a model from its Hugging Face `config.json`.

    from aicost_iac.catalog.hugging_face import shape_of

    shape_of(json.loads(text), "Qwen/Qwen3-8B").parameters         # 8190735360

Decoders of the usual build: embeddings, layers of attention with grouped queries and a gated MLP (dense, or of
experts), norms, an output head. What is built otherwise is refused by its `model_type`, not guessed.
https://huggingface.co/docs/transformers/main_classes/configuration
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from aicost_iac.catalog.model_shapes import ModelShape
from aicost_iac.errors import did_you_mean


@dataclass(frozen=True, slots=True)
class _Build:
    """How one `model_type` differs. Defaults are those of the library's own configuration classes."""

    qkv_bias: bool = False
    head_norms: bool = False
    """Whether queries and keys are normed, one weight for each value of a head."""
    norms: int = 2
    """Norms in a layer."""
    tied: bool = False
    experts: str = ""
    """The key that counts experts; the MLP's width is then `moe_intermediate_size` where there is one."""
    head_dim: int | None = None


_BUILDS: Mapping[str, _Build] = {
    "gemma2": _Build(norms=4, tied=True, head_dim=256),
    "granite": _Build(),
    "llama": _Build(),
    "mistral": _Build(),
    "mixtral": _Build(experts="num_local_experts"),
    "phi3": _Build(),
    "qwen2": _Build(qkv_bias=True),
    "qwen3": _Build(head_norms=True),
    "qwen3_moe": _Build(head_norms=True, experts="num_experts"),
}


def shape_of(config: Mapping[str, Any], model: str) -> ModelShape:
    """The shape that a `config.json` describes; `model` is what the model is called.

    Raises `ValueError` for a `model_type` that is built otherwise and for sizes that are missing or no whole numbers.
    """
    kind = str(config.get("model_type", ""))
    if kind not in _BUILDS:
        hint = did_you_mean(kind, _BUILDS) or f"known are {', '.join(_BUILDS)}"
        raise ValueError(f"model_type {kind!r} is not one whose parameters can be counted from its sizes; {hint}")
    build = _BUILDS[kind]
    hidden, heads = _size(config, "hidden_size"), _size(config, "num_attention_heads")
    shape = ModelShape(
        name=model,
        hugging_face_id=model,
        same_shape=(),
        parameters=0,
        layers=_size(config, "num_hidden_layers"),
        hidden=hidden,
        attention_heads=heads,
        kv_heads=_size(config, "num_key_value_heads", heads),
        head_dim=_size(config, "head_dim", build.head_dim or hidden // heads),
        intermediate=_width(config, build),
        experts=_size(config, build.experts) if build.experts else 1,
        vocab=_size(config, "vocab_size"),
        qkv_bias=bool(config.get("attention_bias", build.qkv_bias)) or build.qkv_bias,
        tie_embeddings=bool(config.get("tie_word_embeddings", build.tied)),
        max_positions=_size(config, "max_position_embeddings"),
        source=("config.json",),
        date="",
        note="",
    )
    return _counted(shape, build)


def _counted(shape: ModelShape, build: _Build) -> ModelShape:
    """The shape with its number of parameters."""
    query, keys = shape.attention_heads * shape.head_dim, shape.kv_heads * shape.head_dim
    attention = 2 * shape.hidden * (query + keys) + (query + 2 * keys if shape.qkv_bias else 0)
    router = shape.hidden * shape.experts if shape.experts > 1 else 0
    norms = build.norms * shape.hidden + (2 * shape.head_dim if build.head_norms else 0)
    layer = attention + 3 * shape.hidden * shape.intermediate * shape.experts + router + norms
    return replace(shape, parameters=shape.layers * layer + shape.embedding_parameters + shape.hidden)


def _width(config: Mapping[str, Any], build: _Build) -> int:
    key = "moe_intermediate_size" if build.experts and "moe_intermediate_size" in config else "intermediate_size"
    return _size(config, key)


def _size(config: Mapping[str, Any], key: str, default: int | None = None) -> int:
    value = config.get(key)
    if value is None and default is not None:
        return default
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(f"{key} should be a whole number of 1 or more, it is {value!r}")
    return value
