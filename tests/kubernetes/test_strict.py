"""The checker itself: what an API server takes passes, and each kind of mistake is found where it stands."""

import copy
from collections.abc import Iterator, Mapping
from typing import Any

import kubernetes_validate
import pytest

from tests.kubernetes import cel, definitions
from tests.kubernetes.strict import assert_valid, is_known, violations

DEPLOYMENT: dict[str, Any] = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "server", "namespace": "serving", "labels": {"app": "server"}},
    "spec": {
        "selector": {"matchLabels": {"app": "server"}},
        "template": {
            "metadata": {"labels": {"app": "server"}},
            "spec": {"containers": [{"name": "server", "image": "server:1", "ports": [{"containerPort": 8000}]}]},
        },
    },
}
SCALED_OBJECT: dict[str, Any] = {
    "apiVersion": "keda.sh/v1alpha1",
    "kind": "ScaledObject",
    "metadata": {"name": "server", "namespace": "serving"},
    "spec": {
        "scaleTargetRef": {"name": "server"},
        "minReplicaCount": 1,
        "triggers": [
            {"type": "prometheus", "metadata": {"serverAddress": "http://p:9090", "query": "sum(x)", "threshold": "4"}}
        ],
    },
}
NODE_POOL: dict[str, Any] = {
    "apiVersion": "karpenter.sh/v1",
    "kind": "NodePool",
    "metadata": {"name": "gpu"},
    "spec": {
        "limits": {"nvidia.com/gpu": "8"},
        "template": {
            "spec": {
                "nodeClassRef": {"group": "karpenter.k8s.aws", "kind": "EC2NodeClass", "name": "gpu"},
                "requirements": [{"key": "karpenter.sh/capacity-type", "operator": "In", "values": ["spot"]}],
                "expireAfter": "Never",
            }
        },
    },
}
CORE = {"deployment": DEPLOYMENT}
CUSTOM = {"scaled object": SCALED_OBJECT, "node pool": NODE_POOL}
needs_definitions = pytest.mark.skipif(
    not definitions.FOLDER.is_dir(), reason="the definitions of ../shared/crds are not there"
)


@pytest.mark.parametrize("item", CORE.values(), ids=CORE)
def test_what_kubernetes_validate_takes_passes(item: Mapping[str, Any]) -> None:
    kubernetes_validate.validate(dict(item), kubernetes_validate.latest_version(), strict=True)
    assert_valid([item])


@needs_definitions
@pytest.mark.parametrize("item", CUSTOM.values(), ids=CUSTOM)
def test_what_a_definition_takes_passes(item: Mapping[str, Any]) -> None:
    assert_valid([item])


def changed(item: Mapping[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy in which one place, `a.0.b`, holds another value; `...` removes it."""
    made: Any = copy.deepcopy(dict(item))
    *parents, last = [int(word) if word.isdecimal() else word.replace("~", "/") for word in path.split("/")]
    place = made
    for word in parents:
        place = place[word]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    result: dict[str, Any] = made
    return result


REQUIREMENT = "spec/template/spec/requirements/0"
TRIGGER = "spec/triggers/0"
CORE_MISTAKES = {
    "unknown field": ("spec/template/spec/containers/0/gpu", 1, "gpu"),
    "wrong type": ("spec/replicas", "1", "spec.replicas"),
    "missing": ("spec/selector", ..., "selector"),
    "label value": ("metadata/labels/app", "a b", "'a b' is no label value"),
    "nested label": ("spec/template/metadata/labels/app", "-x", "'-x' is no label value"),
    "name": ("metadata/name", "Server", "'Server' is no name"),
    "no namespace": ("metadata/namespace", ..., "Deployment is namespaced"),
    "metadata": ("metadata/owner", "me", "metadata.owner: unknown field"),
}
CUSTOM_MISTAKES: dict[str, tuple[Mapping[str, Any], str, Any, str]] = {
    "unknown field": (NODE_POOL, "spec/limit", {}, "spec.limit: unknown field"),
    "unknown nested field": (NODE_POOL, "spec/disruption", {"consolidate": "x"}, "consolidate: unknown field"),
    "enum": (NODE_POOL, f"{REQUIREMENT}/operator", "Is", "'Is' is none of"),
    "pattern": (NODE_POOL, "spec/template/spec/expireAfter", "30d", "does not match"),
    "required": (NODE_POOL, "spec/template/spec/nodeClassRef/name", ..., "'name' is missing"),
    "maximum": (NODE_POOL, "spec/weight", 101, "101 is not within"),
    "int or string": (NODE_POOL, "spec/limits/nvidia.com~gpu", True, "True is no integer or string"),
    "rule in CEL": (NODE_POOL, f"{REQUIREMENT}/values", [], "requirements with operator 'In' must have a value"),
    "function of CEL": (NODE_POOL, f"{REQUIREMENT}/key", "karpenter.sh/mine", 'label domain "karpenter.sh"'),
    "namespaced": (NODE_POOL, "metadata/namespace", "x", "NodePool is cluster-scoped"),
    "list map": (SCALED_OBJECT, "spec/advanced", {"x": 1}, "spec.advanced.x: unknown field"),
    "removed trigger key": (SCALED_OBJECT, f"{TRIGGER}/metadata/metricName", "x", "has no parameter 'metricName'"),
    "missing trigger key": (SCALED_OBJECT, f"{TRIGGER}/metadata/query", ..., "prometheus needs 'query'"),
    "unknown scaler": (SCALED_OBJECT, f"{TRIGGER}/type", "promtheus", "there is no scaler 'promtheus'"),
    "trigger value": (SCALED_OBJECT, f"{TRIGGER}/metadata/threshold", 4, "4 is no string"),
}


@pytest.mark.parametrize(("path", "value", "message"), CORE_MISTAKES.values(), ids=CORE_MISTAKES)
def test_a_mistake_in_a_core_kind_is_found(path: str, value: Any, message: str) -> None:
    assert any(message in violation for violation in violations(changed(DEPLOYMENT, path, value)))


@needs_definitions
@pytest.mark.parametrize(("item", "path", "value", "message"), CUSTOM_MISTAKES.values(), ids=CUSTOM_MISTAKES)
def test_a_mistake_in_a_custom_resource_is_found(item: Mapping[str, Any], path: str, value: Any, message: str) -> None:
    found = list(violations(changed(item, path, value)))
    assert any(message in violation for violation in found), found


def test_assert_valid_fails_with_every_violation() -> None:
    broken = changed(changed(DEPLOYMENT, "spec/replicas", "1"), "metadata/namespace", ...)
    with pytest.raises(AssertionError, match=r"(?s)namespaced.*spec\.replicas"):
        assert_valid([broken])


def test_a_kind_without_a_schema_skips_by_name() -> None:
    unknown = {"apiVersion": "example.org/v1", "kind": "Thing", "metadata": {"name": "x", "namespace": "y"}}
    assert not is_known(unknown)
    with pytest.raises(pytest.skip.Exception, match=r"example\.org/v1/Thing"):
        assert_valid([DEPLOYMENT, unknown])


def rules(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        for rule in schema.get("x-kubernetes-validations", ()):
            yield rule["rule"]
        for inner in schema.values():
            yield from rules(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from rules(inner)


@needs_definitions
def test_every_rule_of_the_definitions_is_readable() -> None:
    found = {rule for each in definitions.everything().values() for rule in rules(each.schema)}
    new_objects = {rule for rule in found if "oldSelf" not in rule}
    assert len(new_objects) > 50
    for rule in new_objects:
        assert cel.program(rule)
