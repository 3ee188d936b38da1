"""Autoscalers that would never wake, never sleep, or wake for nothing: each problem names the field and the way out."""

from typing import Any

import pytest

from aicost_iac import (
    Arrivals,
    AwsIdentity,
    Cron,
    GpuActivity,
    InvalidBlueprint,
    KvCacheUse,
    MetricFallback,
    Prometheus,
    QueueDepth,
    ScaleTarget,
    SqsQueue,
    WaitingRequests,
)
from tests.blueprints.serving import QUEUE, autoscaler, awake, server

REQUESTS = WaitingRequests(per_replica=8)
OFFICE = Cron(start="0 8 * * 1-5", end="0 18 * * 1-5")
JOBS = SqsQueue(url="https://sqs.us-east-1.amazonaws.com/123456789012/jobs", region="us-east-1", per_replica=20)
TRITON = ScaleTarget(name="ranker", namespace="search", cold_start_seconds=100, engine="triton")

TO_ZERO: dict[str, tuple[dict[str, Any], str, str]] = {
    "nothing would wake it": ({"triggers": [REQUESTS, GpuActivity()]}, "min_replicas", "nothing would wake it"),
    "nor from the idle count": (
        {"triggers": [REQUESTS], "min_replicas": 1, "sleeps": True},
        "sleeps",
        "add QueueDepth, SqsQueue or Cron",
    ),
    "nobody holds the request": ({"held_by": None}, "held_by", "refuse_at_zero=True"),
    "held and refused": ({"refuse_at_zero": True}, "refuse_at_zero", "contradict"),
    "asleep twice": ({"sleeps": True}, "sleeps", "sleeps anyway"),
    "more at least than at most": ({"min_replicas": 5, "sleeps": True}, "min_replicas", "above max_replicas, 4"),
    "more in hours than at most": (
        {"triggers": [QUEUE, OFFICE.model_copy(update={"replicas": 9})]},
        "triggers.1.replicas",
        "above max_replicas, 4",
    ),
    "a fallback above the most": ({"fallback": MetricFallback(replicas=5)}, "fallback.replicas", "above max_replicas"),
    "a fallback at every wake": (
        {"triggers": [QUEUE, REQUESTS], "fallback": MetricFallback(replicas=2)},
        "fallback",
        "while a replica loads, waiting-requests can not be read",
    ),
    "a fallback that shrinks at every wake": (
        {"triggers": [QUEUE, REQUESTS], "fallback": MetricFallback(replicas=1, behavior="static")},
        "fallback",
        "no static behavior",
    ),
    "a count of one's own": ({"target": server()}, "target.replicas", "replicas=None"),
    "a metric the engine lacks": ({"target": TRITON, "triggers": [QUEUE, KvCacheUse()]}, "triggers.1", "KV cache"),
    "requests nobody counts": (
        {"target": TRITON.model_copy(update={"engine": "custom"}), "triggers": [QUEUE, REQUESTS]},
        "triggers.1",
        "no metric of waiting requests",
    ),
    "utilisation alone": ({"triggers": [OFFICE, GpuActivity()]}, "triggers", "add WaitingRequests"),
    "two of one name": ({"triggers": [QUEUE, QUEUE]}, "triggers", "give each its own"),
    "no trigger": ({"triggers": []}, "triggers", "at least 1"),
    "a name too long for the HPA": ({"name": "n" * 55}, "name", "name"),
}
AWAKE: dict[str, tuple[dict[str, Any], str, str]] = {
    "a cooldown": ({"cooldown_seconds": 600}, "cooldown_seconds", "scale_down=ScalePace"),
    "an initial one": ({"initial_cooldown_seconds": 600}, "initial_cooldown_seconds", "no effect"),
    "polling": ({"polling_seconds": 5}, "polling_seconds", "no effect"),
    "a holder": ({"held_by": "the gateway"}, "held_by", "no effect"),
    "a refusal": ({"refuse_at_zero": True}, "refuse_at_zero", "never sleeps"),
}


def problems(build: Any, **fields: Any) -> dict[str, str]:
    """By their field."""
    with pytest.raises(InvalidBlueprint) as raised:
        build(**fields)
    return {problem.field: str(problem) for problem in raised.value.problems}


@pytest.mark.parametrize("name", TO_ZERO)
def test_refused_on_the_way_to_zero(name: str) -> None:
    fields, field, words = TO_ZERO[name]
    found = problems(autoscaler, **fields)
    assert field in found, found
    assert words in found[field]


@pytest.mark.parametrize("name", AWAKE)
def test_refused_where_nothing_sleeps(name: str) -> None:
    fields, field, words = AWAKE[name]
    found = problems(awake, **fields)
    assert field in found, found
    assert words in found[field]


@pytest.mark.parametrize(
    "metric",
    ["vllm:num_requests_waiting", "vllm_requests", "tgi_queue_size", "nv_inference_count", "DCGM_FI_DEV_GPU_UTIL"],
)
@pytest.mark.parametrize("kind", [QueueDepth, Arrivals])
def test_what_the_pods_emit_wakes_nobody(kind: type[QueueDepth] | type[Arrivals], metric: str) -> None:
    assert "at zero there is none" in problems(kind, metric=metric, per_replica=8)["metric"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"end": "0 8 * * 1-5"}, "end"),
        ({"timezone": "Europe/Atlantis"}, "timezone"),
        ({"start": "0 8 * *"}, "start"),
        ({"replicas": 0}, "replicas"),
    ],
)
def test_hours_that_are_none(fields: dict[str, Any], field: str) -> None:
    assert field in problems(Cron, **{"start": "0 8 * * 1-5", "end": "0 18 * * 1-5", **fields})


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"aws_region": "us-east-1"}, "authentication"),
        ({"authentication": AwsIdentity()}, "aws_region"),
        ({"url": "prometheus:9090"}, "url"),
    ],
)
def test_a_prometheus_nobody_could_ask(fields: dict[str, Any], field: str) -> None:
    assert field in problems(Prometheus, **fields)


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"url": "arn:aws:sqs:us-east-1:123456789012:jobs"}, "url"), ({"per_replica": 0}, "per_replica")],
)
def test_a_queue_that_is_none(fields: dict[str, Any], field: str) -> None:
    given = {"url": JOBS.url, "region": "us-east-1", "per_replica": 20}
    assert field in problems(SqsQueue, **{**given, **fields})


def test_what_sleeps_only_in_certain_hours_is_taken() -> None:
    hours = autoscaler(triggers=[OFFICE, REQUESTS], held_by=None, refuse_at_zero=True)
    assert hours.to_zero
    assert autoscaler(triggers=[JOBS, REQUESTS], held_by=None).to_zero, "a queue holds what it counts"


def test_utilisation_says_something_of_other_servers() -> None:
    assert awake(target=TRITON, triggers=[GpuActivity()]).spec["triggers"][0]["type"] == "prometheus"


def test_a_fallback_that_keeps_what_there_is_is_taken() -> None:
    kept = MetricFallback(replicas=1)
    assert autoscaler(triggers=[QUEUE, REQUESTS], fallback=kept).fallback == kept
    assert autoscaler(fallback=MetricFallback(replicas=3, behavior="static")).spec["fallback"]["replicas"] == 3
