"""KEDA016: a hundred GPUs by default."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading import bills
from aicost_iac.rules.reading.pods import Pods
from aicost_iac.rules.reading.scaling import MAX_REPLICAS, Scaling
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World


@rule(
    "KEDA016",
    "no-maximum-on-gpus",
    severity="warning",
    group="money",
    reads=("ScaledObject",),
    source="https://keda.sh/docs/latest/reference/scaledobject-spec/",
)
def no_maximum_on_gpus(subject: Subject, world: World) -> Iterator[Told]:
    """A target on GPUs without a maximum, or without a minimum.

    What happens: `maxReplicaCount` is 100 and `minReplicaCount` 0 where nothing is written. A metric that jumps, or a
    threshold in the wrong unit, asks for a hundred GPUs; and a service that nobody meant to put to sleep sleeps.

    Why it costs: a hundred times the price of the GPU, until somebody looks.

    Bad:

    ```yaml
    apiVersion: keda.sh/v1alpha1
    kind: ScaledObject
    metadata: {name: chat, namespace: serving}
    spec:
      scaleTargetRef: {name: chat}
      minReplicaCount: 1
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
    ```

    Good:

    ```yaml
    apiVersion: keda.sh/v1alpha1
    kind: ScaledObject
    metadata: {name: chat, namespace: serving}
    spec:
      scaleTargetRef: {name: chat}
      minReplicaCount: 1
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
    ```
    """
    scaling = Scaling(subject)
    for pods in scaling.pods(world):
        if not pods.wants_gpu:
            continue
        if scaling.spec.absent("maxReplicaCount"):
            yield Told(
                scaling.spec.path,
                f"maxReplicaCount is not set: up to {MAX_REPLICAS} pods, each with {_held(pods)}",
                "maxReplicaCount: <the most you would pay for>",
                cost=bills.of_gpus(MAX_REPLICAS * pods.gpus, pods, world),
                part="max",
            )
        if scaling.spec.absent("minReplicaCount") and scaling.spec.absent("idleReplicaCount"):
            yield Told(
                scaling.spec.path,
                "minReplicaCount is not set, which means 0: the service goes to sleep",
                "minReplicaCount: 1, or 0 where that is meant",
                part="min",
            )


def _held(pods: Pods) -> str:
    slices = {name for each in pods.running for name, _, _ in each.slices}
    return ", ".join(sorted(slices)) or f"{pods.gpus} GPU{'s' if pods.gpus > 1 else ''}"
