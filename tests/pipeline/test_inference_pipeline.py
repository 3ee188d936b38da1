"""InferencePipeline: pieces that know of each other what they need and no more, and refuse what would not serve."""

from decimal import Decimal
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from aicost_iac import (
    EmbeddingServer,
    ExactCache,
    InferencePipeline,
    InvalidBlueprint,
    KeyBudgets,
    KeywordRule,
    KubeObject,
    LiteLLM,
    OwnRouter,
    Redis,
    Scaling,
    SemanticCache,
    Suppress,
)
from aicost_iac.rules import Subject, World, check
from tests.kubernetes.strict import assert_valid
from tests.pipeline.pipelines import (
    ELASTICACHE,
    KEY,
    MIX,
    ROUTER,
    SEMANTIC,
    large,
    pipeline,
    plan,
    scaled,
    small,
)

OWN = OwnRouter(image="registry.example.com/router:2.1.0")
SLEEPS = Scaling(min_replicas=0, max_replicas=4, requests_per_replica=8)


def found(blueprint: InferencePipeline, kind: str, name: str) -> KubeObject:
    [item] = [each for each in plan(blueprint).objects if (each.kind, each.name) == (kind, name)]
    return item


def config(blueprint: InferencePipeline) -> dict[str, Any]:
    written: dict[str, Any] = yaml.safe_load(
        found(blueprint, "ConfigMap", "assistant-router").body["data"]["config.yaml"]
    )
    return written


def container(item: KubeObject) -> dict[str, Any]:
    [only] = item.body["spec"]["template"]["spec"]["containers"]
    return dict(only)


def environment(blueprint: InferencePipeline) -> dict[str, Any]:
    deployed = container(found(blueprint, "Deployment", "assistant-router"))
    return {each["name"]: each.get("value") or each["valueFrom"]["secretKeyRef"] for each in deployed["env"]}


def findings(blueprint: InferencePipeline) -> list[str]:
    """Of errors, and of warnings that are not true of nearly everything. The nodes are another stack's."""
    nodes = tuple(Subject(each) for each in plan(blueprint).nodes)
    return [f"{each.rule} {each.address}: {each.message}" for each in check(World(nodes, complete=False)).errors]


def test_the_router_sends_to_the_services_of_the_models() -> None:
    models = {each["model_name"]: each["litellm_params"] for each in config(pipeline())["model_list"]}
    assert models["small"]["model"] == "hosted_vllm/example/distilled-7b-awq"
    assert models["small"]["api_base"] == "http://assistant-small.ai.svc.cluster.local:8000/v1"
    assert models["large"]["api_base"] == f"{large().url}/v1"
    assert models["assistant"]["complexity_router_config"]["tiers"]["REASONING"] == "large"


def test_a_key_is_a_reference_wherever_it_is_used() -> None:
    written = environment(pipeline(cache=SEMANTIC))
    for name in ("LITELLM_MASTER_KEY", "SMALL_MODEL_KEY", "LARGE_MODEL_KEY", "REDIS_PASSWORD"):
        assert written[name] == {"name": "assistant", "key": "key"}
    assert config(pipeline())["general_settings"] == {"master_key": "os.environ/LITELLM_MASTER_KEY"}


@pytest.mark.parametrize("part", ["small", "large", "cache", "embeddings"])
def test_only_the_router_reaches_what_is_behind_it(part: str) -> None:
    policy = found(pipeline(cache=SEMANTIC), "NetworkPolicy", f"assistant-{part}").body["spec"]
    router = {"podSelector": {"matchLabels": {"app.kubernetes.io/name": "assistant-router"}}}
    monitoring = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}
    peers = [peer for rule in policy["ingress"] for peer in rule["from"]]
    assert router in peers
    assert all(peer in (router, monitoring) for peer in peers)


def test_a_semantic_cache_names_model_and_dimension_once() -> None:
    built = pipeline(cache=SEMANTIC)
    params = config(built)["litellm_settings"]["cache_params"]
    [embedder] = [each for each in config(built)["model_list"] if each["model_name"] == "cache-embedding"]
    assert params["type"] == "redis-semantic"
    assert params["redis_semantic_cache_embedding_model"] == "cache-embedding"
    assert params["semantic_cache_scope"] == "key"
    assert embedder["litellm_params"]["model"] == f"openai/{SEMANTIC.embedding.model}"
    assert embedder["litellm_params"]["api_base"] == "http://assistant-embeddings.ai.svc.cluster.local:8080/v1"
    assert "--model-id" in container(found(built, "Deployment", "assistant-embeddings"))["args"]


@pytest.mark.parametrize(
    "changed",
    [
        {"small": small(model="example/distilled-7b-v2-awq")},
        {"large": large(quantization="gptq-8bit")},
        {"cache": SEMANTIC.model_copy(update={"prompt_version": "2"})},
        {"name": "other"},
    ],
)
def test_answers_of_other_models_or_prompts_lie_under_another_name(changed: dict[str, Any]) -> None:
    def namespace(blueprint: InferencePipeline) -> str:
        [text] = [each.body["data"]["config.yaml"] for each in plan(blueprint).objects if each.kind == "ConfigMap"]
        return str(yaml.safe_load(text)["litellm_settings"]["cache_params"]["namespace"])

    assert namespace(pipeline(cache=SEMANTIC)) != namespace(pipeline(**{"cache": SEMANTIC, **changed}))


def test_redis_keeps_nothing_and_is_bounded() -> None:
    server = container(found(pipeline(cache=SEMANTIC), "Deployment", "assistant-cache"))
    arguments = " ".join(f"[{each}]" for each in server["args"])
    assert "[--save] [] [--appendonly] [no]" in arguments
    assert "[--maxmemory] [1024mb] [--maxmemory-policy] [allkeys-lfu]" in arguments
    assert server["resources"]["limits"]["memory"] == "1536Mi"
    assert server["args"][0] == "redis-server"


def test_elasticache_is_made_first_and_used_once_its_endpoint_is_known() -> None:
    made = plan(pipeline(cache=ExactCache(store=ELASTICACHE)))
    group = made.by_address["aws_elasticache_replication_group.assistant_cache"]
    assert group.body["transit_encryption_enabled"] is True  # type: ignore[attr-defined]
    assert "until then the router runs without a cache" in made.outputs["cache_endpoint"].description
    assert config(pipeline(cache=ExactCache(store=ELASTICACHE)))["litellm_settings"]["cache"] is False
    known = ELASTICACHE.model_copy(update={"endpoint": "assistant.abc.ng.0001.use1.cache.amazonaws.com"})
    semantic = SEMANTIC.model_copy(update={"store": known})
    params = config(pipeline(cache=semantic))["litellm_settings"]["cache_params"]
    assert (params["type"], params["ssl"]) == ("valkey-semantic", True)


def test_a_router_of_ones_own_is_told_by_its_environment() -> None:
    written = environment(pipeline(router=OWN, cache=SEMANTIC))
    assert written["SMALL_MODEL_ENDPOINT"] == "http://assistant-small.ai.svc.cluster.local:8000/v1"
    assert written["CACHE_ENDPOINT"] == "redis://assistant-cache.ai.svc.cluster.local:6379"
    assert (written["COMPLEXITY_THRESHOLD"], written["CACHE_SIMILARITY_THRESHOLD"]) == ("0.35", "0.93")
    assert written["EMBEDDING_DIMENSION"] == "384"
    assert not [each for each in plan(pipeline(router=OWN)).objects if each.kind == "ConfigMap"]


def test_budgets_of_keys_need_prices_and_a_database() -> None:
    budgets = KeyBudgets(
        database_url=KEY,
        max_usd=Decimal(50),
        small_usd_per_million_tokens=Decimal("0.4"),
        large_usd_per_million_tokens=Decimal(3),
    )
    written = config(pipeline(router=LiteLLM(master_key=KEY, key_budgets=budgets)))
    prices = {each["model_name"]: each["litellm_params"].get("output_cost_per_token") for each in written["model_list"]}
    assert (prices["small"], prices["large"]) == (4e-07, 3e-06)
    assert written["litellm_settings"]["default_key_generate_params"] == {"max_budget": 50.0, "budget_duration": "30d"}
    assert written["general_settings"]["database_url"] == "os.environ/DATABASE_URL"


def test_a_changed_configuration_replaces_the_routers_pods() -> None:
    def stamp(blueprint: InferencePipeline) -> str:
        pod = found(blueprint, "Deployment", "assistant-router").body["spec"]["template"]
        return str(pod["metadata"]["annotations"]["aicost.dev/config"])

    ruled = LiteLLM(master_key=KEY, rules=[KeywordRule(keywords=["contract law"], model="large")])
    assert stamp(pipeline()) == stamp(pipeline())
    assert stamp(pipeline()) != stamp(pipeline(router=ruled))
    [rule] = config(pipeline(router=ruled))["model_list"][0]["litellm_params"]["complexity_router_config"][
        "keyword_tier_rules"
    ]
    assert rule == {"keywords": ["contract law"], "tier": "COMPLEX"}


def test_models_are_scaled_on_the_requests_they_hold_and_woken_by_those_that_arrive() -> None:
    built = scaled(small_scaling=SLEEPS)
    [waiting, arrivals] = found(built, "ScaledObject", "assistant-small").body["spec"]["triggers"]
    assert "vllm:num_requests_waiting" in waiting["metadata"]["query"]
    assert 'litellm_model_name="small"' in arrivals["metadata"]["query"]
    assert arrivals["metadata"]["activationThreshold"] == "0"
    assert "replicas" not in found(built, "Deployment", "assistant-small").body["spec"]


def test_the_load_is_stated_where_an_estimate_finds_it() -> None:
    built = scaled(mix=MIX, cpu_instance_type="m7i.xlarge")
    stated = {each.name: each.value for each in found(built, "Deployment", "assistant-router").assume}
    assert stated == {
        "requests_per_hour": "20000",
        "cache_hit_rate": "0.2",
        "simple_share": "0.7",
        "tokens_per_answer": "250",
        "instance_type": "m7i.xlarge",
    }
    expected = {each.name: each.value for each in found(built, "ScaledObject", "assistant-small").assume}
    assert expected["replicas"] == "1"  # 16,000 misses x 70 % x 250 / 3,600 = 778 tokens a second, of 900


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"small": small(api_key=None)}, "small.api_key: is required: without a key"),
        ({"large": large(namespace="other")}, "large.namespace: is not that of the small model, 'ai'"),
        ({"large": large(name="assistant-small")}, "large.name: is the small model's too"),
        ({"small": small(name="assistant-cache")}, "small.name: is one of the pipeline's own"),
        ({"small_scaling": SLEEPS}, "small.replicas: is set beside an autoscaler (got 1)"),
        ({"small": small(replicas=None)}, "small.replicas: is left to an autoscaler, and there is none"),
        (
            {"small": small(suppress=[Suppress(rule="SERVE005", reason="tested by hand")])},
            "suppress rules on the pipeline",
        ),
        ({"mix": MIX}, "cpu_instance_type: is required with a mix"),
        ({"mix": MIX.model_copy(update={"requests_per_hour": 90_000})}, "asks 4 replicas of the small model"),
    ],
)
def test_what_would_not_serve_is_refused(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidBlueprint) as refused:
        pipeline(**fields)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"small_scaling": SLEEPS, "large_scaling": SLEEPS}, "nobody would answer while they wake"),
        ({"large_scaling": SLEEPS}, "router.large_falls_back=True, or keep 1"),
        ({"small_scaling": SLEEPS, "router": OWN}, "or let LiteLLM route"),
    ],
)
def test_a_model_sleeps_only_while_the_other_answers(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidBlueprint) as refused:
        scaled(**fields)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"similarity_threshold": 1.0}, "similarity_threshold: Input should be less than 1"),
        ({"evaluated_on": "trust"}, "evaluated_on: String should have at least 8 characters"),
    ],
)
def test_a_threshold_says_where_it_comes_from(fields: dict[str, Any], said: str) -> None:
    given = {"store": Redis(password=KEY), "similarity_threshold": 0.9, "evaluated_on": "1,200 pairs", **fields}
    with pytest.raises(InvalidBlueprint) as refused:
        SemanticCache(**given)
    assert said in str(refused.value)


def test_an_encoder_is_pinned_to_a_commit() -> None:
    assert len(EmbeddingServer().commit) == 40
    with pytest.raises(InvalidBlueprint, match="revision: is required with a model of your own"):
        EmbeddingServer(model="intfloat/multilingual-e5-small")


def test_a_redis_without_vector_search_is_refused() -> None:
    with pytest.raises(InvalidBlueprint, match="is not Redis 8 or newer"):
        Redis(password=KEY, image="redis:7.4.1")


PIPELINES = st.fixed_dictionaries(
    {
        "router": st.sampled_from([ROUTER, OWN, LiteLLM(master_key=KEY, replicas=1, large_falls_back=True)]),
        "cache": st.sampled_from([None, SEMANTIC, ExactCache(store=Redis(password=KEY, max_memory_mib=256))]),
        "client_namespaces": st.sampled_from([(), ("web", "batch")]),
        "mix": st.sampled_from([None, MIX]),
        "cpu_instance_type": st.just("m7i.xlarge"),
        "small": st.builds(
            small, replicas=st.none(), concurrency=st.integers(1, 8), max_model_len=st.sampled_from([2048, 8192])
        ),
        "small_scaling": st.builds(
            Scaling, min_replicas=st.just(1), max_replicas=st.integers(1, 20), requests_per_replica=st.integers(1, 16)
        ),
    }
)


@given(PIPELINES)
@settings(max_examples=30, deadline=None)
def test_any_pipeline_is_valid_and_free_of_findings(fields: dict[str, Any]) -> None:
    blueprint = scaled(**fields)
    assert_valid(plan(blueprint).objects)
    assert findings(blueprint) == []
