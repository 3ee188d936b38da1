"""Who may talk to whom: only the router reaches the models, the cache and the embedding server.

https://kubernetes.io/docs/concepts/services-networking/network-policies/
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from aicost_iac.kubernetes.metadata import Metadata, selector
from aicost_iac.plan import KubeObject

Peer = Mapping[str, Any]
_NAMESPACE = "kubernetes.io/metadata.name"


def pods(name: str, namespace: str | None = None) -> Peer:
    """The pods of one workload, in this namespace or another."""
    peer: dict[str, Any] = {"podSelector": {"matchLabels": selector(name)}}
    return {**namespaces(namespace), **peer} if namespace else peer


def namespaces(name: str) -> Peer:
    """All pods of a namespace."""
    return {"namespaceSelector": {"matchLabels": {_NAMESPACE: name}}}


def reach(peers: Iterable[Peer], port: int | str) -> dict[str, Any]:
    """A rule of `egress`."""
    return {"to": [dict(peer) for peer in peers], "ports": [{"protocol": "TCP", "port": port}]}


def names() -> dict[str, Any]:
    """Look up names: the cluster's DNS."""
    ports = [{"protocol": protocol, "port": 53} for protocol in ("UDP", "TCP")]
    return {"to": [dict(namespaces("kube-system"))], "ports": ports}


def internet(port: int) -> dict[str, Any]:
    """Anything outside of the cluster's usual ranges, at one port."""
    private = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"]
    return {"to": [{"ipBlock": {"cidr": "0.0.0.0/0", "except": private}}], "ports": [{"protocol": "TCP", "port": port}]}


def policy(
    shared: Metadata, name: str, clients: Sequence[Peer], port: int | str, egress: Sequence[Mapping[str, Any]]
) -> KubeObject:
    """Only `clients` reach the port; out go only the rules of `egress`."""
    spec = {
        "podSelector": {"matchLabels": selector(name)},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [{"from": [dict(peer) for peer in clients], "ports": [{"protocol": "TCP", "port": port}]}],
        "egress": [dict(rule) for rule in egress],
    }
    return shared.object("networking.k8s.io/v1", "NetworkPolicy", name, {"spec": spec})
