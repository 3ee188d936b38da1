"""KEDA017: what is left behind."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading import bills
from aicost_iac.rules.reading.scaling import Scaling
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World


@rule(
    "KEDA017",
    "count-stays-after-deletion",
    severity="warning",
    group="money",
    reads=("ScaledObject",),
    source="https://keda.sh/docs/latest/reference/scaledobject-spec/#advanced",
    folded=True,
)
def count_stays_after_deletion(subject: Subject, world: World) -> Iterator[Told]:
    """Deleting the ScaledObject leaves the GPUs running.

    What happens: `restoreToOriginalReplicaCount` is false where nothing is written: whoever deletes the ScaledObject,
    or uninstalls its chart, leaves the Deployment at the count it has just then. With true it goes back to the count it
    was created with.

    Why it costs: a peak of twenty replicas becomes the normal state, with nothing left that would scale it in.

    Bad:

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

    Good:

    ```yaml
    apiVersion: keda.sh/v1alpha1
    kind: ScaledObject
    metadata: {name: chat, namespace: serving}
    spec:
      scaleTargetRef: {name: chat}
      minReplicaCount: 1
      maxReplicaCount: 4
      advanced: {restoreToOriginalReplicaCount: true}
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
    advanced = scaling.spec.block("advanced")
    kept = advanced.absent("restoreToOriginalReplicaCount") or advanced.flag("restoreToOriginalReplicaCount") is False
    for pods in scaling.pods(world) if kept else ():
        if pods.wants_gpu:
            yield Told(
                advanced.path if advanced.body else scaling.spec.path,
                f"deleting the ScaledObject leaves up to {scaling.most or 'any number of'} replicas with GPUs running",
                "advanced: {restoreToOriginalReplicaCount: true}",
                cost=bills.of_gpus(pods.gpus * (scaling.written_most or 0), pods, world),
            )
