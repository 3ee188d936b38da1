"""KEDA023: no room for a prefix."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.values import Block, literal
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_PREFIX = "keda-hpa-"
_LABEL = 63


@rule(
    "KEDA023",
    "name-is-too-long",
    severity="error",
    group="broken",
    reads=("ScaledObject",),
    source="https://github.com/kedacore/keda/blob/main/apis/keda/v1alpha1/scaledobject_webhook.go",
)
def name_is_too_long(subject: Subject, world: World) -> Iterator[Told]:
    """A ScaledObject whose name leaves no room for the HPA it makes.

    What happens: KEDA calls the HPA `keda-hpa-<name>` and writes that into a label, which holds 63 characters: a name
    may have 54, or 63 with an HPA name of its own. A longer one is refused.

    Why it costs: nothing scales the workload; it keeps the count it has.

    Bad:

    ```yaml
    apiVersion: keda.sh/v1alpha1
    kind: ScaledObject
    metadata: {name: chat-with-the-very-long-name-of-a-team-and-of-its-model-8b, namespace: serving}
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
    ```

    Good:

    ```yaml
    apiVersion: keda.sh/v1alpha1
    kind: ScaledObject
    metadata: {name: chat-with-the-very-long-name-of-a-team-and-of-its-model-8b, namespace: serving}
    spec:
      scaleTargetRef: {name: chat}
      minReplicaCount: 1
      maxReplicaCount: 4
      advanced: {horizontalPodAutoscalerConfig: {name: chat}}
      triggers:
        - type: prometheus
          metadata:
            serverAddress: http://prometheus.monitoring:9090
            query: sum(gateway_pending_requests{backend="chat"})
            threshold: "4"
    ```
    """
    config = Block(subject.body).block("spec", "advanced", "horizontalPodAutoscalerConfig")
    name = config.text("name")
    most = _LABEL if name or not config.absent("name") else _LABEL - len(_PREFIX)
    for each, limit in ((subject.name, most), (name or "", _LABEL)):
        if len(each) > limit and literal(each):
            message = f"{each!r} has {len(each)} characters; {limit} are the most that KEDA takes"
            yield Told((), message, "a shorter name, or advanced.horizontalPodAutoscalerConfig.name")
