"""How many replicas one metric asks for.

https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#algorithm-details
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from aicost_iac.kubernetes.autoscaling.quantities import milli
from aicost_iac.kubernetes.autoscaling.spec import TOLERANCE, Behavior, Trigger


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far a metric may be from its target without a change."""

    down: float = TOLERANCE
    up: float = TOLERANCE

    def covers(self, ratio: float) -> bool:
        """Whether a metric of so many times its target changes nothing."""
        return 1.0 - self.down <= ratio <= 1.0 + self.up


def tolerance_of(behavior: Behavior | None) -> Tolerance:
    """The cluster's, unless the behavior has its own."""
    return Tolerance() if behavior is None else Tolerance(behavior.down.tolerance, behavior.up.tolerance)


def external(trigger: Trigger, metric: int, count: int, ready: int, tolerance: Tolerance) -> int:
    """For a metric of KEDA's, in thousandths: `Value` multiplies by ready pods, `AverageValue` by nothing."""
    if trigger.metric_type == "Value":
        ratio = metric / trigger.target
        return count if tolerance.covers(ratio) else math.ceil(ratio * ready)
    ratio = metric / (trigger.target * count)
    return count if tolerance.covers(ratio) else math.ceil(metric / trigger.target)


def resource(trigger: Trigger, mean: float, count: int, ready: int, tolerance: Tolerance) -> int | None:
    """For a mean over the ready pods, as percent of what they requested or as a quantity; None without such a pod.

    Pods that are not ready count as idle when more are wanted, and not at all when fewer are.
    """
    if not ready:
        return None
    ratio = _ratio(trigger, mean)
    if ready == count or ratio <= 1.0:
        return count if tolerance.covers(ratio) else math.ceil(ratio * ready)
    spread = _ratio(trigger, mean * ready / count)
    return count if tolerance.covers(spread) or spread < 1.0 else max(count, math.ceil(spread * count))


def _ratio(trigger: Trigger, mean: float) -> float:
    """Utilization is counted in whole percent, cut off."""
    return (int(mean) * 1000 if trigger.metric_type == "Utilization" else milli(mean)) / trigger.target
