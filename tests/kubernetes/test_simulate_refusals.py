"""What a ScaledObject must not say: all of it is told at once, with its path."""

from typing import Any

import pytest

from aicost_iac import InvalidBlueprint
from aicost_iac.kubernetes.autoscaling import simulate
from aicost_iac.kubernetes.autoscaling.quantities import quantity
from aicost_iac.kubernetes.autoscaling.scalers import SCALERS
from tests.kubernetes.scaled_objects import Spec, behaving, counts, prometheus, run, scaled

QUEUE = prometheus()
PHASES: dict[str, Any] = {"start_replicas": 1, "first_poll_s": 3, "hpa_created_s": 1, "until_s": 60}

REFUSED: list[tuple[Spec, str]] = [
    ({"triggers": []}, "triggers: is required"),
    ({"triggers": ["prometheus"]}, "triggers.0: is not an object"),
    ({"triggers": [{"type": "prometheus"}]}, "triggers.0: needs a type and metadata"),
    (scaled({"type": "promotheus", "metadata": {}}), "triggers.0.type: is not a trigger KEDA 2.20 has"),
    (scaled({"type": "promotheus", "metadata": {}}), "did you mean 'prometheus'?"),
    (scaled({"type": "external-push", "metadata": {}}), "only it knows its target"),
    (scaled({"type": "prometheus", "metadata": {"query": "x"}}), "triggers.0.metadata.threshold: is required"),
    (scaled(prometheus(0)), "triggers.0.metadata.threshold: must be 0.001 or more"),
    (scaled(QUEUE | {"metadata": {"threshold": "many"}}), "threshold: is not a number (got 'many')"),
    (scaled(prometheus(activationThreshold="x")), "triggers.0.metadata.activationThreshold: is not a number"),
    (scaled(prometheus(1, "Utilization")), "triggers.0.metricType: is not AverageValue or Value here"),
    (scaled({"type": "cpu", "metricType": "Value", "metadata": {"value": "50"}}), "is not Utilization or AverageValue"),
    (scaled({"type": "memory", "metadata": {"value": "0"}}), "triggers.0.metadata.value: must be above 0"),
    (scaled({"type": "cron", "metadata": {}}), "triggers.0.metadata.desiredReplicas: is required"),
    (scaled(QUEUE, least=7, most=5), "minReplicaCount: is above maxReplicaCount, 5 (got 7)"),
    (scaled(QUEUE) | {"minReplicaCount": "1"}, "minReplicaCount: is not a whole number of 0 or more"),
    (scaled(QUEUE, most=0), "maxReplicaCount: is not a whole number of 1 or more"),
    (scaled(QUEUE, pollingInterval=0), "pollingInterval: is not a whole number of 1 or more"),
    (scaled(QUEUE, least=2, idleReplicaCount=2), "idleReplicaCount: must be below minReplicaCount, 2"),
    (scaled({"type": "cpu", "metadata": {"value": "50"}}, least=0), "KEDA refuses minReplicaCount 0 with them"),
    (scaled(QUEUE, fallback={"replicas": 1}), "fallback.failureThreshold: is required"),
    (scaled(QUEUE, fallback={"failureThreshold": 1, "replicas": 1, "behavior": "sttic"}), "did you mean 'static'?"),
    (scaled(QUEUE, advanced={"scalingModifiers": {"formula": "a + b"}}), "formula: is not evaluated here"),
    (scaled(QUEUE, advanced="x"), "advanced: is not an object"),
    (scaled(QUEUE, advanced=behaving(scaleUp={"policies": [{"type": "Pods"}]})), "policies.0.value: is required"),
    (scaled(QUEUE, advanced=behaving(scaleUp={"selectPolicy": "Most"})), "selectPolicy: is not known"),
    (scaled(QUEUE, advanced=behaving(scaleDown={"tolerance": "-1"})), "scaleDown.tolerance: is not a share"),
]


@pytest.mark.parametrize(("spec", "message"), REFUSED, ids=[message for _, message in REFUSED])
def test_what_can_not_work_is_refused_with_its_place(spec: Spec, message: str) -> None:
    with pytest.raises(InvalidBlueprint) as refusal:
        simulate(spec, [[(0, 0)]], **PHASES)
    assert message in str(refusal.value)


def test_several_problems_are_told_together() -> None:
    spec = scaled(prometheus(0), {"type": "x", "metadata": {}}, least=7, most=5)
    with pytest.raises(InvalidBlueprint, match="3 problems"):
        simulate(spec, [], **PHASES)


def test_each_trigger_needs_a_curve() -> None:
    with pytest.raises(ValueError, match="2 triggers and 1 curves"):
        run(scaled(QUEUE, QUEUE), [(0, 1)])


def test_a_curve_holds_numbers_nothing_or_error() -> None:
    with pytest.raises(ValueError, match="a curve holds 'failed'"):
        run(scaled(QUEUE), [(0, "failed")])  # type: ignore[list-item]


def test_times_and_counts_that_can_not_be_are_refused() -> None:
    with pytest.raises(ValueError, match="sync_period_s is above 0"):
        run(scaled(QUEUE), [(0, 1)], sync_period_s=0)


def test_the_defaults_of_keda() -> None:
    spec = {"scaleTargetRef": {"name": "chat"}, "triggers": [prometheus(1)]}
    changes = run(spec, [(0, 0), (1, 500), (600, 0)], start=0, until=1200)
    assert max(counts(changes)) == 100
    assert changes[1] == (3.0, 1)
    assert changes[-1] == (873.0, 0), "polls every 30 s, cooldown 300 s after the last active one at 573"


@pytest.mark.parametrize("kind", sorted(SCALERS))
def test_every_scaler_wakes_and_grows_by_its_own_target(kind: str) -> None:
    target = SCALERS[kind].targets[0]
    spec = scaled({"type": kind, "metadata": {target: "10"}}, least=0)
    assert counts(run(spec, [(0, 40)], start=0))[-1] == 4


def test_a_target_has_its_own_default_and_activation() -> None:
    sqs = {"type": "aws-sqs-queue", "metadata": {"queueURL": "u", "awsRegion": "us-east-1"}}
    assert counts(run(scaled(sqs, least=0), [(0, 20)], start=0))[-1] == 4
    asleep = {"type": "aws-sqs-queue", "metadata": {"queueLength": "5", "activationQueueLength": "20"}}
    assert counts(run(scaled(asleep, least=0), [(0, 20)], start=0)) == [0]


@pytest.mark.parametrize(
    ("kind", "metadata", "replicas"),
    [
        ("loki", {"threshold": "1"}, 1),
        ("elasticsearch", {"targetValue": "1"}, 4),
        ("elasticsearch", {"targetValue": "1", "ignoreNullValues": "true"}, 1),
        ("gcp-stackdriver", {"targetValue": "1", "valueIfNull": "7"}, 7),
        ("gcp-stackdriver", {"targetValue": "1"}, 4),
        ("aws-cloudwatch", {"targetMetricValue": "1", "minMetricValue": "6"}, 6),
        ("aws-cloudwatch", {"targetMetricValue": "1", "minMetricValue": "6", "ignoreNullValues": "false"}, 4),
        ("metrics-api", {"targetValue": "1"}, 4),
    ],
)
def test_what_an_empty_result_is_depends_on_the_scaler(kind: str, metadata: dict[str, str], replicas: int) -> None:
    rules = behaving(scaleDown={"stabilizationWindowSeconds": 0})
    spec = scaled({"type": kind, "metadata": metadata}, advanced=rules)
    assert counts(run(spec, [(0, None)], start=4))[-1] == replicas


@pytest.mark.parametrize(
    ("written", "value"),
    [("70", 70), (70, 70), ("0.5", 0.5), ("500m", 0.5), ("2Gi", 2 * 2**30), ("1k", 1000), ("1e3", 1000), (".5", 0.5)],
)
def test_quantities(written: object, value: float) -> None:
    assert quantity(written) == value


@pytest.mark.parametrize("written", ["", "many", "1KB", None, True, "1 0", "0x10"])
def test_what_is_no_quantity(written: object) -> None:
    assert quantity(written) is None
