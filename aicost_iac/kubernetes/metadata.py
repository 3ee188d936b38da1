"""What the objects of one workload have in common: where they stand, how they are called, who pays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from aicost_iac.fields import matching
from aicost_iac.plan import KubeObject

Namespace = Annotated[str, matching(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", "a namespace: 1 to 63 of a-z, 0-9 and '-'")]

# https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/
NAME = "app.kubernetes.io/name"
MANAGED_BY = "app.kubernetes.io/managed-by"


def labels(name: str, tags: Mapping[str, str]) -> dict[str, str]:
    """The labels of a workload's objects: the recommended ones, and the cost tags under their own keys."""
    return {NAME: name, MANAGED_BY: "aicost-iac", **tags}


def selector(name: str) -> dict[str, str]:
    """What finds the pods of a workload. Cost tags may change; the selector of a Deployment may not."""
    return {NAME: name}


@dataclass(frozen=True, slots=True)
class Metadata:
    """What several objects share. `namespace` is None for kinds that lie in none."""

    namespace: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)

    def object(self, api_version: str, kind: str, name: str, body: Mapping[str, Any]) -> KubeObject:
        """One object; `body` is everything but apiVersion, kind and metadata."""
        return KubeObject(api_version, kind, name, self.namespace, self.labels, self.annotations, body)

    def template(self) -> dict[str, Any]:
        """The metadata of pods."""
        written = {"labels": dict(self.labels), "annotations": dict(self.annotations)}
        return {key: value for key, value in written.items() if value}
