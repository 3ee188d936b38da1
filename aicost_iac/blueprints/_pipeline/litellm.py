"""The configuration of the LiteLLM proxy. https://docs.litellm.ai/docs/proxy/config_settings"""

from __future__ import annotations

from typing import Any

from aicost_iac.blueprints._pipeline.backends import EMBEDDER, Cache, Model
from aicost_iac.blueprints._pipeline.settings import KeyBudgets, LiteLLM

PORT = 4000
SMALL, LARGE = "small", "large"
# Names of environment variables that hold what no file may hold.
MASTER_KEY, DATABASE_URL = "LITELLM_MASTER_KEY", "DATABASE_URL"
KEYS = {SMALL: "SMALL_MODEL_KEY", LARGE: "LARGE_MODEL_KEY"}
REDIS_HOST, REDIS_PORT, REDIS_PASSWORD = "REDIS_HOST", "REDIS_PORT", "REDIS_PASSWORD"
DATABASE_PORT = 5432
# Counted for each model the router sends a request to, its own name for it as a label.
# https://docs.litellm.ai/docs/proxy/prometheus
REQUESTS, MODEL_LABEL = "litellm_deployment_total_requests_total", "litellm_model_name"
_MILLION = 1_000_000
# Seconds a look-up may take to embed the prompt before the models are asked instead.
_EMBEDDING_SECONDS = 1


def config(
    name: str, router: LiteLLM, small: Model, large: Model, cache: Cache | None, embedding_url: str | None
) -> dict[str, Any]:
    """The whole file. Clients ask for the model `name`; `small` and `large` can be asked for as well."""
    fallbacks = [{SMALL: [LARGE]}, {name: [LARGE]}, *([{LARGE: [SMALL]}] if router.large_falls_back else [])]
    settings: dict[str, Any] = {
        "drop_params": True,
        "num_retries": 1,
        "context_window_fallbacks": [{SMALL: [LARGE]}],
        "callbacks": ["prometheus"],
        **_caching(cache),
        **_key_budgets(router.key_budgets),
    }
    return {
        "model_list": [
            _routed(name, router),
            _served(SMALL, small, router.small_timeout_seconds, router.key_budgets),
            _served(LARGE, large, router.large_timeout_seconds, router.key_budgets),
            *_embedder(cache, embedding_url),
        ],
        "router_settings": {"fallbacks": fallbacks, "allowed_fails": 3, "cooldown_time": 15},
        "litellm_settings": settings,
        "general_settings": _general(router),
    }


def _general(router: LiteLLM) -> dict[str, Any]:
    database = {"database_url": _variable(DATABASE_URL)} if router.key_budgets else {}
    return {"master_key": _variable(MASTER_KEY), **database}


def _routed(name: str, router: LiteLLM) -> dict[str, Any]:
    """The model that clients ask for: scored without a call, then one of the two.

    https://docs.litellm.ai/docs/proxy/auto_routing
    """
    threshold = router.complexity_threshold
    tiers = {"SIMPLE": SMALL, "MEDIUM": SMALL, "COMPLEX": LARGE, "REASONING": LARGE}
    scoring: dict[str, Any] = {
        "tiers": tiers,
        "tier_boundaries": {
            "simple_medium": round(threshold / 2, 4),
            "medium_complex": threshold,
            "complex_reasoning": round((1 + threshold) / 2, 4),
        },
    }
    if router.rules:
        tier = {SMALL: "SIMPLE", LARGE: "COMPLEX"}
        scoring["keyword_tier_rules"] = [
            {"keywords": list(rule.keywords), "tier": tier[rule.model]} for rule in router.rules
        ]
    params = {
        "model": "auto_router/complexity_router",
        "complexity_router_config": scoring,
        "complexity_router_default_model": SMALL,
    }
    return {"model_name": name, "litellm_params": params}


def _served(alias: str, model: Model, timeout: int, budgets: KeyBudgets | None) -> dict[str, Any]:
    params: dict[str, Any] = {
        "model": f"hosted_vllm/{model.name}",
        "api_base": model.url,
        "timeout": timeout,
        "stream_timeout": timeout,
    }
    if model.key is not None:
        params["api_key"] = _variable(KEYS[alias])
    if budgets is not None:
        million = budgets.small_usd_per_million_tokens if alias == SMALL else budgets.large_usd_per_million_tokens
        token = float(million / _MILLION)
        params |= {"input_cost_per_token": token, "output_cost_per_token": token}
    return {"model_name": alias, "litellm_params": params}


def _embedder(cache: Cache | None, url: str | None) -> list[dict[str, Any]]:
    if cache is None or cache.semantic is None:
        return []
    embedding = cache.semantic.embedding
    params = {"model": f"openai/{embedding.model}", "api_base": url, "api_key": "none"}
    info = {"mode": "embedding", "max_input_tokens": embedding.max_tokens}
    return [{"model_name": EMBEDDER, "litellm_params": params, "model_info": info}]


def _caching(cache: Cache | None) -> dict[str, Any]:
    """https://docs.litellm.ai/docs/proxy/caching: tenants, by their keys, never see each other's answers."""
    if cache is None:
        return {"cache": False}
    params: dict[str, Any] = {
        "type": "redis",
        "host": _variable(REDIS_HOST),
        "port": _variable(REDIS_PORT),
        "password": _variable(REDIS_PASSWORD),
        "namespace": cache.namespace,
        "ttl": cache.settings.ttl_seconds,
        "supported_call_types": ["acompletion", "completion"],
    }
    if cache.tls:
        params["ssl"] = True
    if cache.semantic is not None:
        store = "valkey" if cache.tls else "redis"
        params |= {
            "type": f"{store}-semantic",
            "similarity_threshold": cache.semantic.similarity_threshold,
            f"{store}_semantic_cache_embedding_model": EMBEDDER,
            f"{store}_semantic_cache_index_name": cache.namespace,
            "semantic_cache_embedding_timeout": _EMBEDDING_SECONDS,
            "semantic_cache_scope": "key",
        }
    return {"cache": True, "cache_params": params}


def _key_budgets(budgets: KeyBudgets | None) -> dict[str, Any]:
    if budgets is None:
        return {}
    return {
        "default_key_generate_params": {"max_budget": float(budgets.max_usd), "budget_duration": budgets.period},
        "upperbound_key_generate_params": {"max_budget": float(budgets.max_usd), "budget_duration": budgets.period},
    }


def _variable(name: str) -> str:
    return f"os.environ/{name}"
