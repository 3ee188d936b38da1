"""A model server's objects: the Deployment, and what lets others reach, see and drain it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from aicost_iac.blueprints._serving import memory, pod, pricing, sizing
from aicost_iac.blueprints._serving.engines import SERVERS
from aicost_iac.blueprints._serving.settings import LEVELS
from aicost_iac.cost.assumptions import INSTANCE_TYPE
from aicost_iac.kubernetes import core, network
from aicost_iac.kubernetes.metadata import Metadata, labels, selector
from aicost_iac.kubernetes.placement import MEMORY_NEEDED
from aicost_iac.kubernetes.prometheus import pod_monitor
from aicost_iac.kubernetes.workloads import deployment
from aicost_iac.plan import Assumption, KubeObject, Output, Plan
from aicost_iac.tags import CostTags

if TYPE_CHECKING:
    from aicost_iac.blueprints.model_server import ModelServer
    from aicost_iac.model import Context

COLD_START = "cold_start_s"
# What a Deployment waits before it says that a rollout failed, at least: Kubernetes' own default.
_PROGRESS = 600


def expand(server: ModelServer, context: Context) -> Plan:
    """Deployment, Service, ServiceAccount, PodDisruptionBudget, NetworkPolicy, PodMonitor, and a claim."""
    shared = Metadata(server.namespace, labels(server.name, tags(server, context.tags).keys()))
    chosen = selector(server.name)
    objects = [
        _deployment(server, shared, context.region),
        core.service(shared, server.name, chosen, {pod.HTTP: server.listens_on}),
        core.service_account(shared, server.name),
        core.pod_disruption_budget(shared, server.name, chosen),
        network.policy(shared, server.name, chosen, _allowed(server)),
        *_monitor(server, shared),
        *_claim(server, shared),
    ]
    return Plan(objects=tuple(objects), outputs={"url": Output(server.url, "Where the model answers in the cluster")})


def tags(server: ModelServer, given: CostTags) -> CostTags:
    """What is given, completed by what the server knows of itself; how far it is quantized follows from it."""
    own = CostTags(workload_type="inference", model_name=server.model.rstrip("/").rpartition("/")[2][:63])
    level = CostTags(optimization_level=LEVELS[server.quantization]) if server.quantization else CostTags()
    return level.over(given.over(own))


def _deployment(server: ModelServer, shared: Metadata, region: str) -> KubeObject:
    cold = sizing.cold_start_seconds(server)
    rolling = {"maxSurge": server.max_surge, "maxUnavailable": 0 if server.max_surge else 1}
    made = deployment(
        shared,
        server.name,
        selector(server.name),
        pod.pod(server),
        server.replicas,
        progressDeadlineSeconds=max(_PROGRESS, math.ceil(cold * 1.5)),
        strategy={"type": "RollingUpdate", "rollingUpdate": rolling},
    )
    return replace(made, assume=_assumptions(server, region))


def _assumptions(server: ModelServer, region: str) -> tuple[Assumption, ...]:
    needed = f"{memory.needed(server).needed_gib:.2f}"
    load = f"{server.concurrency} sequences of {server.max_model_len} tokens"
    price = pricing.replica_price(server.placement, server.accelerator, region)
    kind = server.placement.instance_type
    return (
        Assumption(MEMORY_NEEDED, needed, "GiB per device", load),
        Assumption(COLD_START, str(sizing.cold_start_seconds(server)), "s", _measured(server)),
        *((Assumption(INSTANCE_TYPE, kind, ""),) if kind else ()),
        *((price.assumption(),) if price else ()),
    )


def _measured(server: ModelServer) -> str:
    return "assumed" if server.load_seconds is None else "given"


def _allowed(server: ModelServer) -> list[network.Rule]:
    """The server's clients; Prometheus, where it scrapes."""
    own = network.pods(server.clients) if server.clients else network.ANY_POD
    peers = [own, *map(network.namespace, server.client_namespaces)]
    allowed = [network.clients(peers, server.listens_on)]
    if server.prometheus_namespace is not None:
        port = SERVERS[server.engine].metrics_port or server.listens_on
        allowed.append(network.clients([network.namespace(server.prometheus_namespace)], port))
    return allowed


def _monitor(server: ModelServer, shared: Metadata) -> list[KubeObject]:
    if server.prometheus_namespace is None:
        return []
    port = pod.METRICS if SERVERS[server.engine].metrics_port else pod.HTTP
    return [pod_monitor(shared, server.name, selector(server.name), port, server.monitor_labels)]


def _claim(server: ModelServer, shared: Metadata) -> list[KubeObject]:
    storage = server.storage
    if storage is None or storage.size_gib is None:
        return []
    spec = {
        "accessModes": [storage.access_mode],
        "resources": {"requests": {"storage": f"{storage.size_gib}Gi"}},
        **({"storageClassName": storage.storage_class} if storage.storage_class else {}),
    }
    return [shared.object("v1", "PersistentVolumeClaim", storage.claim, {"spec": spec})]
