"""KEDA008: a safety net beside the trapeze."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.scaling import Scaling, Trigger, keda_version
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_VALUE = (2, 18)


@rule(
    "KEDA008",
    "fallback-never-acts",
    severity="warning",
    group="broken",
    reads=("ScaledObject",),
    source="https://keda.sh/docs/latest/reference/scaledobject-spec/#fallback",
)
def fallback_never_acts(subject: Subject, world: World) -> Iterator[Told]:
    """A `fallback` that an empty result does not reach.

    What happens: `fallback` acts when reading a metric fails. While `ignoreNullValues` is true, which it is where
    nothing is written, an empty result is no failure but 0: the fallback only helps when Prometheus does not answer at
    all. Before KEDA 2.18 a trigger with `metricType: Value` has no fallback either.

    Why it costs: the case it was written for, a metric that went away, scales the service in.

    Bad:

    ```yaml
    apiVersion: keda.sh/v1alpha1
    kind: ScaledObject
    metadata: {name: chat, namespace: serving}
    spec:
      scaleTargetRef: {name: chat}
      minReplicaCount: 1
      maxReplicaCount: 4
      fallback: {failureThreshold: 3, replicas: 2}
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
      fallback: {failureThreshold: 3, replicas: 2}
      triggers:
        - type: prometheus
          metadata:
            serverAddress: http://prometheus.monitoring:9090
            query: sum(gateway_pending_requests{backend="chat"})
            threshold: "4"
            ignoreNullValues: "false"
    ```
    """
    scaling = Scaling(subject)
    if scaling.spec.absent("fallback"):
        return
    deaf = [each for each in scaling.triggers if each.query and each.query.when_empty is None and _ignores(each)]
    if deaf and all(each in deaf or each.type in ("cpu", "memory", "cron") for each in scaling.triggers):
        yield Told(
            scaling.spec.at("fallback"),
            "an empty result counts as 0 and is no failure: the fallback acts only when Prometheus does not answer",
            'ignoreNullValues: "false" on the trigger',
            part="ignoreNullValues",
        )
    version = keda_version(world)
    if version is not None and version < _VALUE and any(each.average_value is False for each in scaling.triggers):
        yield Told(
            scaling.spec.at("fallback"),
            f"KEDA {world.facts.cluster.keda_version} has no fallback for triggers with metricType Value",
            "KEDA 2.18 or newer, or metricType: AverageValue with a query that sums",
            part="metricType",
        )


def _ignores(trigger: Trigger) -> bool:
    return trigger.metadata.absent("ignoreNullValues") or trigger.metadata.flag("ignoreNullValues") is True
