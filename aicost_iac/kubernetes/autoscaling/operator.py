"""KEDA's own part: between nothing and something, at every poll.

https://keda.sh/docs/2.20/concepts/scaling-deployments/#activating-and-scaling-thresholds
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aicost_iac.kubernetes.autoscaling.curves import ticks
from aicost_iac.kubernetes.autoscaling.pods import Pods
from aicost_iac.kubernetes.autoscaling.reads import Source
from aicost_iac.kubernetes.autoscaling.spec import Scaling


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one poll found over all triggers."""

    active: bool
    failed: bool


class Operator:
    """The scale loop of one ScaledObject. `created` is when it came into being."""

    def __init__(self, scaling: Scaling, sources: Sequence[Source], created: int) -> None:
        self._scaling = scaling
        self._sources = [source for source in sources if not source.trigger.resource]
        self._created = created
        self._last_active: int | None = None

    def poll(self, now: int, pods: Pods) -> int:
        """The count KEDA leaves behind: most often the one there is."""
        seen = self._look(now, pods)
        return self._active(now, pods.count, seen) if seen.active else self._inactive(now, pods.count, seen)

    def _look(self, now: int, pods: Pods) -> _Seen:
        found = [source.poll(now, pods) for source in self._sources]
        active = any(metric is not None and metric.active for metric in found)
        return _Seen(active or self._scaling.on_pods_alone, None in found)

    def _active(self, now: int, count: int, seen: _Seen) -> int:
        least, idle = self._scaling.least, self._scaling.idle
        if count == 0 or (idle is not None and count < least):
            self._last_active = now
            return max(1, least)
        if not seen.failed:
            self._last_active = now
        return count

    def _inactive(self, now: int, count: int, seen: _Seen) -> int:
        scaling = self._scaling
        if seen.failed and (scaling.fallback is None or scaling.fallback.replicas):
            return count
        rest = scaling.least if scaling.idle is None else scaling.idle
        if (scaling.idle is not None and count > scaling.idle) or (count and not scaling.least):
            return rest if self._cooled_down(now) else count
        return max(count, scaling.least) if scaling.idle is None else count

    def _cooled_down(self, now: int) -> bool:
        """The API keeps both times in whole seconds, cut off: equal is late enough."""
        if self._last_active is None:
            return now - self._created >= ticks(self._scaling.initial_cooldown)
        return now - self._last_active >= ticks(self._scaling.cooldown)
