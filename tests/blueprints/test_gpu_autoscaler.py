"""GpuAutoscaler: what each trigger measures, how it counts, and what is written beside it."""

from decimal import Decimal
from typing import Any

import pytest

from aicost_iac import (
    Arrivals,
    AwsIdentity,
    Context,
    CostTags,
    Cron,
    GpuActivity,
    GpuAutoscaler,
    KvCacheUse,
    MetricFallback,
    Placement,
    Prometheus,
    QueueDepth,
    ScalePace,
    ScaleTarget,
    SecretKey,
    SecretParameters,
    SqsQueue,
    WaitingRequests,
)
from aicost_iac.kubernetes.autoscaling import simulate
from tests.blueprints.serving import QUEUE, assumed, autoscaler, awake, body, plan, server, sliced
from tests.kubernetes.strict import assert_valid

URL = "https://sqs.us-east-1.amazonaws.com/123456789012/jobs"
JOBS = SqsQueue(url=URL, region="us-east-1", per_replica=20)
REQUESTS = WaitingRequests(per_replica=8)
OFFICE = Cron(start="0 8 * * 1-5", end="0 18 * * 1-5", timezone="Europe/Berlin", replicas=2)
OWN = '{job="serving/chat",namespace="serving"}'
THEIRS = ScaleTarget(name="ranker", namespace="search", cold_start_seconds=100)
MANAGED = Prometheus(
    url="https://aps-workspaces.us-east-1.amazonaws.com/workspaces/ws-1",
    aws_region="us-east-1",
    authentication=AwsIdentity(),
)

AUTOSCALERS = {
    "to zero": autoscaler(),
    "always one": awake(triggers=[REQUESTS, KvCacheUse(), GpuActivity()]),
    "in hours": autoscaler(triggers=[OFFICE], held_by=None, refuse_at_zero=True),
    "by a queue": autoscaler(triggers=[JOBS], held_by=None),
    "by arrivals": autoscaler(triggers=[Arrivals(metric="router_requests_total", per_replica=30)]),
    "asleep below two": autoscaler(min_replicas=2, sleeps=True),
    "with a fallback": awake(fallback=MetricFallback(replicas=2), triggers=[WaitingRequests(per_replica=4)]),
    "at its own pace": awake(scale_up=ScalePace(percent=50, pods=2), scale_down=ScalePace(window_seconds=600)),
    "managed Prometheus": autoscaler(prometheus=MANAGED),
    "a reference": autoscaler(target=THEIRS),
    "on a slice": autoscaler(target=sliced(replicas=None)),
}


def trigger(autoscaler: GpuAutoscaler, index: int = 0) -> dict[str, Any]:
    return dict(autoscaler.spec["triggers"][index])


def query(each: GpuAutoscaler) -> str:
    return str(trigger(each)["metadata"]["query"])


@pytest.mark.parametrize("name", AUTOSCALERS)
def test_keda_would_take_it(name: str) -> None:
    assert_valid(plan(AUTOSCALERS[name]).objects)


@pytest.mark.parametrize("name", AUTOSCALERS)
def test_the_simulator_understands_it(name: str) -> None:
    spec = AUTOSCALERS[name].spec
    curves = [[(0, 1)] for _ in spec["triggers"]]
    found = simulate(spec, curves, start_replicas=1, first_poll_s=3, hpa_created_s=1, until_s=600)
    assert found[0] == (0, 1)


@pytest.mark.parametrize(
    ("chosen", "metric_type", "threshold"),
    [
        (QUEUE, "AverageValue", "8"),
        (Arrivals(metric="requests_total", per_replica=30), "AverageValue", "30"),
        (WaitingRequests(name="few", per_replica=2.5), "AverageValue", "2.5"),
        (KvCacheUse(percent=70), "Value", "0.7"),
        (GpuActivity(percent=85), "Value", "85"),
    ],
)
def test_totals_are_divided_and_averages_compared(chosen: Any, metric_type: str, threshold: str) -> None:
    found = trigger(awake(triggers=[chosen, REQUESTS]))
    assert found["metricType"] == metric_type
    assert found["metadata"]["threshold"] == threshold
    assert found["metadata"]["query"].startswith(
        {"Value": "avg(", "AverageValue": ("sum(", "clamp_min(sum(")}[metric_type]
    )


@pytest.mark.parametrize(
    ("target", "metric", "threshold"),
    [
        (server(replicas=None), "DCGM_FI_DEV_GPU_UTIL", "80"),
        (sliced(replicas=None), "DCGM_FI_PROF_GR_ENGINE_ACTIVE", "0.8"),
        (THEIRS, "DCGM_FI_DEV_GPU_UTIL", "80"),
        (THEIRS.model_copy(update={"slices": True}), "DCGM_FI_PROF_GR_ENGINE_ACTIVE", "0.8"),
    ],
)
def test_the_metric_of_a_gpu_and_its_unit_follow_from_its_partition(target: Any, metric: str, threshold: str) -> None:
    chosen = awake(target=target, triggers=[GpuActivity(), REQUESTS])
    assert query(chosen).startswith(f"avg({metric}{{")
    assert trigger(chosen)["metadata"]["threshold"] == threshold


def test_a_gpus_workload_is_called_as_the_scrape_leaves_it() -> None:
    assert 'exported_container="chat",exported_namespace="serving"' in query(awake(triggers=[GpuActivity(), REQUESTS]))
    assert query(awake(triggers=[GpuActivity(honor_labels=True), REQUESTS])) == (
        'avg(DCGM_FI_DEV_GPU_UTIL{container="chat",namespace="serving"})'
    )


@pytest.mark.parametrize(
    ("engine", "expected"),
    [
        ("vllm", f"sum(vllm:num_requests_waiting{OWN}) + sum(vllm:num_requests_running{OWN})"),
        ("tgi", f"sum(tgi_queue_size{OWN}) + sum(tgi_batch_current_size{OWN})"),
    ],
)
def test_requests_are_called_as_the_engine_calls_them(engine: str, expected: str) -> None:
    target = server(engine=engine, replicas=None)
    assert query(awake(target=target, triggers=[REQUESTS])) == expected


def test_triton_counts_what_waits() -> None:
    target = THEIRS.model_copy(update={"engine": "triton", "job": "triton"})
    found = query(awake(target=target, triggers=[REQUESTS]))
    assert found == 'sum(nv_inference_pending_request_count{job="triton",namespace="search"})'


def test_pods_that_are_not_there_are_nothing_and_pods_that_can_not_be_read_are_no_answer() -> None:
    found = query(autoscaler(triggers=[REQUESTS, QUEUE]))
    assert found.endswith(f" or on() absent(up{OWN}) * 0")
    assert trigger(autoscaler())["metadata"]["ignoreNullValues"] == "false"
    assert "absent" not in query(awake(triggers=[REQUESTS]))


def test_the_queue_in_front_wakes_at_the_first_request() -> None:
    found = trigger(autoscaler(triggers=[QueueDepth(metric="pending", per_replica=4, labels={"to": 'a"b'})]))
    assert found["metadata"]["activationThreshold"] == "0"
    assert found["metadata"]["query"] == 'sum(pending{to="a\\"b"})'
    quiet = QueueDepth(metric="pending", per_replica=4, absent_is_zero=True)
    assert query(autoscaler(triggers=[quiet])) == "sum(pending) or vector(0)"


def test_a_queue_of_sqs() -> None:
    assert trigger(autoscaler(triggers=[JOBS], held_by=None)) == {
        "type": "aws-sqs-queue",
        "name": "sqs-queue",
        "authenticationRef": {"name": "scaler-sqs-queue"},
        "metadata": {
            "activationQueueLength": "0",
            "awsRegion": "us-east-1",
            "queueLength": "20",
            "queueURL": URL,
            "scaleOnInFlight": "true",
        },
    }


def test_hours_are_those_of_a_place() -> None:
    assert trigger(AUTOSCALERS["in hours"]) == {
        "type": "cron",
        "name": "cron",
        "metadata": {
            "desiredReplicas": "2",
            "end": "0 18 * * 1-5",
            "start": "0 8 * * 1-5",
            "timezone": "Europe/Berlin",
        },
    }


def test_who_keda_is_to_the_queue() -> None:
    role = "arn:aws:iam::123456789012:role/queues"
    assumes = JOBS.model_copy(update={"authentication": AwsIdentity(role_arn=role)})
    made = plan(autoscaler(triggers=[assumes], held_by=None))
    assert body(made, "TriggerAuthentication", "scaler-sqs-queue")["spec"] == {
        "podIdentity": {"provider": "aws", "roleArn": role}
    }
    key = SecretKey(secret="queues", key="id")
    secrets = JOBS.model_copy(update={"authentication": SecretParameters(parameters={"awsAccessKeyID": key})})
    made = plan(autoscaler(triggers=[secrets], held_by=None))
    assert body(made, "TriggerAuthentication")["spec"] == {
        "secretTargetRef": [{"parameter": "awsAccessKeyID", "name": "queues", "key": "id"}]
    }


def test_one_proof_for_all_that_ask_prometheus() -> None:
    made = plan(autoscaler(prometheus=MANAGED, triggers=[QUEUE, REQUESTS, OFFICE]))
    assert [item.name for item in made.objects if item.kind == "TriggerAuthentication"] == ["scaler-prometheus"]
    triggers = body(made, "ScaledObject")["spec"]["triggers"]
    assert [each.get("authenticationRef") for each in triggers] == [{"name": "scaler-prometheus"}] * 2 + [None]
    assert triggers[0]["metadata"]["awsRegion"] == "us-east-1"


def test_the_target_is_what_the_server_is_called() -> None:
    made = plan(autoscaler())
    assert body(made, "ScaledObject")["spec"]["scaleTargetRef"] == {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "name": "chat",
    }
    assert {item.namespace for item in made.objects} == {"serving"}
    assert {item.namespace for item in plan(AUTOSCALERS["a reference"]).objects} == {"search"}


@pytest.mark.parametrize(
    ("cold", "cooldown", "down"),
    [(60, 300, 300), (450, 900, 450), (4000, 8000, 3600)],
)
def test_timers_follow_from_the_cold_start(cold: int, cooldown: int, down: int) -> None:
    found = autoscaler(target=THEIRS.model_copy(update={"cold_start_seconds": cold})).spec
    assert (found["cooldownPeriod"], found["initialCooldownPeriod"], found["pollingInterval"]) == (cooldown, cold, 15)
    behavior = found["advanced"]["horizontalPodAutoscalerConfig"]["behavior"]
    assert behavior["scaleDown"]["stabilizationWindowSeconds"] == down


def test_timers_that_would_have_no_effect_are_not_written() -> None:
    assert awake().spec.keys().isdisjoint({"cooldownPeriod", "initialCooldownPeriod", "pollingInterval"})
    own = autoscaler(cooldown_seconds=1200, initial_cooldown_seconds=30, polling_seconds=5).spec
    assert (own["cooldownPeriod"], own["initialCooldownPeriod"], own["pollingInterval"]) == (1200, 30, 5)


def test_what_sleeps_below_its_minimum() -> None:
    found = AUTOSCALERS["asleep below two"].spec
    assert (found["idleReplicaCount"], found["minReplicaCount"]) == (0, 2)
    assert "idleReplicaCount" not in autoscaler().spec


def test_both_bounds_and_the_way_back_are_always_written() -> None:
    for each in AUTOSCALERS.values():
        assert each.spec["minReplicaCount"] == each.min_replicas
        assert each.spec["maxReplicaCount"] == each.max_replicas
        assert each.spec["advanced"]["restoreToOriginalReplicaCount"] is True


def test_a_fallback_and_a_pace() -> None:
    assert AUTOSCALERS["with a fallback"].spec["fallback"] == {
        "behavior": "currentReplicasIfHigher",
        "failureThreshold": 3,
        "replicas": 2,
    }
    behavior = AUTOSCALERS["at its own pace"].spec["advanced"]["horizontalPodAutoscalerConfig"]["behavior"]
    assert behavior["scaleUp"] == {
        "policies": [
            {"type": "Percent", "value": 50, "periodSeconds": 60},
            {"type": "Pods", "value": 2, "periodSeconds": 60},
        ],
        "stabilizationWindowSeconds": 0,
    }
    assert behavior["scaleDown"] == {"stabilizationWindowSeconds": 600}


def test_what_a_wake_and_everything_at_once_cost() -> None:
    found = assumed(plan(autoscaler(expected_replicas=Decimal("1.5"))), "ScaledObject")
    hour = Decimal("1.861")
    assert found == {
        "pod_ready_s": "450",
        "gpus_per_replica": "1",
        "replicas": "1.5",
        "replica_usd_hour": "1.861",
        "wake_usd": str(round(hour * (450 + 900) / 3600, 2)),
        "max_usd_month": str(round(hour * 4 * 730, 2)),
    }


def test_who_never_sleeps_never_wakes() -> None:
    assert "wake_usd" not in assumed(plan(awake()), "ScaledObject")


def test_an_unknown_price_is_not_zero() -> None:
    assert assumed(plan(AUTOSCALERS["a reference"]), "ScaledObject").keys() == {"pod_ready_s", "gpus_per_replica"}
    told = THEIRS.model_copy(update={"replica_usd_hour": Decimal("2.50")})
    found = assumed(plan(autoscaler(target=told)), "ScaledObject")
    assert (found["replica_usd_hour"], found["max_usd_month"]) == ("2.5", "7300.00")


def test_a_slice_is_part_of_a_gpu() -> None:
    place = Placement(gpu="H100", slices={"1g.10gb": 7}, instance_type="p5.4xlarge")
    found = assumed(plan(autoscaler(target=sliced(placement=place, replicas=None))), "ScaledObject")
    assert float(found["gpus_per_replica"]) == pytest.approx(1 / 7)


def test_where_no_list_states_a_price_none_is_written() -> None:
    elsewhere = autoscaler().expand(Context(CostTags(), region="eu-central-1"))
    assert assumed(elsewhere, "ScaledObject").keys() == {"pod_ready_s", "gpus_per_replica"}
