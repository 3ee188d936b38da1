"""What the router, the cache and the embedding server are called, and where they are found: said once, used by all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from aicost_iac.blueprints._pipeline.settings import ElastiCache, ExactCache, SemanticCache
from aicost_iac.kubernetes.secrets import SecretKey

REDIS_PORT = 6379
EMBEDDING_PORT = 8080
# The name the router knows the embedding server by.
EMBEDDER = "cache-embedding"


@dataclass(frozen=True, slots=True)
class Model:
    """One of the two models, as the router sees it. `url` ends in `/v1`; `name` is what the server calls its model."""

    name: str
    url: str
    key: SecretKey | None
    port: int
    pods: Mapping[str, str]
    identity: str
    """Changes with whatever changes answers: model, revision, quantization."""


@dataclass(frozen=True, slots=True)
class Cache:
    """The cache, as the router sees it."""

    settings: ExactCache
    host: str
    namespace: str
    """Of its keys."""

    @property
    def semantic(self) -> SemanticCache | None:
        """Its semantic half, where it has one."""
        return self.settings if isinstance(self.settings, SemanticCache) else None

    @property
    def tls(self) -> bool:
        """Whether the connection is encrypted: always outside of the cluster."""
        return isinstance(self.settings.store, ElastiCache)

    @property
    def password(self) -> SecretKey:
        """Where the router finds it."""
        store = self.settings.store
        return store.auth_token if isinstance(store, ElastiCache) else store.password


def key_namespace(pipeline: str, settings: ExactCache, small: Model, large: Model) -> str:
    """Answers of other models, other encoders or other prompt templates lie elsewhere, and are not found."""
    parts = [small.identity, large.identity, settings.prompt_version]
    if isinstance(settings, SemanticCache):
        parts += [settings.embedding.model, settings.embedding.commit, str(settings.embedding.dimension)]
    return f"{pipeline}-{sha256('|'.join(parts).encode()).hexdigest()[:12]}"


def service_host(name: str, namespace: str) -> str:
    """https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/"""
    return f"{name}.{namespace}.svc.cluster.local"


def environment(name: str, value: str) -> dict[str, Any]:
    """A plain environment variable of a container."""
    return {"name": name, "value": value}
