"""Karpenter's objects: pools, the machines behind them, and what its scheduler is told about those.

https://karpenter.sh/docs/concepts/
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aicost_iac.kubernetes.metadata import Metadata
from aicost_iac.plan import KubeObject

INSTANCE_TYPE = "node.kubernetes.io/instance-type"
CAPACITY_TYPE = "karpenter.sh/capacity-type"
NODE_POOL = "karpenter.sh/nodepool"
ARCH = "kubernetes.io/arch"
ZONE = "topology.kubernetes.io/zone"
_NODE_CLASS = {"group": "karpenter.k8s.aws", "kind": "EC2NodeClass"}


def requirement(key: str, values: Sequence[str]) -> dict[str, Any]:
    """A node must have one of these values."""
    return {"key": key, "operator": "In", "values": list(values)}


@dataclass(frozen=True, slots=True)
class Disruption:
    """When nodes may go. `expire_after` is not stopped by budgets nor by `karpenter.sh/do-not-disrupt`.

    https://karpenter.sh/docs/concepts/disruption/
    """

    policy: str
    consolidate_after: str
    expire_after: str
    budgets: Sequence[Mapping[str, Any]] = ()
    grace: str | None = None
    """How long a drain may take before pods are killed; None waits for ever, and pays."""

    def body(self) -> dict[str, Any]:
        """The block `spec.disruption`."""
        block: dict[str, Any] = {"consolidationPolicy": self.policy, "consolidateAfter": self.consolidate_after}
        return {**block, "budgets": [dict(each) for each in self.budgets]} if self.budgets else block


@dataclass(frozen=True, slots=True)
class Nodes:
    """What every node of a pool is: its labels and taints, and what machines may be it."""

    labels: Mapping[str, str]
    taints: Sequence[Mapping[str, str]]
    requirements: Sequence[Mapping[str, Any]] = field(default_factory=list)


def node_pool(
    shared: Metadata,
    name: str,
    node_class: str,
    nodes: Nodes,
    limits: Mapping[str, str],
    disruption: Disruption,
    weight: int | None = None,
) -> KubeObject:
    """A pool; of several that fit, the one with the higher weight is tried first.

    https://karpenter.sh/docs/concepts/nodepools/
    """
    spec: dict[str, Any] = {
        "nodeClassRef": {**_NODE_CLASS, "name": node_class},
        "requirements": [dict(each) for each in nodes.requirements],
        "taints": [dict(each) for each in nodes.taints],
        "expireAfter": disruption.expire_after,
    }
    if disruption.grace is not None:
        spec["terminationGracePeriod"] = disruption.grace
    body: dict[str, Any] = {
        "template": {"metadata": {"labels": dict(nodes.labels)}, "spec": spec},
        "limits": dict(limits),
        "disruption": disruption.body(),
    }
    if weight is not None:
        body["weight"] = weight
    return shared.object("karpenter.sh/v1", "NodePool", name, {"spec": body})


def ec2_node_class(shared: Metadata, name: str, spec: Mapping[str, Any]) -> KubeObject:
    """The image, network, role and disks of EC2 nodes. https://karpenter.sh/docs/concepts/nodeclasses/"""
    return shared.object("karpenter.k8s.aws/v1", "EC2NodeClass", name, {"spec": dict(spec)})


def node_overlay(
    shared: Metadata, name: str, requirements: Sequence[Mapping[str, Any]], what: Mapping[str, Any]
) -> KubeObject:
    """What a machine has or costs beyond what Karpenter knows: `capacity` or `price`. Alpha, behind a feature gate.

    https://karpenter.sh/docs/concepts/nodeoverlays/
    """
    spec = {"requirements": [dict(each) for each in requirements], **what}
    return shared.object("karpenter.sh/v1alpha1", "NodeOverlay", name, {"spec": spec})
