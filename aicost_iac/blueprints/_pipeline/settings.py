"""What a pipeline can be told of its router, its cache and its load."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from aicost_iac.errors import Problem
from aicost_iac.fields import Model, SecurityGroupId, SubnetId, Usd, matching
from aicost_iac.kubernetes.secrets import SecretKey

Image = Annotated[
    str,
    matching(
        r"[a-z0-9][\w./-]*(:\d+/[\w./-]+)?(:(?!latest\b)[\w][\w.-]*|@sha256:[0-9a-f]{64})",
        "an image with a version or a digest, such as 'redis:8.2.2' (never 'latest')",
    ),
]
Quantity = Annotated[str, matching(r"\d+(\.\d+)?(m|Ki|Mi|Gi)?", "a Kubernetes quantity such as '500m' or '2Gi'")]
Replicas = Annotated[int, Field(ge=1, le=100)]
Labels = Mapping[str, str]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
_NUMBERED = re.compile(r"[\w.-]+/[\w.-]+|[\w.-]+")


_ENCODER, _ENCODER_COMMIT = "sentence-transformers/all-MiniLM-L6-v2", "c9745ed1d9f207416be6d2e6f8de32d1f16199bf"


class KeywordRule(Model):
    """Requests with one of these words go to one model, whatever they score."""

    keywords: Annotated[Sequence[Annotated[str, Field(min_length=2)]], Field(min_length=1), AfterValidator(tuple)]
    """Words or phrases, found in any case."""
    model: Literal["small", "large"]


class KeyBudgets(Model):
    """What a virtual key may spend, unless it was made with a budget of its own.

    Keys live in a PostgreSQL database, and a budget counts what the models' prices per token say.
    https://docs.litellm.ai/docs/proxy/virtual_keys
    """

    database_url: SecretKey
    """`postgresql://...`, in a Secret."""
    max_usd: Usd
    """Per key and period."""
    period: Annotated[str, matching(r"\d+[smhd]|\d+mo", "a period such as '30d'")] = "30d"
    small_usd_per_million_tokens: Usd
    """What a token of the small model costs you: without a price every request counts zero."""
    large_usd_per_million_tokens: Usd


class LiteLLM(Model):
    """The LiteLLM proxy, which scores each request without a call and sends it to one of the two models.

    https://docs.litellm.ai/docs/proxy/auto_routing
    """

    master_key: SecretKey
    """Who holds it may do everything; clients present it, or a virtual key."""
    image: Image = "ghcr.io/berriai/litellm-non_root:v1.108.5"
    """A long-term release of https://github.com/BerriAI/litellm/pkgs/container/litellm-non_root."""
    replicas: Replicas = 2
    cpu: Quantity = "1"
    memory: Quantity = "2Gi"
    complexity_threshold: Annotated[float, Field(gt=0, lt=1)] = 0.35
    """Score, 0 to 1, from which a request is one for the large model."""
    rules: Annotated[Sequence[KeywordRule], AfterValidator(tuple)] = ()
    """Tried before the score."""
    small_timeout_seconds: Annotated[int, Field(ge=1, le=3600)] = 30
    """Then the large model is asked."""
    large_timeout_seconds: Annotated[int, Field(ge=1, le=3600)] = 120
    large_falls_back: bool = False
    """Let the small model answer when the large one fails: an answer, of lower quality."""
    key_budgets: KeyBudgets | None = None


class OwnRouter(Model):
    """A router of your own, told by its environment where everything is.

    It gets `SMALL_MODEL_ENDPOINT`, `LARGE_MODEL_ENDPOINT` (OpenAI-compatible, ending in `/v1`), `SMALL_MODEL_NAME`,
    `LARGE_MODEL_NAME`, `COMPLEXITY_THRESHOLD`, and with a cache `CACHE_ENDPOINT` (`redis://` or `rediss://`),
    `CACHE_PASSWORD`, `CACHE_NAMESPACE`, `CACHE_TTL_SECONDS`, and for a semantic one `CACHE_SIMILARITY_THRESHOLD`,
    `EMBEDDING_ENDPOINT`, `EMBEDDING_MODEL`, `EMBEDDING_DIMENSION`. Keys of the models come as `SMALL_MODEL_KEY` and
    `LARGE_MODEL_KEY`.
    """

    image: Image
    port: Annotated[int, Field(ge=1, le=65535)] = 8080
    health_path: Annotated[str, matching(r"/[\w/.-]*", "a path")] = "/health"
    """Answers 200 when the router can serve."""
    replicas: Replicas = 2
    cpu: Quantity = "500m"
    memory: Quantity = "512Mi"
    complexity_threshold: Annotated[float, Field(gt=0, lt=1)] = 0.35


class EmbeddingServer(Model):
    """text-embeddings-inference on CPU. The model and its dimension are named here, and nowhere else.

    https://huggingface.co/docs/text-embeddings-inference
    """

    model: Annotated[str, matching(_NUMBERED.pattern, "a Hugging Face id")] = _ENCODER
    """By default a small English encoder: https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2."""
    revision: Annotated[str, matching(r"[0-9a-f]{40}", "a commit: 40 hex digits")] | None = None
    """The commit of the model's repository: a cache filled by one encoder must not be read with another."""
    dimension: Annotated[int, Field(ge=8, le=4096)] = 384
    """Of the vectors, and so of the cache's index."""
    max_tokens: Annotated[int, Field(ge=16, le=32_768)] = 256
    """Longer prompts are cut before they are embedded."""
    image: Image = "ghcr.io/huggingface/text-embeddings-inference:cpu-1.9"
    replicas: Replicas = 1
    cpu: Quantity = "2"
    memory: Quantity = "2Gi"

    def problems(self) -> Iterator[Problem]:
        if self.revision is None and self.model != _ENCODER:
            yield Problem("revision", "is required with a model of your own: the commit that was evaluated")

    @property
    def commit(self) -> str:
        """The commit that is served."""
        return self.revision or _ENCODER_COMMIT


class Redis(Model):
    """Redis in the cluster: a cache and nothing else, so it keeps nothing and forgets what is used least.

    Vector search is built in from Redis 8 on: https://redis.io/docs/latest/develop/ai/search-and-query/.
    """

    password: SecretKey
    image: Annotated[Image, matching(r".*\bredis:([89]|\d{2,})(\.\d+)*(-[\w.]+)?|.*@sha256:.*", "Redis 8 or newer")] = (
        "redis:8.2.2-bookworm"
    )
    max_memory_mib: Annotated[int, Field(ge=64, le=262_144)] = 1024
    """Of data; the container gets half as much again."""
    eviction: Literal["allkeys-lru", "allkeys-lfu", "volatile-lru", "volatile-lfu"] = "allkeys-lfu"
    """https://redis.io/docs/latest/develop/reference/eviction/"""
    cpu: Quantity = "500m"


class ElastiCache(Model):
    """ElastiCache for Valkey, by Terraform: encrypted, with a password, one shard.

    Vector search needs Valkey 8.2 on nodes, not serverless, and one shard for LiteLLM.
    https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/vector-search.html
    """

    auth_token: SecretKey
    """The same password, where the router finds it."""
    auth_token_parameter: Annotated[str, matching(r"/[\w./-]+", "the path of an SSM parameter")]
    """A SecureString that holds the password. Terraform reads it, so its state holds it in clear: guard the state.

    https://developer.hashicorp.com/terraform/language/manage-sensitive-data
    """
    endpoint: Annotated[str, matching(r"[a-z0-9.-]+\.cache\.amazonaws\.com(\.cn)?", "a cache endpoint")] | None = None
    """The primary endpoint, once Terraform has made it: manifests can not read Terraform's outputs."""
    node_type: Annotated[str, matching(r"cache\.[a-z0-9]+\.[a-z0-9]+", "a node type such as 'cache.r7g.large'")] = (
        "cache.r7g.large"
    )
    subnet_ids: Annotated[Sequence[SubnetId], Field(min_length=1), AfterValidator(tuple)]
    security_group_ids: Annotated[Sequence[SecurityGroupId], Field(min_length=1), AfterValidator(tuple)]


class ExactCache(Model):
    """Answers a request that came before, word for word."""

    store: Redis | ElastiCache
    ttl_seconds: Annotated[int, Field(ge=1, le=2_592_000)] = 3600
    prompt_version: Annotated[str, matching(r"[\w.-]{1,64}", "a version: letters, digits and . _ -")] = "1"
    """Of your prompt template: raise it, and old answers are not found any more."""


class SemanticCache(ExactCache):
    """Answers a request that means the same as one before; of several, the most similar.

    For single questions, not for conversations or agents: there a similar prompt needs another answer.
    https://docs.litellm.ai/docs/proxy/caching_semantic
    """

    embedding: EmbeddingServer = EmbeddingServer()
    similarity_threshold: Annotated[float, Field(ge=0.5, lt=1)]
    """Cosine similarity from which an answer is taken over. There is no good default: encoders differ, and negations
    and other numbers score high."""
    evaluated_on: Annotated[str, Field(min_length=8)]
    """The evaluation that the threshold comes from, such as `2026-11 support questions, 1,200 pairs, 0.3 % wrong`."""


class Scaling(Model):
    """How many replicas of a model follow the load."""

    min_replicas: Annotated[int, Field(ge=0, le=1000)] = 1
    """0 lets the model sleep; its requests go to the other one while it wakes."""
    max_replicas: Annotated[int, Field(ge=1, le=1000)]
    """The most you would pay for."""
    requests_per_replica: Positive
    """Waiting and running requests that one replica is to have; at most its `concurrency` is served at once."""


class RequestMix(Model):
    """The load a pipeline is priced for. Every figure is yours: none is published, none is assumed for you."""

    requests_per_hour: Positive
    """On average."""
    cache_hit_rate: Share = 0
    """Measured share of requests that the cache answers."""
    simple_share: Share
    """Of the others, the share that the small model gets."""
    tokens_per_answer: Positive
    """Generated, on average."""
    small_tokens_per_second: Positive
    """One replica generates at full load: measure it."""
    large_tokens_per_second: Positive
    source: Annotated[str, Field(min_length=8)]
    """Where the figures come from."""

    def problems(self) -> Iterator[Problem]:
        if self.cache_hit_rate == 1:
            yield Problem(
                "cache_hit_rate", "leaves the models no request", self.cache_hit_rate, "give what you measure"
            )
