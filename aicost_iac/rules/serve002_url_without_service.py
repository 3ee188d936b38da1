"""SERVE002: an address in the cluster that nobody answers."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.errors import did_you_mean
from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.pods import WORKLOADS
from aicost_iac.rules.reading.services import Url, urls_of
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World, may_share, missing

_TERRAFORM = ("kubernetes_service", "kubernetes_service_v1")
# Kinds for which no controller makes Services.
_PLAIN = frozenset({
    "ClusterRole", "ClusterRoleBinding", "ConfigMap", "CronJob", "DaemonSet", "Deployment", "EC2NodeClass", "Gateway",
    "HTTPRoute", "HorizontalPodAutoscaler", "Ingress", "Job", "LimitRange", "Namespace", "NetworkPolicy", "Node",
    "NodePool", "PersistentVolume", "PersistentVolumeClaim", "Pod", "PodDisruptionBudget", "PodMonitor",
    "PriorityClass", "PrometheusRule", "ReplicaSet", "ResourceQuota", "Role", "RoleBinding", "ScaledJob",
    "ScaledObject", "Secret", "Service", "ServiceAccount", "ServiceMonitor", "StatefulSet", "StorageClass",
    "TriggerAuthentication",
})  # fmt: skip


@rule(
    "SERVE002",
    "url-without-service",
    severity="error",
    group="broken",
    reads=(*WORKLOADS, "ConfigMap", "ScaledObject"),
    source="https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/",
)
def url_without_service(subject: Subject, world: World) -> Iterator[Told]:
    """A URL names a Service that is not there, or a port the Service does not have.

    What happens: `http://chat.serving:8080` is the Service `chat` in the namespace `serving`, at one of the Service's
    own ports. A Deployment alone has no such name. The caller gets connection errors, however ready the pods are.

    Why it costs: model servers run, hold their GPUs, and answer nobody.

    Bad:

    ```yaml
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: chat, namespace: serving}
    spec: {}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: router, namespace: serving}
    spec:
      template:
        spec:
          containers:
            - name: router
              image: registry.example/router:2.1
              env: [{name: CHAT_URL, value: "http://chat.serving:8080/v1"}]
    ```

    Good:

    ```yaml
    apiVersion: v1
    kind: Service
    metadata: {name: chat, namespace: serving}
    spec:
      selector: {app: chat}
      ports: [{port: 8080, targetPort: 8000}]
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: router, namespace: serving}
    spec:
      template:
        spec:
          containers:
            - name: router
              image: registry.example/router:2.1
              env: [{name: CHAT_URL, value: "http://chat.serving:8080/v1"}]
    ```
    """
    for url in urls_of(subject, world):
        found = [each for each in world.named("Service", url.service, url.namespace) if _fits(each, url)]
        if not found:
            yield from _nobody(url, world)
        elif not any(url.port in _ports(each) for each in found if _judgeable(each)) and all(map(_judgeable, found)):
            listed = ", ".join(f"{port:g}" for each in found for port in sorted(_ports(each)))
            message = f"{url.text} asks port {url.port} of Service {url.service!r}, which has {listed or 'none'}"
            yield Told(
                url.path, message, f"use port {listed}" if listed else "give the Service a port", part=url.service
            )


def _nobody(url: Url, world: World) -> Iterator[Told]:
    if _made_by_an_operator(url, world):
        return
    place = f"namespace {url.namespace!r}" if url.namespace else "this set"
    message = f"{url.text} names Service {url.service!r}, which {place} does not have: connections fail"
    fix = (
        did_you_mean(url.service, world.hints("Service", url.namespace))
        or f"add a Service {url.service!r} that selects the pods"
    )
    owner = url.namespace is None or url.namespace in world.namespaces
    yield missing(world, url.path, message, fix, owner=owner, part=url.service)


def _made_by_an_operator(url: Url, world: World) -> bool:
    """Whether the Service may be made for a custom resource or by a chart: `<name>`, or `<name>-<part>`."""
    stems, parts = world.once(_makers), url.service.split("-")
    return any("-".join(parts[:count]) in stems for count in range(1, len(parts) + 1))


def _makers(world: World) -> frozenset[str]:
    """Names of objects for which somebody else makes Services."""
    kinds = [kind for kind in world.by_kind if "/" in kind or (kind[:1].isupper() and kind not in _PLAIN)]
    releases = (Block(each.body).text("name") for each in world.of("helm_release"))
    services = (Block(each.body).block("metadata").text("name") for each in world.of(*_TERRAFORM))
    return frozenset(filter(None, (*(each.name for each in world.of(*kinds)), *releases, *services)))


def _fits(service: Subject, url: Url) -> bool:
    return may_share(service.namespace, url.namespace)


def _judgeable(service: Subject) -> bool:
    """Whether the Service's ports are written and count: an ExternalName has none of its own."""
    spec = Block(service.body).block("spec")
    ports = [each.whole("port") for each in spec.blocks("ports")]
    return spec.text("type") != "ExternalName" and spec.text("clusterIP") != "None" and None not in ports


def _ports(service: Subject) -> set[int]:
    return {
        port for each in Block(service.body).block("spec").blocks("ports") if (port := each.whole("port")) is not None
    }
