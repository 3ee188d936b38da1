"""KEDA010: a metric that slices do not have."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.scaling import Scaling
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

# https://github.com/NVIDIA/dcgm-exporter/blob/main/etc/default-counters.csv
_WHOLE = frozenset({
    "DCGM_FI_DEV_DEC_UTIL", "DCGM_FI_DEV_ENC_UTIL", "DCGM_FI_DEV_GPU_UTIL", "DCGM_FI_DEV_MEM_COPY_UTIL",
})  # fmt: skip


@rule(
    "KEDA010",
    "device-metric-of-slices",
    severity="error",
    group="broken",
    reads=("ScaledObject",),
    source="https://github.com/NVIDIA/dcgm-exporter/issues/430",
)
def device_metric_of_slices(subject: Subject, world: World) -> Iterator[Told]:
    """A target on MIG slices is scaled on a metric of whole devices.

    What happens: `DCGM_FI_DEV_GPU_UTIL` and its kin are not measured per MIG instance: they are absent or 0 on a GPU
    that is cut. The query yields nothing, which counts as 0. `DCGM_FI_PROF_GR_ENGINE_ACTIVE` is measured per instance,
    as a ratio from 0 to 1.

    Why it costs: the service stays at its minimum whatever the load, or shrinks while it is busy.

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
            query: sum(DCGM_FI_DEV_GPU_UTIL{exported_pod=~"chat-.*"})
            threshold: "70"
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
              image: registry.example/ranker:2
              resources: {limits: {nvidia.com/mig-2g.20gb: 1}}
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
            query: 100 * sum(DCGM_FI_PROF_GR_ENGINE_ACTIVE{exported_pod=~"chat-.*"})
            threshold: "70"
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
              image: registry.example/ranker:2
              resources: {limits: {nvidia.com/mig-2g.20gb: 1}}
    ```
    """
    scaling = Scaling(subject)
    slices = sorted({name for pods in scaling.pods(world) for each in pods.running for name, _, _ in each.slices})
    for trigger in scaling.triggers if slices else ():
        for metric in sorted(trigger.query.metrics & _WHOLE if trigger.query else ()):
            yield Told(
                trigger.metadata.at("query"),
                f"{metric} is not measured on MIG slices, and the target runs on {', '.join(slices)}: it is empty",
                "DCGM_FI_PROF_GR_ENGINE_ACTIVE (a ratio from 0 to 1), or better the requests that wait",
                part=metric,
            )
