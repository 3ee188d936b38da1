"""KEDA001: a target that sleeps and can not be woken."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.scaling import Scaling, Trigger
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_RESOURCE = frozenset({"cpu", "memory"})


@rule(
    "KEDA001",
    "scale-to-zero-never-wakes",
    severity="error",
    group="broken",
    reads=("ScaledObject",),
    source="https://github.com/kedacore/keda/issues/6040",
)
def scale_to_zero_never_wakes(subject: Subject, world: World) -> Iterator[Told]:
    """A target may go to zero, and every trigger measures the target itself.

    What happens: at zero replicas nobody emits the pods' own metrics (GPU utilisation, `vllm:num_requests_waiting`,
    cAdvisor). The query is empty, KEDA counts empty as 0, 0 is never above the activation threshold, and the service
    stays at zero for good. CPU and memory triggers can not wake a target either: KEDA refuses them alone.

    Why it costs: an outage that no error announces; usually ended by pinning a minimum that is then paid day and night.

    Bad:

    ```yaml
    apiVersion: keda.sh/v1alpha1
    kind: ScaledObject
    metadata: {name: chat, namespace: serving}
    spec:
      scaleTargetRef: {name: chat}
      minReplicaCount: 0
      maxReplicaCount: 2
      triggers:
        - type: prometheus
          metadata:
            serverAddress: http://prometheus.monitoring:9090
            query: avg(DCGM_FI_DEV_GPU_UTIL{exported_pod=~"chat-.*"})
            threshold: "70"
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: chat, namespace: serving}
    spec: {}
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
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: chat, namespace: serving}
    spec: {}
    ```
    """
    scaling = Scaling(subject)
    triggers = scaling.triggers
    if not scaling.to_zero or scaling.computed or not triggers or scaling.spec.unsure("triggers"):
        return
    if not any(_may_wake(scaling, trigger) for trigger in triggers):
        yield Told(
            scaling.zero_path,
            f"the target goes to zero and then {_silent(triggers)}: no trigger can wake it",
            "add a trigger measured outside of the target (queue length, requests pending at a gateway, KEDA's HTTP "
            "add-on), or keep minReplicaCount at 1",
        )


def _may_wake(scaling: Scaling, trigger: Trigger) -> bool:
    if trigger.type in _RESOURCE:
        return False
    query = trigger.query
    if query is None or not query.from_pods or scaling.fallback_wakes(trigger):
        return True
    activation = trigger.activation
    return query.when_empty is not None and (activation is None or query.when_empty > activation[1])


def _silent(triggers: tuple[Trigger, ...]) -> str:
    """What the triggers have to say of a target without pods."""
    metrics = sorted({metric for each in triggers if each.query for metric in each.query.metrics})
    resources = sorted({each.type for each in triggers if each.type in _RESOURCE})
    empty = f"{', '.join(metrics)} is emitted by nobody" if metrics else ""
    unable = f"{' and '.join(resources)} triggers can not act" if resources else ""
    return " and ".join(part for part in (empty, unable) if part)
