"""ScaledObjects, and the GPUs that a device plugin shares."""

from typing import Any

import pytest

from aicost_iac.rules.reading.device_plugin import sharings
from aicost_iac.rules.reading.scaling import Scaling, keda_version, target_of
from tests.rules.documents import facts, world
from tests.rules.reading.manifests import deployment, only_subject


def _scaled(**spec: Any) -> dict[str, Any]:
    return {"apiVersion": "keda.sh/v1alpha1", "kind": "ScaledObject", "metadata": {"name": "chat", "namespace": "a"},
            "spec": {"scaleTargetRef": {"name": "chat"}, **spec}}  # fmt: skip


def _scaling(**spec: Any) -> Scaling:
    return Scaling(only_subject(world([_scaled(**spec)])))


@pytest.mark.parametrize(
    ("spec", "least", "most", "to_zero", "pinned"),
    [
        ({}, 0, 100, True, False),
        ({"minReplicaCount": 1, "maxReplicaCount": 4}, 1, 4, False, True),
        ({"minReplicaCount": 2, "idleReplicaCount": 0}, 2, 100, True, False),
        ({"minReplicaCount": "{{ .Values.min }}"}, None, 100, False, False),
    ],
)
def test_the_bounds_of_a_target(
    spec: dict[str, Any], least: int | None, most: int, to_zero: bool, pinned: bool
) -> None:
    found = _scaling(**spec)
    assert (found.least, found.most, found.to_zero, found.pinned) == (least, most, to_zero, pinned)


@pytest.mark.parametrize(
    ("metadata", "activation"),
    [
        ({}, ("", 0.0)),
        ({"activationThreshold": "5"}, ("activationThreshold", 5.0)),
        ({"activationQueueLength": 2}, ("activationQueueLength", 2.0)),
        ({"activationThreshold": "{{ .Values.threshold }}"}, None),
    ],
)
def test_what_wakes_a_target(metadata: dict[str, Any], activation: tuple[str, float] | None) -> None:
    [trigger] = _scaling(triggers=[{"type": "prometheus", "metadata": metadata}]).triggers
    assert trigger.activation == activation


@pytest.mark.parametrize(
    ("written", "average"),
    [({}, True), ({"metricType": "Value"}, False), ({"metricType": "AverageValue"}, True),
     ({"metricType": "{{ .Values.kind }}"}, None)],
)  # fmt: skip
def test_how_a_metric_is_compared(written: dict[str, Any], average: bool | None) -> None:
    [trigger] = _scaling(triggers=[{"type": "prometheus", "metadata": {}, **written}]).triggers
    assert trigger.average_value is average


@pytest.mark.parametrize(
    ("reference", "target"),
    [
        ({"name": "chat"}, ("Deployment", "chat")),
        ({"kind": "StatefulSet", "name": "chat"}, ("StatefulSet", "chat")),
        ({"kind": "{{ .Values.kind }}", "name": "chat"}, None),
        ({"name": "${NAME}"}, None),
    ],
)
def test_the_target(reference: dict[str, str], target: tuple[str, str] | None) -> None:
    assert target_of(only_subject(world([_scaled(scaleTargetRef=reference)]))) == target


@pytest.mark.parametrize(("namespace", "pods"), [("a", 1), ("b", 0), (None, 1)])
def test_its_pods_are_those_of_its_namespace(namespace: str | None, pods: int) -> None:
    target = deployment({})
    target["metadata"] |= {"namespace": namespace} if namespace else {}
    made = world([_scaled(), target])
    [scaled] = made.of("ScaledObject")
    assert len(Scaling(scaled).pods(made)) == pods


@pytest.mark.parametrize(("version", "found"), [("2.16.1", (2, 16)), ("v2.9", (2, 9)), ("latest", None), (None, None)])
def test_the_version_of_keda(version: str | None, found: tuple[int, int] | None) -> None:
    assert keda_version(world([], facts({"cluster": {"keda_version": version}}))) == found


def _plugin(config: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "plugin"}, "data": {"any": config}}


@pytest.mark.parametrize(
    ("config", "found"),
    [
        ("sharing: {timeSlicing: {resources: [{name: nvidia.com/gpu, replicas: 4}]}}",
         [("timeSlicing", 4, "nvidia.com/gpu", False)]),
        ("sharing: {timeSlicing: {renameByDefault: true, failRequestsGreaterThanOne: true,"
         " resources: [{name: nvidia.com/gpu, replicas: 4}]}}", [("timeSlicing", 4, "nvidia.com/gpu.shared", True)]),
        ("sharing: {mps: {resources: [{name: nvidia.com/gpu, rename: nvidia.com/small, replicas: x}]}}",
         [("mps", None, "nvidia.com/small", False)]),
        ("sharing: [broken", []),
        ("sharing: none", []),
        ("- sharing: a list", []),
    ],
)  # fmt: skip
def test_how_a_gpu_is_shared(config: str, found: list[tuple[str, int | None, str, bool]]) -> None:
    read = sharings(world([_plugin(config)]))
    assert [(each.way, each.replicas, each.advertised, each.strict) for each in read] == found
