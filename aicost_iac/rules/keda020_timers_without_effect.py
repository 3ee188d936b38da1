"""KEDA020: timers of another machine."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.scaling import Scaling
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World


@rule(
    "KEDA020",
    "timers-without-effect",
    severity="warning",
    group="broken",
    reads=("ScaledObject",),
    source="https://github.com/kedacore/keda/blob/main/apis/keda/v1alpha1/scaledobject_webhook.go",
)
def timers_without_effect(subject: Subject, world: World) -> Iterator[Told]:
    """`cooldownPeriod` or `pollingInterval` on a target that never goes to zero.

    What happens: `cooldownPeriod` governs the way to zero. With a minimum of one the HPA scales in, by its own window
    (five minutes unless `behavior` says otherwise), and reads the metric by itself every fifteen seconds: a short
    `pollingInterval` only adds queries. With `idleReplicaCount` both act, with `useCachedMetrics` the interval does,
    and where there is a `fallback` the polls count failures.

    Why it costs: whoever shortened the cooldown to save GPU time saves none.

    Bad:

    ```yaml
    apiVersion: keda.sh/v1alpha1
    kind: ScaledObject
    metadata: {name: chat, namespace: serving}
    spec:
      scaleTargetRef: {name: chat}
      minReplicaCount: 1
      maxReplicaCount: 4
      cooldownPeriod: 60
      triggers:
        - type: prometheus
          metadata:
            serverAddress: http://prometheus.monitoring:9090
            query: sum(gateway_pending_requests{backend="chat"})
            threshold: "4"
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
      advanced:
        horizontalPodAutoscalerConfig:
          behavior: {scaleDown: {stabilizationWindowSeconds: 60}}
      triggers:
        - type: prometheus
          metadata:
            serverAddress: http://prometheus.monitoring:9090
            query: sum(gateway_pending_requests{backend="chat"})
            threshold: "4"
    ```
    """
    scaling = Scaling(subject)
    cached = any(
        each.block.flag("useCachedMetrics") is not False and not each.block.absent("useCachedMetrics")
        for each in scaling.triggers
    )
    for key in ("cooldownPeriod", "pollingInterval") if scaling.pinned else ():
        idle = key == "pollingInterval" and (cached or not scaling.spec.absent("fallback"))
        if not scaling.spec.absent(key) and not idle:
            yield Told(
                scaling.spec.at(key),
                f"{key} does nothing while minReplicaCount is {scaling.least}: the HPA scales by its own timers",
                "advanced.horizontalPodAutoscalerConfig.behavior, such as scaleDown.stabilizationWindowSeconds",
                part=key,
            )
