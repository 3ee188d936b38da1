"""What KEDA makes of a read of a trigger: a metric, a failure, or a stand-in for it.

Failures in a row are counted per trigger, by KEDA's polls and by the HPA's reads alike; a successful read of either
begins the count anew. A stand-in counts as active.
https://keda.sh/docs/2.20/reference/scaledobject-spec/#fallback
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from aicost_iac.kubernetes.autoscaling.curves import Curve, Value
from aicost_iac.kubernetes.autoscaling.pods import Pods
from aicost_iac.kubernetes.autoscaling.quantities import milli
from aicost_iac.kubernetes.autoscaling.spec import Fallback, Trigger


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric in thousandths, and whether the trigger is active with it."""

    milli: int
    active: bool


class Source:
    """One trigger, its curve, and how its reads went so far."""

    def __init__(self, trigger: Trigger, curve: Curve, fallback: Fallback | None) -> None:
        self.trigger = trigger
        self._curve = curve
        self._fallback = fallback
        self._failures = 0
        self._kept: Value = None
        self._polled = False

    def poll(self, now: int, pods: Pods) -> Metric | None:
        """KEDA's own read, None when it fails."""
        self._kept, self._polled = self._curve.at(now), True
        return self._observe(self._kept, now, pods)

    def read(self, now: int, pods: Pods) -> Metric | None:
        """The HPA's read, None when it fails; with `useCachedMetrics` it finds what the last poll found."""
        cached = self.trigger.cached and self._polled
        return self._observe(self._kept if cached else self._curve.at(now), now, pods)

    def measure(self, now: int) -> float | None:
        """What the metrics server says of the pods, for a cpu or memory trigger."""
        value = self._curve.at(now)
        return value if isinstance(value, int | float) and math.isfinite(value) else None

    def _observe(self, value: Value, now: int, pods: Pods) -> Metric | None:
        found = metric_of(self.trigger, value)
        if found is not None:
            self._failures = 0
            return found
        if self._fallback is None:
            return None
        self._failures += 1
        if self._failures <= self._fallback.failure_threshold:
            return None
        return _stand_in(self.trigger, self._fallback, pods.count, pods.ready(now))


def metric_of(trigger: Trigger, value: Value) -> Metric | None:
    """The metric a value becomes, None for a failed read. Prometheus' NaN and Inf are empty results."""
    if isinstance(value, str):
        return None
    number = value if value is not None and math.isfinite(value) else trigger.empty
    if trigger.hours is not None:
        inside = number is not None and number >= trigger.hours
        return Metric(milli(trigger.hours if inside else 1), inside)
    return None if number is None else Metric(milli(number), number > trigger.activation)


def _stand_in(trigger: Trigger, fallback: Fallback, count: int, ready: int) -> Metric | None:
    """The metric that asks for the wanted number of replicas; none for a `Value` target without a ready pod."""
    wanted = float(_wanted(fallback, count))
    if trigger.metric_type == "Value":
        if not ready:
            return None
        wanted /= ready
    return Metric(int(trigger.target * wanted), active=True)


def _wanted(fallback: Fallback, count: int) -> int:
    if fallback.behavior == "currentReplicas":
        return count
    if fallback.behavior == "currentReplicasIfHigher":
        return max(count, fallback.replicas)
    if fallback.behavior == "currentReplicasIfLower":
        return min(count, fallback.replicas)
    return fallback.replicas
