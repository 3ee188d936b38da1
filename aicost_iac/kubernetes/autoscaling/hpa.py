"""The HorizontalPodAutoscaler that KEDA makes: from 1 to N, at every sync.

https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from aicost_iac.kubernetes.autoscaling.curves import ticks
from aicost_iac.kubernetes.autoscaling.limits import Changes, ceiling, floor
from aicost_iac.kubernetes.autoscaling.pods import Pods
from aicost_iac.kubernetes.autoscaling.proposals import external, resource, tolerance_of
from aicost_iac.kubernetes.autoscaling.reads import Source
from aicost_iac.kubernetes.autoscaling.spec import DOWN_WINDOW, Behavior, Scaling

# Without a behavior, one sync climbs to the higher of these: https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/podautoscaler/horizontal.go
_CLIMB_FACTOR, _CLIMB_AT_LEAST = 2, 4


class Autoscaler:
    """What the controller remembers of one HPA: recommendations, and changes where policies limit them."""

    def __init__(self, scaling: Scaling, sources: Sequence[Source]) -> None:
        self._scaling = scaling
        self._sources = sources
        self._least = max(1, scaling.least)
        self._tolerance = tolerance_of(scaling.behavior)
        self._recommended: deque[tuple[int, int]] = deque()
        self._changes = Changes()

    def sync(self, now: int, pods: Pods) -> int:
        """The count the HPA leaves behind. At 0 it does nothing, not even read."""
        count = pods.count
        if not self._recommended:
            self._recommended.append((now, count))
        if count == 0:
            return 0
        wanted = self._wanted(now, pods)
        if wanted != count and self._scaling.behavior is not None:
            self._changes.add(now, wanted - count)
        return wanted

    def _wanted(self, now: int, pods: Pods) -> int:
        if not self._least <= pods.count <= self._scaling.most:
            return min(max(pods.count, self._least), self._scaling.most)
        proposal = self._proposal(now, pods)
        if proposal is None:
            return pods.count
        if self._scaling.behavior is None:
            return self._plain(now, pods.count, proposal)
        return self._behaved(self._scaling.behavior, now, pods.count, proposal)

    def _proposal(self, now: int, pods: Pods) -> int | None:
        """The largest demand. One trigger that fails forbids fewer replicas, all that fail forbid any change."""
        found = [self._demand(source, now, pods) for source in self._sources]
        known = [demand for demand in found if demand is not None]
        if not known or (len(known) < len(found) and max(known) < pods.count):
            return None
        return max(known)

    def _demand(self, source: Source, now: int, pods: Pods) -> int | None:
        ready = pods.ready(now)
        if source.trigger.resource:
            mean = source.measure(now)
            return None if mean is None else resource(source.trigger, mean, pods.count, ready, self._tolerance)
        metric = source.read(now, pods)
        return None if metric is None else external(source.trigger, metric.milli, pods.count, ready, self._tolerance)

    def _plain(self, now: int, count: int, proposal: int) -> int:
        """Without a behavior: the highest of five minutes, then the climb of one sync."""
        stable = max([proposal, *self._within(now, DOWN_WINDOW)])
        self._keep(now, proposal, DOWN_WINDOW)
        most = min(self._scaling.most, max(_CLIMB_FACTOR * count, _CLIMB_AT_LEAST))
        return max(self._least, min(stable, most))

    def _behaved(self, behavior: Behavior, now: int, count: int, proposal: int) -> int:
        """With a behavior: into the band that recent recommendations leave, then by the policies."""
        up, down = behavior.up, behavior.down
        lowest = min([proposal, *self._within(now, up.window)])
        highest = max([proposal, *self._within(now, down.window)])
        self._keep(now, proposal, max(up.window, down.window))
        stable = min(max(count, lowest), highest)
        if stable > count:
            return min(stable, self._scaling.most, max(count, ceiling(up, count, self._changes, now)))
        return max(stable, self._least, min(count, floor(down, count, self._changes, now))) if stable < count else count

    def _within(self, now: int, window: int) -> list[int]:
        return [replicas for moment, replicas in self._recommended if moment > now - ticks(window)]

    def _keep(self, now: int, proposal: int, window: int) -> None:
        self._recommended.append((now, proposal))
        while self._recommended[0][0] <= now - ticks(window) and len(self._recommended) > 1:
            self._recommended.popleft()
