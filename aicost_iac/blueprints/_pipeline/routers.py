"""The router's own objects: LiteLLM with its configuration, or an image of the user's, told by its environment."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from aicost_iac.blueprints._pipeline import litellm, pods
from aicost_iac.blueprints._pipeline.backends import REDIS_PORT, Cache, Model, environment
from aicost_iac.blueprints._pipeline.settings import LiteLLM, OwnRouter
from aicost_iac.kubernetes import core
from aicost_iac.kubernetes.manifest import text
from aicost_iac.kubernetes.metadata import Metadata, labels
from aicost_iac.plan import Assumption, KubeObject

_FOLDER, _FILE = "/etc/litellm", "config.yaml"


def of_litellm(
    name: str, router: LiteLLM, config: Mapping[str, Any], cache: Cache | None, small: Model, large: Model
) -> tuple[pods.Server, str]:
    """The server, and its configuration file."""
    written = text(config)
    secrets = {
        litellm.MASTER_KEY: router.master_key,
        litellm.KEYS["small"]: small.key,
        litellm.KEYS["large"]: large.key,
    }
    if router.key_budgets:
        secrets[litellm.DATABASE_URL] = router.key_budgets.database_url
    if cache is not None:
        secrets[litellm.REDIS_PASSWORD] = cache.password
    plain = {
        # The list of prices is in the image: nothing is fetched at start.
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "LITELLM_MODE": "PRODUCTION",
        # The root file system is read-only: what is written at start goes where the pod may write.
        "HOME": "/tmp",
        "LITELLM_MIGRATION_DIR": "/tmp/migrations",
        **({litellm.REDIS_HOST: cache.host, litellm.REDIS_PORT: str(REDIS_PORT)} if cache else {}),
    }
    server = pods.Server(
        name=name,
        image=router.image,
        port=litellm.PORT,
        port_name="http",
        replicas=router.replicas,
        cpu=router.cpu,
        memory=router.memory,
        args=["--config", f"{_FOLDER}/{_FILE}", "--port", str(litellm.PORT), "--num_workers", "1"],
        environment=[
            *(environment(key, value) for key, value in plain.items()),
            *(key.environment(variable) for variable, key in secrets.items() if key is not None),
        ],
        probes=pods.http_probes("http", "/health/readiness", "/health/liveliness", 120),
        files={name: _FOLDER},
        stamp=sha256(written.encode()).hexdigest()[:16],
    )
    return server, written


def own(
    name: str, router: OwnRouter, cache: Cache | None, embedding_url: str | None, small: Model, large: Model
) -> pods.Server:
    """The user's image, with the environment that `OwnRouter` promises."""
    plain = {
        "SMALL_MODEL_ENDPOINT": small.url,
        "LARGE_MODEL_ENDPOINT": large.url,
        "SMALL_MODEL_NAME": small.name,
        "LARGE_MODEL_NAME": large.name,
        "COMPLEXITY_THRESHOLD": str(router.complexity_threshold),
        **_cache_environment(cache, embedding_url),
    }
    secrets = {"SMALL_MODEL_KEY": small.key, "LARGE_MODEL_KEY": large.key}
    if cache is not None:
        secrets["CACHE_PASSWORD"] = cache.password
    return pods.Server(
        name=name,
        image=router.image,
        port=router.port,
        port_name="http",
        replicas=router.replicas,
        cpu=router.cpu,
        memory=router.memory,
        environment=[
            *(environment(key, value) for key, value in plain.items()),
            *(key.environment(variable) for variable, key in secrets.items() if key is not None),
        ],
        probes=pods.http_probes("http", router.health_path, router.health_path, 120),
    )


def objects(
    server: pods.Server, files: str | None, namespace: str, tags: Mapping[str, str], assume: tuple[Assumption, ...]
) -> list[KubeObject]:
    """The router's objects, with the file it reads."""
    shared = Metadata(namespace, labels(server.name, tags))
    config = [core.config_map(shared, server.name, {_FILE: files})] if files is not None else []
    return [*pods.objects(server, namespace, tags, assume), *config]


def _cache_environment(cache: Cache | None, embedding_url: str | None) -> dict[str, str]:
    if cache is None:
        return {}
    found = {
        "CACHE_ENDPOINT": f"{'rediss' if cache.tls else 'redis'}://{cache.host}:{REDIS_PORT}",
        "CACHE_NAMESPACE": cache.namespace,
        "CACHE_TTL_SECONDS": str(cache.settings.ttl_seconds),
    }
    if (semantic := cache.semantic) is not None and embedding_url is not None:
        found |= {
            "CACHE_SIMILARITY_THRESHOLD": str(semantic.similarity_threshold),
            "EMBEDDING_ENDPOINT": embedding_url,
            "EMBEDDING_MODEL": semantic.embedding.model,
            "EMBEDDING_DIMENSION": str(semantic.embedding.dimension),
        }
    return found
