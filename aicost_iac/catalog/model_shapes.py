"""Shapes of common open models: what their memory follows from (`catalog.memory`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from aicost_iac.catalog.tables import Row, rows
from aicost_iac.errors import UnknownName


@dataclass(frozen=True, slots=True)
class ModelShape:
    """The sizes in a model's Hugging Face `config.json`.

    `parameters` counts everything, embeddings and all experts included. `kv_heads` below `attention_heads` is
    grouped-query attention. `max_positions` is None where checkpoints of the same shape disagree.
    """

    name: str
    hugging_face_id: str
    same_shape: tuple[str, ...]
    parameters: int
    layers: int
    hidden: int
    attention_heads: int
    kv_heads: int
    head_dim: int
    intermediate: int
    experts: int
    vocab: int
    qkv_bias: bool
    tie_embeddings: bool
    max_positions: int | None
    source: tuple[str, ...]
    date: str
    note: str

    @property
    def embedding_parameters(self) -> int:
        """Parameters of the token embedding and of the output head: quantizers leave these at 16 bit."""
        return (1 if self.tie_embeddings else 2) * self.vocab * self.hidden


def model(name: str) -> ModelShape:
    """The shape behind a short name or a Hugging Face id, upper or lower case. Raises `UnknownName`."""
    known = _by_name()
    try:
        row = known[name.casefold()]
    except KeyError:
        raise UnknownName("model", name, models()) from None
    return ModelShape(**{**row, "same_shape": tuple(row["same_shape"]), "source": tuple(row["source"])})


def models() -> tuple[str, ...]:
    """Every name `model` knows: short names first, then Hugging Face ids."""
    listed = rows("models", "models")
    ids = [each for row in listed for each in (row["hugging_face_id"], *row["same_shape"])]
    return (*(row["name"] for row in listed), *ids)


@cache
def _by_name() -> Mapping[str, Row]:
    return {
        name.casefold(): row
        for row in rows("models", "models")
        for name in (row["name"], row["hugging_face_id"], *row["same_shape"])
    }
