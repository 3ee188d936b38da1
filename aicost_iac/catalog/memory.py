"""Does a model fit an accelerator? Weights, KV cache and overhead against what the driver offers.

Arithmetic, not measurement. Weights are `quantized parameters x bits / 8 + other parameters x 2`: quantizers leave
the embeddings and the output head at 16 bit, so a 70B model in 4 bits takes 37 GiB, not 33. The KV cache takes
`2 x layers x KV heads x head dimension x bytes` per token. A server such as vLLM uses a share of the memory
(`--gpu-memory-utilization`, https://docs.vllm.ai/en/latest/configuration/conserving_memory.html).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from aicost_iac.catalog.mig_boards import MigGpu, MigProfile
from aicost_iac.catalog.model_shapes import ModelShape

GIB = 2**30

# bitsandbytes NF4 with double quantization, scales included (QLoRA, https://arxiv.org/abs/2305.14314).
NF4_DOUBLE_QUANT_BITS = 4.127

# CUDA context, activations and graphs of one rank take 1 to 2 GiB; the upper end is the safe one.
OVERHEAD_GIB = 2.0

# The share a server takes when nothing is said: vLLM's default in most of its releases.
UTILIZATION = 0.9

_UNQUANTIZED_BITS = 16


@dataclass(frozen=True, slots=True)
class Serving:
    """What one replica serves: a model, the longest sequence, and how many such sequences at once.

    `weight_bits` and `kv_bits` are effective bits per value, `overhead_gib` is per tensor-parallel rank.
    """

    model: ModelShape
    max_model_len: int
    concurrency: int = 1
    weight_bits: float = 16
    kv_bits: float = 16
    overhead_gib: float = OVERHEAD_GIB
    tensor_parallel: int = 1

    def __post_init__(self) -> None:
        if min(self.max_model_len, self.concurrency, self.tensor_parallel) < 1:
            raise ValueError("max_model_len, concurrency and tensor_parallel are 1 or more")
        if min(self.weight_bits, self.kv_bits) <= 0 or self.overhead_gib < 0:
            raise ValueError("weight_bits and kv_bits are above 0, overhead_gib is not negative")


@dataclass(frozen=True, slots=True)
class Fit:
    """What one rank needs and what it may use, in GiB."""

    weights_gib: float
    kv_gib: float
    overhead_gib: float
    budget_gib: float

    @property
    def needed_gib(self) -> float:
        """Weights, KV cache and overhead together."""
        return self.weights_gib + self.kv_gib + self.overhead_gib

    @property
    def spare_gib(self) -> float:
        """What is left of the budget; negative is what is missing."""
        return self.budget_gib - self.needed_gib

    @property
    def fits(self) -> bool:
        """Whether the need is within the budget."""
        return self.needed_gib <= self.budget_gib


def grouped_bits(bits: int, group_size: int = 128) -> float:
    """Effective bits of group-wise quantization (AWQ, GPTQ): each group adds a 16-bit scale and a zero point."""
    return bits + (16 + bits) / group_size


def weights_bytes(model: ModelShape, bits: float = 16) -> int:
    """Bytes of all weights at `bits` per quantized value; the embeddings stay at 16 bit or more."""
    embeddings = model.embedding_parameters * max(bits, _UNQUANTIZED_BITS)
    return math.ceil(((model.parameters - model.embedding_parameters) * bits + embeddings) / 8)


def kv_bytes_per_token(model: ModelShape, bits: float = 16) -> int:
    """Bytes of KV cache one token takes over all layers and heads."""
    return math.ceil(2 * model.layers * model.kv_heads * model.head_dim * bits / 8)


def fit(serving: Serving, usable_gib: float, utilization: float = UTILIZATION) -> Fit:
    """What one rank of a replica needs of `usable_gib`.

    Weights are divided by the tensor-parallel size. KV heads are divided too, but one is the least a rank holds:
    beyond `kv_heads` ranks more of them save no cache.
    """
    model = serving.model
    heads = math.ceil(model.kv_heads / serving.tensor_parallel)
    tokens = serving.max_model_len * serving.concurrency
    return Fit(
        weights_gib=weights_bytes(model, serving.weight_bits) / serving.tensor_parallel / GIB,
        kv_gib=kv_bytes_per_token(model, serving.kv_bits) * heads / model.kv_heads * tokens / GIB,
        overhead_gib=serving.overhead_gib,
        budget_gib=usable_gib * utilization,
    )


def max_concurrency(serving: Serving, usable_gib: float, utilization: float = UTILIZATION) -> int:
    """How many sequences of `max_model_len` fit beside the weights; 0 when not even one does."""
    needed = fit(serving, usable_gib, utilization)
    room = needed.budget_gib - needed.weights_gib - needed.overhead_gib
    return max(0, math.floor(room / (needed.kv_gib / serving.concurrency)))


def fitting_profiles(serving: Serving, board: MigGpu, utilization: float = UTILIZATION) -> tuple[MigProfile, ...]:
    """The board's plain MIG profiles that hold one replica, smallest first.

    None when `tensor_parallel` is above 1: a process uses one MIG device, and devices have no peer traffic.
    """
    if serving.tensor_parallel > 1:
        return ()
    return tuple(
        each for each in board.profiles if each.plain and fit(serving, each.planning_memory_gib, utilization).fits
    )
