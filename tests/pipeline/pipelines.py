"""Pipelines to test with."""

from typing import Any

from aicost_iac import (
    Context,
    CostTags,
    ElastiCache,
    InferencePipeline,
    LiteLLM,
    MigSlice,
    ModelServer,
    Placement,
    Plan,
    Redis,
    RequestMix,
    Scaling,
    SecretKey,
    SemanticCache,
    WholeGpus,
)

TAGS = CostTags(workload_type="inference", cost_center="product", team="assistant")
KEY = SecretKey(secret="assistant", key="key")
SLICES = Placement(gpu="H100", slices={"1g.20gb": 4}, instance_type="p5.4xlarge", node_selector={"pool": "slices"})
GPUS = Placement(gpu="H100", gpus_per_node=8, instance_type="p5.48xlarge", node_selector={"pool": "h100"})
ROUTER = LiteLLM(master_key=KEY)
SEMANTIC = SemanticCache(store=Redis(password=KEY), similarity_threshold=0.93, evaluated_on="1,200 pairs of questions")
ELASTICACHE = ElastiCache(
    auth_token=KEY,
    auth_token_parameter="/assistant/cache",
    subnet_ids=["subnet-0a1b2c3d"],
    security_group_ids=["sg-0a1b2c3d"],
)
MIX = RequestMix(
    requests_per_hour=20_000,
    cache_hit_rate=0.2,
    simple_share=0.7,
    tokens_per_answer=250,
    small_tokens_per_second=900,
    large_tokens_per_second=700,
    source="load test of 2026-11-18",
)


def small(**fields: Any) -> ModelServer:
    given = {
        "name": "assistant-small",
        "model": "example/distilled-7b-awq",
        "shape": "Mistral-7B-v0.3",
        "quantization": "awq",
        "namespace": "ai",
        "max_model_len": 8192,
        "concurrency": 8,
        "placement": SLICES,
        "accelerator": MigSlice(profile="1g.20gb"),
        "api_key": KEY,
    }
    return ModelServer(**{**given, **fields})


def large(**fields: Any) -> ModelServer:
    given = {
        "name": "assistant-large",
        "model": "RedHatAI/Llama-3.3-70B-Instruct-FP8-dynamic",
        "shape": "Llama-3.3-70B",
        "quantization": "fp8",
        "namespace": "ai",
        "max_model_len": 16_384,
        "concurrency": 8,
        "placement": GPUS,
        "accelerator": WholeGpus(count=2),
        "api_key": KEY,
    }
    return ModelServer(**{**given, **fields})


def pipeline(**fields: Any) -> InferencePipeline:
    return InferencePipeline(**{"name": "assistant", "small": small(), "large": large(), "router": ROUTER, **fields})


def scaled(**fields: Any) -> InferencePipeline:
    """Both models behind autoscalers."""
    given = {
        "small": small(replicas=None),
        "large": large(replicas=None),
        "small_scaling": Scaling(max_replicas=16, requests_per_replica=8),
        "large_scaling": Scaling(max_replicas=4, requests_per_replica=8),
    }
    return pipeline(**{**given, **fields})


def plan(blueprint: InferencePipeline) -> Plan:
    return blueprint.expand(Context(TAGS))
