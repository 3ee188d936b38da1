"""KEDA002: a threshold that the first request does not exceed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.scaling import QUEUES, Scaling, Trigger
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_WAITING = re.compile(r"queue|pending|waiting|backlog|in_?flight|\blag\b|_lag|depth|num_requests|messages")
_RATE = re.compile(r"\b(rate|irate|increase|deriv|\w+_over_time)\s*\(")


@rule(
    "KEDA002",
    "first-request-never-wakes",
    severity="error",
    group="broken",
    reads=("ScaledObject",),
    source="https://keda.sh/docs/latest/concepts/scaling-deployments/#activating-and-scaling-thresholds",
)
def first_request_never_wakes(subject: Subject, world: World) -> Iterator[Told]:
    """A target at zero that one waiting request does not wake.

    What happens: a trigger is active while its value is greater than the activation threshold; equal is not enough.
    With a threshold of 1 on a queue, the only request in it waits until a second one comes.

    Why it costs: an outage for whoever comes first, every time the target has gone to zero.

    Bad:

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
            activationThreshold: "1"
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
            activationThreshold: "0"
    ```
    """
    scaling = Scaling(subject)
    if not scaling.to_zero or scaling.computed or scaling.spec.unsure("triggers"):
        return
    late = [trigger for trigger in scaling.triggers if _late(trigger)]
    others = [trigger for trigger in scaling.triggers if trigger not in late]
    if any(_wakes(trigger) for trigger in others):
        return
    for trigger in late:
        name, value = trigger.activation or ("", 0.0)
        yield Told(
            trigger.metadata.at(name),
            f"{name} is {value:g}, and a trigger is active only above it: {value:g} waiting wake nobody",
            f'{name}: "0"',
            # Whoever writes 20 may mean to wait for twenty; whoever writes 1 means the first.
            severity=None if value < 2 else "warning",
        )


def _late(trigger: Trigger) -> bool:
    activation = trigger.activation
    return activation is not None and activation[1] >= 1 and _counts(trigger)


def _counts(trigger: Trigger) -> bool:
    """Whether the trigger counts things that wait, one by one."""
    if trigger.type in QUEUES:
        return True
    text = trigger.metadata.text("query") or ""
    query = trigger.query
    return bool(query and any(_WAITING.search(metric) for metric in query.metrics) and not _RATE.search(text))


def _wakes(trigger: Trigger) -> bool:
    """Whether another trigger may wake the target earlier."""
    return trigger.type not in ("cpu", "memory") and not (trigger.query and trigger.query.from_pods)
