"""KEDA009: a switch that is not connected."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.scaling import Scaling
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World


@rule(
    "KEDA009",
    "activation-has-no-effect",
    severity="warning",
    group="broken",
    reads=("ScaledObject",),
    source="https://keda.sh/docs/latest/concepts/scaling-deployments/#activating-and-scaling-thresholds",
)
def activation_has_no_effect(subject: Subject, world: World) -> Iterator[Told]:
    """An activation threshold on a target that never goes to zero.

    What happens: the activation threshold decides between zero and one, and nothing else. With `minReplicaCount` of one
    or more the HPA scales by `threshold` alone, from the first unit of load; the ScaledObject may say Active=False
    meanwhile.

    Why it costs: whoever meant "do not scale out below this" gets replicas for load that one pod would carry.

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
            activationThreshold: "20"
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
      triggers:
        - type: prometheus
          metadata:
            serverAddress: http://prometheus.monitoring:9090
            query: sum(gateway_pending_requests{backend="chat"})
            threshold: "4"
            activationThreshold: "0"
    ```
    """
    scaling = Scaling(subject)
    if not scaling.pinned:
        return
    for trigger in scaling.triggers:
        if trigger.activation is not None and trigger.activation[0] and trigger.activation[1] > 0:
            name, value = trigger.activation
            yield Told(
                trigger.metadata.at(name),
                f"{name} {value:g} decides between 0 and 1, and minReplicaCount is {scaling.least}: it has no effect",
                "remove it; what scales above the minimum is the threshold and the HPA's behavior",
            )
