"""Who may reach some pods. https://kubernetes.io/docs/concepts/services-networking/network-policies/"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aicost_iac.kubernetes.metadata import Metadata
from aicost_iac.plan import KubeObject

# Every namespace bears its own name in this label:
# https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-metadata-name
_NAMESPACE = "kubernetes.io/metadata.name"


def ingress_policy(
    shared: Metadata, name: str, selector: Mapping[str, str], allowed: Mapping[str, Sequence[int]]
) -> KubeObject:
    """Only pods of these namespaces reach the selected ones, each at its ports; `""` is their own namespace."""
    spec = {
        "podSelector": {"matchLabels": dict(selector)},
        "policyTypes": ["Ingress"],
        "ingress": [_rule(namespace, ports) for namespace, ports in allowed.items()],
    }
    return shared.object("networking.k8s.io/v1", "NetworkPolicy", name, {"spec": spec})


def _rule(namespace: str, ports: Sequence[int]) -> dict[str, Any]:
    peer = {"namespaceSelector": {"matchLabels": {_NAMESPACE: namespace}}} if namespace else {"podSelector": {}}
    return {"from": [peer], "ports": [{"port": port, "protocol": "TCP"} for port in ports]}
