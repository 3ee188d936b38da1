"""KEDA011: percent against ratios."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.scaling import Scaling
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_PERCENT = 100


@rule(
    "KEDA011",
    "threshold-in-another-unit",
    severity="error",
    group="broken",
    reads=("ScaledObject",),
    source="https://github.com/NVIDIA/dcgm-exporter/blob/main/etc/default-counters.csv",
)
def threshold_in_another_unit(subject: Subject, world: World) -> Iterator[Told]:
    """A threshold that its metric never reaches, because it is in another unit.

    What happens: `DCGM_FI_PROF_*_ACTIVE` and `vllm:kv_cache_usage_perc` run from 0 to 1, `DCGM_FI_DEV_GPU_UTIL` from 0
    to 100. A threshold of 70 on a ratio is never reached, so nothing is ever scaled out. One of 0.7 on a percentage
    always is, and everything runs at the maximum.

    Why it costs: the minimum under full load, or the maximum at rest.

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
          metricType: Value
          metadata:
            serverAddress: http://prometheus.monitoring:9090
            query: avg(DCGM_FI_PROF_GR_ENGINE_ACTIVE{exported_pod=~"chat-.*"})
            threshold: "70"
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
          metricType: Value
          metadata:
            serverAddress: http://prometheus.monitoring:9090
            query: avg(DCGM_FI_PROF_GR_ENGINE_ACTIVE{exported_pod=~"chat-.*"})
            threshold: "0.7"
    ```
    """
    scaling = Scaling(subject)
    for trigger in () if scaling.computed else scaling.triggers:
        query, threshold = trigger.query, trigger.metadata.number("threshold")
        if query is None or query.ceiling is None or not threshold:
            continue
        path, written = trigger.metadata.at("threshold"), trigger.metadata.text("threshold")
        if threshold > query.ceiling:
            message = (
                f"the query never exceeds {query.ceiling:g}, and the threshold is {written}: nothing is scaled out"
            )
            yield Told(path, message, f'a threshold below {query.ceiling:g}, such as "{threshold / 100:g}"')
        elif query.ceiling >= _PERCENT and threshold <= 1:
            message = (
                f"the query runs from 0 to {query.ceiling:g}, and the threshold is {written}: any load asks for more"
            )
            yield Told(path, message, f'a threshold in percent, such as "{threshold * 100:g}"')
