"""KEDA006: requests that find nobody and leave."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.scaling import QUEUES, Scaling, Trigger
from aicost_iac.rules.reading.services import selected_pods
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World


@rule(
    "KEDA006",
    "nobody-holds-the-request",
    severity="warning",
    group="broken",
    reads=("ScaledObject",),
    source="https://github.com/kedacore/keda/issues/6040",
)
def nobody_holds_the_request(subject: Subject, world: World) -> Iterator[Told]:
    """A target goes to zero behind a Service that requests reach directly.

    What happens: at zero replicas the Service has no endpoint: a request is refused at once instead of waiting, and if
    the metric that is to wake the target is counted behind the Service, the refused request is not even in it.
    Something has to stand in front that holds requests: a queue, the HTTP add-on of KEDA, a gateway that buffers.

    Why it costs: clients see errors for as long as a node, an image and a model take to load; many turn the minimum up
    for good.

    Bad:

    ```yaml
    apiVersion: keda.sh/v1alpha1
    kind: ScaledObject
    metadata: {name: chat, namespace: serving}
    spec:
      scaleTargetRef: {name: chat}
      minReplicaCount: 0
      maxReplicaCount: 4
      triggers:
        - type: prometheus
          metadata:
            serverAddress: http://prometheus.monitoring:9090
            query: sum(gateway_pending_requests{backend="chat"})
            threshold: "4"
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: chat, namespace: serving}
    spec:
      template:
        metadata: {labels: {app: chat}}
        spec:
          containers:
            - name: server
              image: vllm/vllm-openai:v0.11.0
              resources: {limits: {nvidia.com/gpu: 1}}
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: chat, namespace: serving}
    spec:
      selector: {app: chat}
      ports: [{port: 80, targetPort: 8000}]
    ---
    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: {name: chat, namespace: serving}
    spec:
      rules:
        - http:
            paths:
              - {path: /, pathType: Prefix, backend: {service: {name: chat, port: {number: 80}}}}
    ```

    Good:

    ```yaml
    apiVersion: keda.sh/v1alpha1
    kind: ScaledObject
    metadata: {name: chat, namespace: serving}
    spec:
      scaleTargetRef: {name: chat}
      minReplicaCount: 0
      maxReplicaCount: 4
      initialCooldownPeriod: 900
      triggers:
        - type: aws-sqs-queue
          metadata: {queueURL: "https://sqs.us-east-1.amazonaws.com/1/chat", queueLength: "4", awsRegion: us-east-1}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: chat, namespace: serving}
    spec:
      template:
        metadata: {labels: {app: chat}}
        spec:
          containers:
            - name: server
              image: vllm/vllm-openai:v0.11.0
              resources: {limits: {nvidia.com/gpu: 1}}
    ```
    """
    scaling = Scaling(subject)
    if not scaling.to_zero or not scaling.triggers or any(_holds(trigger) for trigger in scaling.triggers):
        return
    behind = {name for each in scaling.targets(world) for name in world.once(_fronts).get(id(each), ())}
    reached = sorted(behind & world.once(_routes).get(subject.namespace, set()))
    if reached:
        yield Told(
            scaling.zero_path,
            f"requests reach the target by Service {', '.join(map(repr, reached))}, which has no endpoint at zero: "
            "they are refused, not held",
            "put a queue, KEDA's HTTP add-on or a gateway that buffers in front, or keep minReplicaCount at 1",
        )


def _holds(trigger: Trigger) -> bool:
    """Whether what wakes the target also keeps the work until it is up, or whether nobody knows."""
    return trigger.type in QUEUES or trigger.type.startswith("external") or not trigger.type


def _fronts(world: World) -> Mapping[int, set[str]]:
    """The Services that select the pods of a workload, by its identity."""
    found: dict[int, set[str]] = {}
    for service in world.of("Service"):
        for pods in selected_pods(service, world):
            found.setdefault(id(pods.subject), set()).add(service.name)
    return found


def _routes(world: World) -> Mapping[str | None, set[str]]:
    """The Services that routes lead to, by namespace."""
    found: dict[str | None, set[str]] = {}
    for route in world.of("Ingress", "HTTPRoute"):
        spec = Block(route.body).block("spec")
        found.setdefault(route.namespace, set()).update({*_ingress(spec), *_gateway(spec)})
    return found


def _ingress(spec: Block) -> Iterator[str]:
    paths = [path for part in spec.blocks("rules") for path in part.block("http").blocks("paths")]
    named = [each.block("backend", "service").text("name") for each in paths]
    return (name for name in (*named, spec.block("defaultBackend", "service").text("name")) if name)


def _gateway(spec: Block) -> Iterator[str]:
    for each in (backend for part in spec.blocks("rules") for backend in part.blocks("backendRefs")):
        if each.text("kind") in (None, "Service") and (name := each.text("name")):
            yield name
