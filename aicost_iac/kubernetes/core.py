"""Objects without pods of their own. https://kubernetes.io/docs/reference/kubernetes-api/"""

from __future__ import annotations

from collections.abc import Mapping

from aicost_iac.kubernetes.metadata import Metadata
from aicost_iac.plan import KubeObject


def config_map(shared: Metadata, name: str, data: Mapping[str, str]) -> KubeObject:
    """Text that pods and controllers read, by file name."""
    return shared.object("v1", "ConfigMap", name, {"data": dict(data)})


def service(shared: Metadata, name: str, selector: Mapping[str, str], ports: Mapping[str, int]) -> KubeObject:
    """A stable name for some pods. `ports` maps the names of container ports to the numbers clients use.

    Ports are named at both ends: a container that changes its number is still found.
    """
    written = [{"name": each, "port": number, "targetPort": each} for each, number in ports.items()]
    return shared.object("v1", "Service", name, {"spec": {"selector": dict(selector), "ports": written}})


def service_account(shared: Metadata, name: str) -> KubeObject:
    """An identity for pods. The API token is not mounted: what does not call the API must not be able to."""
    return shared.object("v1", "ServiceAccount", name, {"automountServiceAccountToken": False})


def pod_disruption_budget(shared: Metadata, name: str, selector: Mapping[str, str], unavailable: int = 1) -> KubeObject:
    """How many pods a drain may take at once. https://kubernetes.io/docs/tasks/run-application/configure-pdb/"""
    spec = {"maxUnavailable": unavailable, "selector": {"matchLabels": dict(selector)}}
    return shared.object("policy/v1", "PodDisruptionBudget", name, {"spec": spec})
