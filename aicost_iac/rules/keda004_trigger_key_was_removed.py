"""KEDA004: keys that KEDA no longer knows."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Severity, Told
from aicost_iac.rules.reading.scaling import Scaling, Trigger, keda_version
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_METRIC_NAME = (2, 12)
_RESOURCE_TYPE = (2, 18)


@rule(
    "KEDA004",
    "trigger-key-was-removed",
    severity="error",
    group="broken",
    reads=("ScaledObject", "ScaledJob"),
    source="https://github.com/kedacore/keda/blob/main/CHANGELOG.md",
)
def trigger_key_was_removed(subject: Subject, world: World) -> Iterator[Told]:
    """A trigger uses a key that KEDA has removed.

    What happens: `metricName` of a Prometheus trigger was deprecated in KEDA 2.10 and removed in 2.12: it is ignored.
    `metadata.type` of CPU and memory triggers was removed in 2.18: the trigger is refused, and the whole ScaledObject
    with it. Without the cluster's KEDA version this is told, not refused.

    Why it costs: a ScaledObject that is not ready scales nothing: the count it has is the count that is paid.

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
        - type: cpu
          metadata: {type: Utilization, value: "70"}
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
        - type: cpu
          metricType: Utilization
          metadata: {value: "70"}
    ```
    """
    version = keda_version(world)
    for trigger in Scaling(subject).triggers:
        yield from _metric_name(trigger, version)
        yield from _resource_type(trigger, version)


def _metric_name(trigger: Trigger, version: tuple[int, int] | None) -> Iterator[Told]:
    if trigger.type == "prometheus" and not trigger.metadata.absent("metricName") and _gone(version, _METRIC_NAME):
        yield Told(
            trigger.metadata.at("metricName"),
            "metricName is ignored since KEDA 2.12",
            "remove it; to name a trigger, write `name:` beside `type:`",
            part="metricName",
            severity=_severity(version),
        )


def _resource_type(trigger: Trigger, version: tuple[int, int] | None) -> Iterator[Told]:
    if trigger.type in ("cpu", "memory") and not trigger.metadata.absent("type") and _gone(version, _RESOURCE_TYPE):
        kind = trigger.metadata.text("type") or "Utilization"
        yield Told(
            trigger.metadata.at("type"),
            f"KEDA 2.18 and newer refuse metadata.type of a {trigger.type} trigger",
            f"write metricType: {kind} beside `type: {trigger.type}`",
            part="type",
            severity=_severity(version),
        )


def _gone(version: tuple[int, int] | None, since: tuple[int, int]) -> bool:
    return version is None or version >= since


def _severity(version: tuple[int, int] | None) -> Severity | None:
    return "warning" if version is None else None
