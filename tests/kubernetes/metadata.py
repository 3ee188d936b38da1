"""What the API server asks of metadata and no schema says.

https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ and
https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

Scope = Literal["Namespaced", "Cluster"]
# The kinds of Kubernetes itself, of those a workload needs, that lie in no namespace.
_CLUSTER = frozenset(
    {
        "ClusterRole",
        "ClusterRoleBinding",
        "DeviceClass",
        "Namespace",
        "PersistentVolume",
        "PriorityClass",
        "RuntimeClass",
        "StorageClass",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
    }
)
_KNOWN = frozenset({"annotations", "finalizers", "generateName", "labels", "name", "namespace", "ownerReferences"})
_SUBDOMAIN = re.compile(r"(?=.{1,253}\Z)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_LABEL = re.compile(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?")
_KEY = re.compile(r"((?P<prefix>[^/]+)/)?(?P<name>[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)")
_VALUE = re.compile(r"([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?")
# All annotations of one object together.
_ANNOTATIONS_BYTES = 256 * 1024


def scope_of(kind: str) -> Scope:
    """Of the kinds of Kubernetes itself."""
    return "Cluster" if kind in _CLUSTER else "Namespaced"


def violations(item: Mapping[str, Any], scope: Scope | None) -> Iterator[str]:
    """`scope` is None for a kind that nothing is known of: whether it needs a namespace is not judged."""
    metadata = item.get("metadata", {})
    kind = item.get("kind", "")
    name = metadata.get("name", "")
    if not _is_name(kind, name):
        yield f"metadata.name: {name!r} is no name of a {kind}"
    if scope is not None and (scope == "Namespaced") != bool(metadata.get("namespace")):
        yield f"metadata.namespace: {kind} is {'namespaced' if scope == 'Namespaced' else 'cluster-scoped'}"
    for field in metadata.keys() - _KNOWN:
        yield f"metadata.{field}: unknown field"
    yield from _labels("metadata.labels", metadata.get("labels", {}))
    yield from _annotations(metadata.get("annotations", {}))
    for path, labels in _nested(item, ""):
        yield from _labels(path, labels)


def _is_name(kind: str, name: str) -> bool:
    if kind in ("Service", "Namespace"):
        return _LABEL.fullmatch(name) is not None
    return _SUBDOMAIN.fullmatch(name) is not None


def _labels(path: str, labels: Mapping[str, Any]) -> Iterator[str]:
    for key, value in labels.items():
        if not _is_key(key):
            yield f"{path}: {key!r} is no label key"
        if not isinstance(value, str) or not _VALUE.fullmatch(value):
            yield f"{path}.{key}: {value!r} is no label value"


def _annotations(annotations: Mapping[str, Any]) -> Iterator[str]:
    for key, value in annotations.items():
        if not _is_key(key):
            yield f"metadata.annotations: {key!r} is no annotation key"
        if not isinstance(value, str):
            yield f"metadata.annotations.{key}: {value!r} is not text"
    if sum(len(f"{key}{value}".encode()) for key, value in annotations.items()) > _ANNOTATIONS_BYTES:
        yield "metadata.annotations: together more than 256 KiB"


def _is_key(key: str) -> bool:
    found = _KEY.fullmatch(key)
    return found is not None and (found["prefix"] is None or _SUBDOMAIN.fullmatch(found["prefix"]) is not None)


def _nested(value: Any, path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Labels and selectors inside a body."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key in ("labels", "matchLabels", "nodeSelector") and path and isinstance(inner, Mapping):
                if all(isinstance(each, str) for each in inner.values()):
                    yield f"{path}.{key}", inner
            else:
                yield from _nested(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _nested(inner, f"{path}.{index}")
