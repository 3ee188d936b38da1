"""KEDA021: two drivers."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.plan import KubeObject
from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.scaling import autoscalers, target_of
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_TRANSFER = "scaledobject.keda.sh/transfer-hpa-ownership"


@rule(
    "KEDA021",
    "two-autoscalers-one-target",
    severity="error",
    group="broken",
    reads=("HorizontalPodAutoscaler", "ScaledObject"),
    source="https://github.com/kedacore/keda/blob/main/apis/keda/v1alpha1/scaledobject_webhook.go",
)
def two_autoscalers_one_target(subject: Subject, world: World) -> Iterator[Told]:
    """Two autoscalers have one target.

    What happens: a ScaledObject makes an HPA of its own. With a second autoscaler on the same workload the admission
    webhook refuses it; where the webhook does not run, the two overwrite each other every few seconds.

    Why it costs: pods are started and killed in turns, each time with a model to load.

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
    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata: {name: chat, namespace: serving}
    spec:
      scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: chat}
      maxReplicas: 4
      metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 60}}}]
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
        - type: cpu
          metricType: Utilization
          metadata: {value: "60"}
    ```
    """
    target = target_of(subject)
    if target is None or _taken_over(subject):
        return
    for other in autoscalers(*target, subject.namespace, world):
        if other is subject:
            return
        twin = (other.kind, other.name) == (subject.kind, subject.name)
        if not twin and not _taken_over(other):
            yield Told(
                Block(subject.body).block("spec").at("scaleTargetRef"),
                f"{target[0]} {target[1]!r} is scaled by {other.kind} {other.name!r} already",
                "one ScaledObject with all triggers: KEDA has cpu and memory triggers of its own",
            )
            return


def _taken_over(subject: Subject) -> bool:
    """Whether a ScaledObject takes over an HPA that is there.

    https://keda.sh/docs/latest/concepts/scaling-deployments/#transfer-ownership-of-an-existing-hpa
    """
    return isinstance(subject.node, KubeObject) and _TRANSFER in subject.node.annotations
