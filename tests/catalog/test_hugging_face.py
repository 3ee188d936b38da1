"""Shapes read from `config.json`: the count of parameters is the one published beside the weights."""

from typing import Any

import pytest

from aicost_iac import catalog
from aicost_iac.catalog.hugging_face import shape_of

QWEN3_8B: dict[str, Any] = {
    "model_type": "qwen3",
    "hidden_size": 4096,
    "num_hidden_layers": 36,
    "num_attention_heads": 32,
    "num_key_value_heads": 8,
    "head_dim": 128,
    "intermediate_size": 12_288,
    "vocab_size": 151_936,
    "tie_word_embeddings": False,
    "max_position_embeddings": 40_960,
}
QWEN3_30B = QWEN3_8B | {
    "model_type": "qwen3_moe",
    "hidden_size": 2048,
    "num_hidden_layers": 48,
    "num_key_value_heads": 4,
    "intermediate_size": 6144,
    "moe_intermediate_size": 768,
    "num_experts": 128,
}
PHI_4 = {
    "model_type": "phi3",
    "hidden_size": 5120,
    "num_hidden_layers": 40,
    "num_attention_heads": 40,
    "num_key_value_heads": 10,
    "intermediate_size": 17_920,
    "vocab_size": 100_352,
    "tie_word_embeddings": False,
    "max_position_embeddings": 16_384,
}
GEMMA_2_9B = {
    "model_type": "gemma2",
    "hidden_size": 3584,
    "num_hidden_layers": 42,
    "num_attention_heads": 16,
    "num_key_value_heads": 8,
    "intermediate_size": 14_336,
    "vocab_size": 256_000,
    "max_position_embeddings": 8192,
}


@pytest.mark.parametrize(
    ("config", "parameters"),
    [(QWEN3_8B, 8_190_735_360), (QWEN3_30B, 30_532_122_624), (PHI_4, 14_659_507_200), (GEMMA_2_9B, 9_241_705_984)],
)
def test_parameters_are_those_of_the_published_weights(config: dict[str, Any], parameters: int) -> None:
    assert shape_of(config, "it").parameters == parameters


@pytest.mark.parametrize("name", [name for name in catalog.models() if "/" not in name])
def test_the_catalog_and_a_config_of_the_same_sizes_agree(name: str) -> None:
    known = catalog.model(name)
    config = {
        "model_type": "mixtral" if known.experts > 1 else "qwen2" if known.qkv_bias else "llama",
        "hidden_size": known.hidden,
        "num_hidden_layers": known.layers,
        "num_attention_heads": known.attention_heads,
        "num_key_value_heads": known.kv_heads,
        "head_dim": known.head_dim,
        "intermediate_size": known.intermediate,
        "num_local_experts": known.experts,
        "vocab_size": known.vocab,
        "tie_word_embeddings": known.tie_embeddings,
        "max_position_embeddings": known.max_positions or 1,
    }
    shape = shape_of(config, name)
    assert (shape.parameters, shape.embedding_parameters) == (known.parameters, known.embedding_parameters)


def test_heads_that_are_not_written_follow() -> None:
    bare = {key: value for key, value in QWEN3_8B.items() if key not in ("num_key_value_heads", "head_dim")}
    shape = shape_of(bare, "it")
    assert (shape.kv_heads, shape.head_dim) == (32, 128)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"model_type": "deepseek_v3"}, "model_type 'deepseek_v3' is not one whose parameters can be counted"),
        ({"model_type": "qwen_3"}, "did you mean 'qwen3'"),
        ({"model_type": None}, "known are gemma2"),
        ({"hidden_size": None}, "hidden_size should be a whole number of 1 or more, it is None"),
        ({"num_hidden_layers": "36"}, "num_hidden_layers should be a whole number"),
    ],
)
def test_what_can_not_be_counted_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        shape_of(QWEN3_8B | change, "it")
