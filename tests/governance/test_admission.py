"""The admission policies, as the API server decides them: CEL compiled and run on good and bad workloads."""

from collections.abc import Mapping
from typing import Any

import celpy
import pytest
from celpy.adapter import json_to_cel

from aicost_iac import Context, CostTags, GpuPodLabels, TagPolicy
from aicost_iac.kubernetes.manifest import manifest
from tests.kubernetes.strict import assert_valid

LABELS = {"workload-type": "inference", "cost-center": "search", "team": "relevance"}
POLICY = TagPolicy(
    name="labels",
    required={"workload_type": ["training", "inference"], "cost_center": ["search", "shop"], "team": []},
    gpu_pods=GpuPodLabels(exempt_namespaces=["kube-system", "gpu-operator"]),
)
KINDS = {
    "Pod": "labels-pods",
    "DaemonSet": "labels-apps",
    "Deployment": "labels-apps",
    "StatefulSet": "labels-apps",
    "Job": "labels-jobs",
    "CronJob": "labels-cronjobs",
}
GPU = {"limits": {"nvidia.com/gpu": "1"}}


@pytest.fixture(scope="module")
def objects() -> dict[str, dict[str, Any]]:
    """By kind and name."""
    found = POLICY.expand(Context()).objects
    return {f"{item.kind}/{item.name}": manifest(item) for item in found}


def template(labels: Mapping[str, str] | None, *containers: Mapping[str, Any], **spec: Any) -> dict[str, Any]:
    metadata = {} if labels is None else {"metadata": {"labels": dict(labels)}}
    named = [{"name": f"c{index}", "image": "i", **each} for index, each in enumerate(containers or ({},))]
    return {**metadata, "spec": {"containers": named, **spec}}


def workload(kind: str, pod: dict[str, Any], labels: Mapping[str, str] | None = None) -> dict[str, Any]:
    """A workload of a kind around a pod template; `labels` are the workload's own."""
    if kind == "Pod":
        return {"kind": kind, "metadata": {"name": "w", **pod.get("metadata", {})}, "spec": pod["spec"]}
    spec: dict[str, Any] = {"template": pod}
    if kind == "CronJob":
        spec = {"schedule": "@daily", "jobTemplate": {"spec": spec}}
    return {"kind": kind, "metadata": {"name": "w", "labels": dict(labels or {})}, "spec": spec}


def decided(policy: Mapping[str, Any], item: Mapping[str, Any]) -> list[str]:
    """What a policy says against an object. https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/"""
    environment = celpy.Environment()

    def run(expression: str, known: Any) -> Any:
        return environment.program(environment.compile(expression)).evaluate(known)

    known: dict[Any, Any] = {"object": json_to_cel(dict(item)), "variables": celpy.celtypes.MapType()}
    for variable in policy["spec"]["variables"]:
        name = celpy.celtypes.StringType(variable["name"])
        known["variables"][name] = run(variable["expression"], known)
    return [each["message"] for each in policy["spec"]["validations"] if not run(each["expression"], known)]


def refused(objects: Mapping[str, Any], kind: str, pod: dict[str, Any], **more: Any) -> list[str]:
    return decided(objects[f"ValidatingAdmissionPolicy/{KINDS[kind]}"], workload(kind, pod, **more))


def test_the_api_server_takes_them() -> None:
    made = POLICY.expand(Context()).objects
    assert len(made) == 8
    assert_valid(made)


@pytest.mark.parametrize("kind", KINDS)
def test_a_labelled_gpu_pod_passes(kind: str, objects: dict[str, Any]) -> None:
    assert refused(objects, kind, template(LABELS, {"resources": GPU})) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_gpu_pod_without_labels_is_refused_for_each(kind: str, objects: dict[str, Any]) -> None:
    told = refused(objects, kind, template(None, {"resources": GPU}))
    assert [message.split("label ")[1].split(" ")[0] for message in told] == ["cost-center", "team", "workload-type"]
    place = {"Pod": " metadata.labels", "CronJob": "spec.jobTemplate.spec.template.metadata.labels"}
    assert all(place.get(kind, "spec.template.metadata.labels") in message for message in told)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "Pod"])
def test_labels_of_the_workload_are_not_those_of_its_pods(kind: str, objects: dict[str, Any]) -> None:
    assert len(refused(objects, kind, template(None, {"resources": GPU}), labels=LABELS)) == 3


@pytest.mark.parametrize("kind", KINDS)
def test_a_pod_without_a_gpu_is_nobodys_business(kind: str, objects: dict[str, Any]) -> None:
    assert refused(objects, kind, template(None, {"resources": {"limits": {"cpu": "1"}}}, {})) == []
    assert refused(objects, kind, template(None, {"resources": {"requests": {"memory": "1Gi"}}})) == []


@pytest.mark.parametrize(
    ("labels", "missing"),
    [
        ({**LABELS, "cost-center": "serach"}, "cost-center"),
        ({**LABELS, "workload-type": ""}, "workload-type"),
        ({key: value for key, value in LABELS.items() if key != "team"}, "team"),
        ({**LABELS, "Cost-Center": "search", "cost-center": "x"}, "cost-center"),
    ],
)
def test_one_wrong_label_is_told_alone(labels: dict[str, str], missing: str, objects: dict[str, Any]) -> None:
    [told] = refused(objects, "Deployment", template(labels, {"resources": GPU}))
    assert told.startswith(f"a pod with a GPU needs the label {missing}")


@pytest.mark.parametrize(
    ("pod", "is_gpu"),
    [
        (template(None, {}, {"resources": {"limits": {"nvidia.com/mig-1g.10gb": "1"}}}), True),
        (template(None, {"resources": {"limits": {"nvidia.com/gpu.shared": "1"}}}), True),
        (template(None, {"resources": {"limits": {"aws.amazon.com/neuron": "1"}}}), True),
        (template(None, {"resources": {"limits": {"aws.amazon.com/neuroncore": "2"}}}), True),
        (template(None, {}, initContainers=[{"name": "i", "image": "i", "resources": GPU}]), True),
        (template(None, {"resources": {"limits": {"nvidia.com/gpu": "0"}}}), False),
        (template(None, {"resources": {"limits": {"nvidia.com/hostdev": "1"}}}), False),
        (template(None, {"resources": {"limits": {"vpc.amazonaws.com/efa": "4"}}}), False),
        (template(None, {"resources": {}}), False),
    ],
)
def test_what_counts_as_a_gpu(pod: dict[str, Any], is_gpu: bool, objects: dict[str, Any]) -> None:
    assert bool(refused(objects, "Job", pod)) is is_gpu


def test_each_policy_is_bound_and_looks_at_what_its_expressions_read(objects: dict[str, Any]) -> None:
    for name in set(KINDS.values()):
        binding = objects[f"ValidatingAdmissionPolicyBinding/{name}"]["spec"]
        assert (binding["policyName"], binding["validationActions"]) == (name, ["Deny"])
        [exempt] = binding["matchResources"]["namespaceSelector"]["matchExpressions"]
        assert exempt["values"] == ["kube-system", "gpu-operator"]
        policy = objects[f"ValidatingAdmissionPolicy/{name}"]["spec"]
        [rule] = policy["matchConstraints"]["resourceRules"]
        assert {resource.rstrip("s") for resource in rule["resources"]} == {
            kind.lower().rstrip("s") for kind, where in KINDS.items() if where == name
        }
        assert policy["failurePolicy"] == "Fail"


def test_the_labels_of_cost_tags_are_what_the_policy_asks_for(objects: dict[str, Any]) -> None:
    tags = CostTags(workload_type="inference", cost_center="search", team="relevance", model_name="chat")
    assert refused(objects, "Deployment", template(tags.keys(), {"resources": GPU})) == []
