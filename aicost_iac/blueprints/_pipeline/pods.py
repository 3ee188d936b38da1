"""What the pods of a pipeline's own servers have in common: no privileges, no API token, spread over nodes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aicost_iac.kubernetes import core
from aicost_iac.kubernetes.metadata import Metadata, labels, selector
from aicost_iac.kubernetes.workloads import deployment
from aicost_iac.plan import Assumption, KubeObject

# The user `nobody`: none of the images needs an identity of its own.
_NOBODY = 65_534
_SCRATCH = "/tmp"


@dataclass(frozen=True, slots=True)
class Server:
    """One container that serves one port, and how it is looked after. `probes` are fields of the container."""

    name: str
    image: str
    port: int
    port_name: str
    replicas: int
    cpu: str
    memory: str
    probes: Mapping[str, Any]
    args: Sequence[str] = ()
    environment: Sequence[Mapping[str, Any]] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    """ConfigMap -> the folder it is mounted at."""
    scratch: Sequence[str] = (_SCRATCH,)
    """Folders the container may write to, emptied when the pod goes."""
    stamp: str = ""
    """Changes when the files do: pods are replaced then."""


def objects(
    server: Server, namespace: str, tags: Mapping[str, str], assume: tuple[Assumption, ...] = ()
) -> list[KubeObject]:
    """Deployment, Service, ServiceAccount and, with several replicas, a budget for drains."""
    shared = Metadata(namespace, labels(server.name, tags))
    pods = Metadata(namespace, shared.labels, {"aicost.dev/config": server.stamp} if server.stamp else {})
    chosen = selector(server.name)
    rolling = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}
    made = deployment(pods, server.name, chosen, _pod(server), server.replicas, strategy=rolling)
    found = [
        KubeObject(made.api_version, made.kind, made.name, namespace, shared.labels, body=made.body, assume=assume),
        core.service(shared, server.name, chosen, {server.port_name: server.port}),
        core.service_account(shared, server.name),
    ]
    return [*found, core.pod_disruption_budget(shared, server.name, chosen)] if server.replicas > 1 else found


def _pod(server: Server) -> dict[str, Any]:
    volumes: list[dict[str, Any]] = [
        {"name": f"scratch-{index}", "emptyDir": {"sizeLimit": "2Gi"}} for index, _ in enumerate(server.scratch)
    ]
    volumes += [{"name": name, "configMap": {"name": name}} for name in server.files]
    spread = {
        "maxSkew": 1,
        "topologyKey": "kubernetes.io/hostname",
        "whenUnsatisfiable": "ScheduleAnyway",
        "labelSelector": {"matchLabels": selector(server.name)},
    }
    return {
        "serviceAccountName": server.name,
        "automountServiceAccountToken": False,
        # Service links of other workloads can collide with variables the servers read.
        "enableServiceLinks": False,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": _NOBODY,
            "runAsGroup": _NOBODY,
            "fsGroup": _NOBODY,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        **({"topologySpreadConstraints": [spread]} if server.replicas > 1 else {}),
        "containers": [_container(server)],
        "volumes": volumes,
    }


def _container(server: Server) -> dict[str, Any]:
    mounts: list[dict[str, Any]] = [
        {"name": f"scratch-{index}", "mountPath": folder} for index, folder in enumerate(server.scratch)
    ]
    mounts += [{"name": name, "mountPath": folder, "readOnly": True} for name, folder in server.files.items()]
    written = {
        "name": server.name,
        "image": server.image,
        "args": list(server.args),
        "env": [dict(each) for each in server.environment],
        "ports": [{"name": server.port_name, "containerPort": server.port}],
        "resources": {
            "requests": {"cpu": server.cpu, "memory": server.memory},
            "limits": {"memory": server.memory},
        },
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        **server.probes,
        "volumeMounts": mounts,
    }
    return {key: value for key, value in written.items() if value not in ([], {})}


def http_probes(port_name: str, ready: str, alive: str, start_seconds: int) -> dict[str, Any]:
    """Probes of a server with health paths: it may take `start_seconds` to answer at all."""
    return {
        "startupProbe": {
            "httpGet": {"path": ready, "port": port_name},
            "periodSeconds": 5,
            "failureThreshold": max(1, start_seconds // 5),
        },
        "readinessProbe": {"httpGet": {"path": ready, "port": port_name}, "periodSeconds": 5, "timeoutSeconds": 3},
        "livenessProbe": {
            "httpGet": {"path": alive, "port": port_name},
            "periodSeconds": 15,
            "timeoutSeconds": 5,
            "failureThreshold": 4,
        },
    }
