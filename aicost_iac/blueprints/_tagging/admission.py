"""Kubernetes refuses GPU pods that no cost report could attribute: admission policies in CEL, without a webhook.

https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/ (stable since Kubernetes 1.30)
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from aicost_iac.plan import KubeObject

Action = Literal["Deny", "Warn", "Audit"]
API_VERSION = "admissionregistration.k8s.io/v1"


@dataclass(frozen=True, slots=True)
class Workload:
    """Kinds that hold their pod template in one place: a policy looks at one, so that its types can be checked."""

    part: str
    group: str
    resources: tuple[str, ...]
    template: str


WORKLOADS = (
    Workload("pods", "", ("pods",), "object"),
    Workload("apps", "apps", ("daemonsets", "deployments", "statefulsets"), "object.spec.template"),
    Workload("jobs", "batch", ("jobs",), "object.spec.template"),
    Workload("cronjobs", "batch", ("cronjobs",), "object.spec.jobTemplate.spec.template"),
)
# Device plugins of NVIDIA (whole GPUs and MIG slices) and of AWS Neuron. A pod may say it wants none: "0".
_GPU = 'r.startsWith("nvidia.com/gpu") || r.startsWith("nvidia.com/mig-") || r.startsWith("aws.amazon.com/neuron")'
_CONTAINERS = (
    "variables.template.spec.containers + "
    "(has(variables.template.spec.initContainers) ? variables.template.spec.initContainers : [])"
)
_WANTS_GPU = (
    "variables.containers.exists(c, has(c.resources) && has(c.resources.limits) && "
    f'c.resources.limits.exists(r, ({_GPU}) && string(c.resources.limits[r]) != "0"))'
)
_LABELS = (
    "has(variables.template.metadata) && has(variables.template.metadata.labels) "
    "? variables.template.metadata.labels : {}"
)


def objects(
    name: str, keys: Mapping[str, Sequence[str]], actions: Sequence[Action], exempt_namespaces: Sequence[str]
) -> Iterator[KubeObject]:
    """A policy and its binding per kind of workload."""
    for workload in WORKLOADS:
        policy_name = f"{name}-{workload.part}"
        yield _policy(policy_name, workload, keys)
        yield _binding(policy_name, actions, exempt_namespaces)


def _policy(name: str, workload: Workload, keys: Mapping[str, Sequence[str]]) -> KubeObject:
    rule = {
        "apiGroups": [workload.group],
        "apiVersions": ["v1"],
        "operations": ["CREATE", "UPDATE"],
        "resources": list(workload.resources),
    }
    spec = {
        "failurePolicy": "Fail",
        "matchConstraints": {"resourceRules": [rule]},
        "variables": [
            {"name": "template", "expression": workload.template},
            {"name": "containers", "expression": _CONTAINERS},
            {"name": "gpu", "expression": _WANTS_GPU},
            {"name": "labels", "expression": _LABELS},
        ],
        "validations": [_validation(key, values, workload) for key, values in keys.items()],
    }
    return KubeObject(API_VERSION, "ValidatingAdmissionPolicy", name, body={"spec": spec})


def _validation(key: str, values: Sequence[str], workload: Workload) -> dict[str, Any]:
    quoted = json.dumps(key)
    carried = f"{quoted} in variables.labels"
    if values:
        carried = f"({carried} && variables.labels[{quoted}] in {json.dumps(list(values))})"
    place = workload.template.removeprefix("object").removeprefix(".")
    where = f"{place}.metadata.labels" if place else "metadata.labels"
    choice = f" with one of {', '.join(values)}" if values else ""
    message = f"a pod with a GPU needs the label {key}{choice} in {where}: without it nobody knows who pays"
    return {"expression": f"!variables.gpu || {carried}", "message": message, "reason": "Invalid"}


def _binding(name: str, actions: Sequence[Action], exempt_namespaces: Sequence[str]) -> KubeObject:
    exempt = {"key": "kubernetes.io/metadata.name", "operator": "NotIn", "values": list(exempt_namespaces)}
    match = {"matchResources": {"namespaceSelector": {"matchExpressions": [exempt]}}} if exempt_namespaces else {}
    spec = {"policyName": name, "validationActions": list(actions), **match}
    return KubeObject(API_VERSION, "ValidatingAdmissionPolicyBinding", name, body={"spec": spec})
