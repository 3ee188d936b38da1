"""Who may reach some pods, and what they may reach.

https://kubernetes.io/docs/concepts/services-networking/network-policies/
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aicost_iac.kubernetes.metadata import Metadata
from aicost_iac.plan import KubeObject

Peer = Mapping[str, Any]
Rule = Mapping[str, Any]

# Every namespace bears its own name in this label:
# https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-metadata-name
_NAMESPACE = "kubernetes.io/metadata.name"
ANY_POD: Peer = {"podSelector": {}}
"""Any pod of the policy's own namespace."""
ANYWHERE: Peer = {"ipBlock": {"cidr": "0.0.0.0/0", "except": ["169.254.0.0/16"]}}
"""Any address but the node's own metadata service."""


def pods(labels: Mapping[str, str]) -> Peer:
    """Pods of the policy's own namespace."""
    return {"podSelector": {"matchLabels": dict(labels)}}


def namespace(name: str) -> Peer:
    """All pods of a namespace."""
    return {"namespaceSelector": {"matchLabels": {_NAMESPACE: name}}}


def clients(peers: Sequence[Peer], *ports: int) -> Rule:
    """What may come in."""
    return {"from": [dict(peer) for peer in peers], "ports": _ports(ports)}


def to(peers: Sequence[Peer], *ports: int) -> Rule:
    """What may go out."""
    return {"to": [dict(peer) for peer in peers], "ports": _ports(ports)}


NAMES: Rule = {
    "to": [dict(namespace("kube-system"))],
    "ports": [{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}],
}
"""Look up names at the cluster's DNS."""


def policy(
    shared: Metadata,
    name: str,
    selector: Mapping[str, str],
    ingress: Sequence[Rule],
    egress: Sequence[Rule] | None = None,
) -> KubeObject:
    """Only what the rules allow reaches the selected pods; where `egress` is given, they reach only what it allows."""
    spec: dict[str, Any] = {
        "podSelector": {"matchLabels": dict(selector)},
        "policyTypes": ["Ingress"] if egress is None else ["Ingress", "Egress"],
        "ingress": [dict(rule) for rule in ingress],
    }
    if egress is not None:
        spec["egress"] = [dict(rule) for rule in egress]
    return shared.object("networking.k8s.io/v1", "NetworkPolicy", name, {"spec": spec})


def _ports(ports: Sequence[int]) -> list[dict[str, Any]]:
    return [{"port": port, "protocol": "TCP"} for port in ports]
