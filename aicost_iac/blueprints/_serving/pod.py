"""The pod of a model server."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from aicost_iac.blueprints._serving import engines, sizing
from aicost_iac.blueprints._serving.engines import SERVERS

if TYPE_CHECKING:
    from aicost_iac.blueprints.model_server import ModelServer

# No image needs this user to exist: what asks for its name finds USER, what writes finds HOME.
_USER = 2000
_HOME = "/home/model"
HTTP, METRICS = "http", "metrics"
_PERIOD = 10
# How much longer than a load the startup probe waits.
_PATIENCE = 1.5
# Seconds until nobody sends requests any more to a pod that is about to stop; the server is told only then.
# https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination-flow
_DRAIN = 10


def pod(server: ModelServer) -> dict[str, Any]:
    """The pod spec of a replica."""
    placement = server.placement
    return {
        "automountServiceAccountToken": False,
        "containers": [_container(server)],
        # A Service called like a variable of the server must not set it: https://github.com/vllm-project/vllm/issues/34199
        "enableServiceLinks": False,
        **({"nodeSelector": dict(placement.node_selector)} if placement.node_selector else {}),
        "securityContext": {
            "fsGroup": _USER,
            "runAsGroup": _USER,
            "runAsNonRoot": True,
            "runAsUser": _USER,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "serviceAccountName": server.name,
        "terminationGracePeriodSeconds": _DRAIN + server.grace_seconds,
        "tolerations": [each.body() for each in placement.tolerations],
        "volumes": _volumes(server),
    }


def _container(server: ModelServer) -> dict[str, Any]:
    command = list(engines.command(server))
    body = {
        "name": server.name,
        "image": server.pinned_image,
        "command": command,
        "args": list(engines.arguments(server)),
        "env": _environment(server),
        "ports": _ports(server),
        "resources": _resources(server),
        **_probes(server),
        "lifecycle": {"preStop": {"sleep": {"seconds": _DRAIN}}},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
        },
        "volumeMounts": _mounts(server),
        "workingDir": _HOME,
    }
    return {key: value for key, value in body.items() if value not in ([], None)}


def _ports(server: ModelServer) -> list[dict[str, Any]]:
    apart = SERVERS[server.engine].metrics_port
    metrics = [] if apart is None else [{"name": METRICS, "containerPort": apart}]
    return [{"name": HTTP, "containerPort": server.listens_on}, *metrics]


def _environment(server: ModelServer) -> list[dict[str, Any]]:
    storage = server.storage
    fixed = {
        "HOME": _HOME,
        "LOGNAME": "model",
        "USER": "model",
        "HF_HOME": storage.path if storage else f"{_HOME}/huggingface",
    }
    offline = {"HF_HUB_OFFLINE": "1"} if storage and storage.read_only else {}
    plain = {**fixed, **offline, **server.environment}
    secrets = {"HF_TOKEN": server.hugging_face_token, "VLLM_API_KEY": server.api_key}
    named = [secret.environment(name) for name, secret in secrets.items() if secret is not None]
    return [*({"name": name, "value": value} for name, value in plain.items()), *named]


def _resources(server: ModelServer) -> dict[str, Any]:
    """Memory is limited to what is asked for, so that a model is never killed for its neighbour; CPU is not limited."""
    host = sizing.resources(server)
    memory = f"{host.memory_gib}Gi"
    device = {server.placement.resource(server.accelerator): server.accelerator.count}
    requests = {"cpu": str(host.cpu), "ephemeral-storage": f"{host.disk_gib}Gi", "memory": memory}
    return {"limits": {"memory": memory, **device}, "requests": {**requests, **device}}


def _probes(server: ModelServer) -> dict[str, Any]:
    """https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/"""
    engine = SERVERS[server.engine]
    ready = {"httpGet": {"path": server.health_path or engine.ready, "port": HTTP}}
    alive = {"httpGet": {"path": server.health_path or engine.alive, "port": HTTP}}
    patience = math.ceil(sizing.load_seconds(server) * _PATIENCE / _PERIOD)
    return {
        "startupProbe": {**ready, "failureThreshold": patience, "periodSeconds": _PERIOD},
        "readinessProbe": {**ready, "failureThreshold": 3, "periodSeconds": 5, "timeoutSeconds": 3},
        "livenessProbe": {**alive, "failureThreshold": 6, "periodSeconds": _PERIOD, "timeoutSeconds": 5},
    }


def _volumes(server: ModelServer) -> list[dict[str, Any]]:
    disk = sizing.resources(server).disk_gib
    scratch: list[dict[str, Any]] = [
        {"name": "home", "emptyDir": {"sizeLimit": f"{disk}Gi"}},
        {"name": "tmp", "emptyDir": {"sizeLimit": "2Gi"}},
    ]
    shared, storage = sizing.shm_gib(server), server.storage
    if shared:
        scratch.append({"name": "shm", "emptyDir": {"medium": "Memory", "sizeLimit": f"{shared}Gi"}})
    if storage is not None:
        claim: dict[str, Any] = {"claimName": storage.claim}
        scratch.append({"name": "models", "persistentVolumeClaim": claim | _read_only(storage.read_only)})
    return scratch


def _mounts(server: ModelServer) -> list[dict[str, Any]]:
    mounts: list[dict[str, Any]] = [{"name": "home", "mountPath": _HOME}, {"name": "tmp", "mountPath": "/tmp"}]
    if sizing.shm_gib(server):
        mounts.append({"name": "shm", "mountPath": "/dev/shm"})
    storage = server.storage
    if storage is not None:
        mounts.append({"name": "models", "mountPath": storage.path, **_read_only(storage.read_only)})
    return mounts


def _read_only(value: bool) -> dict[str, bool]:
    return {"readOnly": True} if value else {}
