"""KEDA003: an average where KEDA expects a total."""

from __future__ import annotations

import math
from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.scaling import Scaling, Trigger
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World


@rule(
    "KEDA003",
    "average-as-total",
    severity="error",
    group="broken",
    reads=("ScaledObject",),
    source="https://keda.sh/docs/latest/reference/scaledobject-spec/#triggers",
)
def average_as_total(subject: Subject, world: World) -> Iterator[Told]:
    """A trigger with `AverageValue`, the default, whose query is an average or a ratio.

    What happens: with `AverageValue` the demand is the query's result divided by the threshold, whatever number of
    pods runs. An average does not grow with the number of pods: utilisation never exceeds 100, so with a threshold of
    70 the demand never exceeds ceil(100 / 70) = 2, and ten pods at 60 % are scaled to one.

    Why it costs: the service can not grow when it has to, and is shrunk while it is busy.

    Bad:

    ```yaml
    apiVersion: keda.sh/v1alpha1
    kind: ScaledObject
    metadata: {name: chat, namespace: serving}
    spec:
      scaleTargetRef: {name: chat}
      minReplicaCount: 1
      maxReplicaCount: 10
      triggers:
        - type: prometheus
          metadata:
            serverAddress: http://prometheus.monitoring:9090
            query: avg(DCGM_FI_DEV_GPU_UTIL{exported_namespace="serving"})
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
      maxReplicaCount: 10
      triggers:
        - type: prometheus
          metricType: Value
          metadata:
            serverAddress: http://prometheus.monitoring:9090
            query: avg(DCGM_FI_DEV_GPU_UTIL{exported_namespace="serving"})
            threshold: "70"
    ```
    """
    scaling = Scaling(subject)
    if scaling.computed:
        return
    reach = [_reach(trigger) for trigger in scaling.triggers]
    for trigger, most in zip(scaling.triggers, reach, strict=True):
        query = trigger.query
        if not trigger.average_value or query is None or query.kind not in ("average", "ratio"):
            continue
        if query.ceiling is not None and (trigger.metadata.number("threshold") or 0) > query.ceiling:
            continue  # KEDA011: the threshold is in another unit
        yield from _told(scaling, trigger, most, alone=None not in reach and not scaling.spec.unsure("triggers"))


def _reach(trigger: Trigger) -> int | None:
    """The most pods a trigger can ask for, None when there is no bound or it is unknown."""
    threshold, query = trigger.metadata.number("threshold"), trigger.query
    if not trigger.average_value or query is None or query.ceiling is None or not threshold or threshold <= 0:
        return None
    return math.ceil(query.ceiling / threshold)


def _told(scaling: Scaling, trigger: Trigger, most: int | None, *, alone: bool) -> Iterator[Told]:
    wanted, path = scaling.most, trigger.metadata.at("query")
    fix = "metricType: Value for an average or a ratio, or a query that sums over the pods"
    if most is None:
        message = "an average is divided by the threshold as if it were a total: the demand does not grow with the load"
        yield Told(path, message, fix, severity="warning")
    elif wanted is not None and most < wanted:
        bound = trigger.query.ceiling if trigger.query else 0
        least = f", nor even minReplicaCount {scaling.least}" if most < (scaling.least or 0) else ""
        message = (
            f"the query never exceeds {bound:g}, so with threshold {trigger.metadata.text('threshold')} it never asks "
            f"for more than {most}: maxReplicaCount {wanted} is out of reach{least}"
        )
        yield Told(path, message, fix, severity=None if alone else "warning")
