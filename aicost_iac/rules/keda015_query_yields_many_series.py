"""KEDA015: many answers to one question."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.scaling import Scaling
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_MANY = frozenset({"container", "device", "exported_pod", "gpu", "Hostname", "instance", "node", "pod", "UUID"})
_AGGREGATED = re.compile(r"\b(sum|avg|min|max|count|quantile|topk|bottomk|group|stddev|stdvar|scalar)\b")


@rule(
    "KEDA015",
    "query-yields-many-series",
    severity="warning",
    group="broken",
    reads=("ScaledObject",),
    source="https://keda.sh/docs/latest/scalers/prometheus/",
)
def query_yields_many_series(subject: Subject, world: World) -> Iterator[Told]:
    """A Prometheus query that yields one series per pod or GPU.

    What happens: KEDA takes one number. A query without an outer aggregation, or one that splits its result `by (pod)`,
    works while there is one pod and fails with "returned multiple elements" as soon as there are two: from then on
    nothing is scaled.

    Why it costs: the service can not grow beyond the second pod, and does not shrink either.

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
            query: vllm:num_requests_waiting{namespace="serving"}
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
      triggers:
        - type: prometheus
          metadata:
            serverAddress: http://prometheus.monitoring:9090
            query: sum(vllm:num_requests_waiting{namespace="serving"})
            threshold: "4"
    ```
    """
    for trigger in Scaling(subject).triggers:
        query, text = trigger.query, trigger.metadata.text("query") or ""
        if query is None:
            continue
        if split := sorted(query.grouped & _MANY):
            message = f"the result is split by {', '.join(split)}: KEDA fails as soon as there are two"
            yield Told(trigger.metadata.at("query"), message, "leave out by (...), or aggregate once more")
        elif query.from_pods and not _AGGREGATED.search(text):
            message = f"{', '.join(sorted(query.metrics))} has one series per pod, and KEDA takes one number"
            yield Told(trigger.metadata.at("query"), message, f"sum({text.strip()}), or max(...)")
