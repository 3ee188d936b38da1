"""KEDA012: the name of the messenger."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.gpu_operator import honors_labels
from aicost_iac.rules.reading.scaling import Scaling
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_PLAIN = {"container": "exported_container", "namespace": "exported_namespace", "pod": "exported_pod"}
_EXPORTED = {exported: plain for plain, exported in _PLAIN.items()}


@rule(
    "KEDA012",
    "label-of-the-exporter",
    severity="warning",
    group="broken",
    reads=("ScaledObject",),
    source="https://github.com/NVIDIA/gpu-operator/issues/811",
)
def label_of_the_exporter(subject: Subject, world: World) -> Iterator[Told]:
    """A query selects GPU metrics by `namespace` or `pod`, which are the exporter's own.

    What happens: unless the scrape honours the labels of the exporter (`honorLabels`, false by default in both the GPU
    operator and the chart of dcgm-exporter), Prometheus writes the exporter's own namespace and pod into `namespace`
    and `pod`, and the workload's into `exported_namespace` and `exported_pod`. The query matches nothing, which counts
    as 0. With `honorLabels: true` it is the other way round.

    Why it costs: a service that is never scaled out, or asleep for good.

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
            query: sum(DCGM_FI_DEV_GPU_UTIL{namespace="serving"})
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
          metadata:
            serverAddress: http://prometheus.monitoring:9090
            query: sum(DCGM_FI_DEV_GPU_UTIL{exported_namespace="serving"})
            threshold: "70"
    ```
    """
    honoured = honors_labels(world)
    wrong, known = (_EXPORTED if honoured else _PLAIN), honoured is not None
    for trigger in Scaling(subject).triggers:
        for metric, labels in sorted(trigger.query.selected.items() if trigger.query else ()):
            if metric.startswith("DCGM_") and (found := sorted(labels & wrong.keys())):
                yield Told(
                    trigger.metadata.at("query"),
                    f"{metric} is selected by {', '.join(found)}, and with honorLabels "
                    f"{'true' if honoured else 'false' if known else 'false, the default,'} the workload's are called "
                    f"{', '.join(wrong[each] for each in found)}: the query is empty",
                    "select by the labels the workload has, or set honorLabels in the ServiceMonitor of dcgm-exporter",
                    part=metric,
                )
