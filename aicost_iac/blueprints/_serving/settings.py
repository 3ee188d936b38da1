"""What a model server can be told besides its model: quantization, speculation, where its weights lie."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Field

from aicost_iac.catalog.memory import NF4_DOUBLE_QUANT_BITS, grouped_bits
from aicost_iac.errors import Problem
from aicost_iac.fields import Model, matching
from aicost_iac.tags import OptimizationLevel

Engine = Literal["vllm", "tgi", "triton", "custom"]
Quantization = Literal["fp8", "int8", "awq", "gptq", "gptq-8bit", "bitsandbytes"]
KvCacheType = Literal["auto", "fp8", "fp8_e4m3", "fp8_e5m2"]

# Effective bits of a weight, scales included.
BITS: Mapping[Quantization, float] = {
    "awq": grouped_bits(4),
    "bitsandbytes": NF4_DOUBLE_QUANT_BITS,
    "fp8": 8,
    "gptq": grouped_bits(4),
    "gptq-8bit": grouped_bits(8),
    "int8": 8,
}
LEVELS: Mapping[Quantization, OptimizationLevel] = {
    "awq": "quantized-4bit",
    "bitsandbytes": "quantized-4bit",
    "fp8": "quantized-8bit",
    "gptq": "quantized-4bit",
    "gptq-8bit": "quantized-8bit",
    "int8": "quantized-8bit",
}

_DNS_NAME = r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?"
ObjectName = Annotated[str, matching(_DNS_NAME, "an object's name: a-z 0-9 . -")]
Folder = Annotated[str, matching(r"/[\w./-]+", "an absolute path")]
AccessMode = Literal["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany"]


class Speculative(Model):
    """Speculative decoding: several tokens are guessed and checked in one pass.

    https://docs.vllm.ai/en/latest/features/speculative_decoding/
    """

    method: Literal["ngram", "eagle", "eagle3"] = "ngram"
    """`ngram` guesses from the prompt and needs no memory; the others need a head trained for the model."""
    tokens: Annotated[int, Field(ge=1, le=16)] = 3
    """How many are guessed at a time."""
    model: str | None = None
    """The head's Hugging Face id."""
    model_gib: Annotated[float, Field(gt=0)] | None = None
    """What the head's weights take of every GPU, GiB."""

    def problems(self) -> Iterator[Problem]:
        needs = self.method != "ngram"
        for field in ("model", "model_gib"):
            if (getattr(self, field) is not None) != needs:
                reason = f"is required with {self.method!r}" if needs else "has no effect with 'ngram'"
                yield Problem(field, reason, getattr(self, field))


class ModelStorage(Model):
    """A volume with the weights: replicas load from it instead of downloading each time.

    https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes
    """

    claim: ObjectName
    """The PersistentVolumeClaim."""
    access_mode: AccessMode
    """`ReadWriteOnce` is one node's: a second replica elsewhere waits for ever, on a GPU that is billed."""
    size_gib: Annotated[int, Field(ge=1)] | None = None
    """Make the claim, of so much; None where it exists already."""
    storage_class: ObjectName | None = None
    """Of the claim that is made; default: the cluster's."""
    path: Folder = "/models"
    """Where it is mounted; also the cache of the Hugging Face hub."""

    def problems(self) -> Iterator[Problem]:
        if self.size_gib is None and self.storage_class is not None:
            yield Problem("storage_class", "has no effect on a claim that exists", self.storage_class, "remove it")
        if self.size_gib is not None and self.access_mode == "ReadOnlyMany":
            yield Problem("access_mode", "of a new claim can not be read-only: nobody could fill it", self.access_mode)

    @property
    def read_only(self) -> bool:
        """Whether pods can only read: then nothing is downloaded."""
        return self.access_mode == "ReadOnlyMany"
