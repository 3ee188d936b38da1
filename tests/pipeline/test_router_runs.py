"""The generated configuration in the real LiteLLM proxy, with two fake models and a real Redis behind it.

Not run here: vector search, which needs Redis 8 or its search module; no package brings it. What is run of the semantic
cache is its border: the proxy starts with it, asks for an embedding, and serves from the models when the search fails.
"""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from aicost_iac.blueprints._pipeline import litellm
from aicost_iac.blueprints._pipeline.backends import Cache, Model, key_namespace
from aicost_iac.blueprints._pipeline.settings import ExactCache, KeywordRule, LiteLLM, Redis, SemanticCache
from aicost_iac.kubernetes.manifest import text
from aicost_iac.kubernetes.secrets import SecretKey
from tests.pipeline.fake_models import FakeModel
from tests.pipeline.processes import LITELLM, Program, litellm_proxy, redis_server

pytestmark = pytest.mark.xdist_group("litellm")
SECRET = SecretKey(secret="s", key="k")
SIMPLE = "What is the capital of France?"
HARD = (
    "Think step by step: design a distributed database schema, implement the consensus algorithm in Python, analyze "
    "its time complexity and prove that it is correct. First the design, then the code, then the architecture."
)
PASSWORD = "of-the-test"


def test_the_release_tested_is_the_release_deployed() -> None:
    image = LiteLLM(master_key=SECRET).image
    assert image.endswith(f":v{LITELLM}")


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def said(self) -> str:
        return str(self.body["choices"][0]["message"]["content"])


@dataclass
class Pipeline:
    """A running router and what stands behind it."""

    url: str
    small: FakeModel
    large: FakeModel
    redis: Program
    log: Path

    def ask(self, question: str, model: str = "assistant", key: str = "sk-master") -> Answer:
        body = {"model": model, "messages": [{"role": "user", "content": question}]}
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        request = Request(f"{self.url}/v1/chat/completions", json.dumps(body).encode(), headers)
        try:
            with urlopen(request, timeout=30) as answer:
                return Answer(answer.status, dict(answer.headers), json.loads(answer.read()))
        except HTTPError as error:
            with error:
                return Answer(error.code, dict(error.headers), json.loads(error.read()))

    @property
    def asked(self) -> tuple[int, int]:
        return len(self.small.asked), len(self.large.asked)


def started(folder: Path, cache: ExactCache) -> Iterator[Pipeline]:
    small, large, embedder = FakeModel("small"), FakeModel("large"), FakeModel("embedder")
    router = LiteLLM(
        master_key=SECRET,
        small_timeout_seconds=5,
        large_timeout_seconds=5,
        rules=[KeywordRule(keywords=["contract law"], model="large")],
    )
    try:
        with redis_server(folder, PASSWORD) as (redis, port):
            one, other = (Model(each.name, each.url, SECRET, 8000, {}, each.name) for each in (small, large))
            seen = Cache(cache, "127.0.0.1", key_namespace("assistant", cache, one, other))
            written = text(litellm.config("assistant", router, one, other, seen, embedder.url))
            environment = {
                litellm.MASTER_KEY: "sk-master",
                litellm.KEYS["small"]: "key-of-small",
                litellm.KEYS["large"]: "key-of-large",
                litellm.REDIS_HOST: "127.0.0.1",
                litellm.REDIS_PORT: str(port),
                litellm.REDIS_PASSWORD: PASSWORD,
            }
            with litellm_proxy(folder, written, environment) as (proxy, url):
                yield Pipeline(url, small, large, redis, proxy.log)
    finally:
        for model in (small, large, embedder):
            model.stop()


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    yield from started(tmp_path_factory.mktemp("exact"), ExactCache(store=Redis(password=SECRET)))


@pytest.fixture(scope="module")
def semantic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    cache = SemanticCache(store=Redis(password=SECRET), similarity_threshold=0.9, evaluated_on="the tests' own pairs")
    yield from started(tmp_path_factory.mktemp("semantic"), cache)


# In the order they stand: each leaves the pipeline as the next one wants it.


def test_simple_requests_go_to_the_small_model_and_hard_ones_to_the_large(pipeline: Pipeline) -> None:
    assert pipeline.ask(SIMPLE).said == "I am small"
    assert pipeline.ask(HARD).said == "I am large"
    assert pipeline.ask("Is this valid under contract law?").said == "I am large"
    assert set(pipeline.small.keys) == {"Bearer key-of-small"}
    assert set(pipeline.large.keys) == {"Bearer key-of-large"}


def test_a_repeated_request_is_answered_from_the_cache(pipeline: Pipeline) -> None:
    """The router answers first and writes to the cache afterwards: the question is asked until it is there."""
    for _ in range(50):
        before = pipeline.asked
        again = pipeline.ask(SIMPLE)
        if "x-litellm-cache-key" in again.headers:
            break
        time.sleep(0.2)
    assert again.headers["x-litellm-cache-key"].startswith("assistant-")
    assert again.said == "I am small"
    assert pipeline.asked == before


def test_nobody_is_served_without_a_key(pipeline: Pipeline) -> None:
    assert pipeline.ask(SIMPLE, key="sk-guessed").status in (400, 401)


def test_a_failing_small_model_falls_back_to_the_large(pipeline: Pipeline) -> None:
    pipeline.small.failing = True
    answer = pipeline.ask("What is the capital of Spain?")
    pipeline.small.failing = False
    assert answer.said == "I am large"
    assert answer.headers["x-litellm-attempted-fallbacks"] == "1"


def test_requests_go_on_when_the_cache_is_killed(pipeline: Pipeline) -> None:
    pipeline.redis.stop()
    assert [pipeline.ask(f"What is the capital of {place}?").status for place in ("Italy", "Peru")] == [200, 200]


def test_a_large_model_that_is_gone_is_a_clear_error_and_the_small_one_serves_on(pipeline: Pipeline) -> None:
    pipeline.large.stop()
    answer = pipeline.ask(HARD + " Now.")
    assert answer.status == 500
    assert "model group" in answer.body["error"]["message"]
    assert pipeline.ask("What is the capital of Chad?").status == 200


def test_without_vector_search_a_semantic_cache_lets_every_request_through(semantic: Pipeline) -> None:
    assert [semantic.ask(SIMPLE).said for _ in range(2)] == ["I am small", "I am small"]
    assert semantic.ask(HARD).said == "I am large"
    assert len(semantic.small.asked) == 2
