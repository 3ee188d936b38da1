"""KEDA and the HPA over time: two clocks, one count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from aicost_iac.kubernetes.autoscaling.curves import Curve, Step, seconds, ticks
from aicost_iac.kubernetes.autoscaling.hpa import Autoscaler
from aicost_iac.kubernetes.autoscaling.operator import Operator
from aicost_iac.kubernetes.autoscaling.pods import Pods
from aicost_iac.kubernetes.autoscaling.reader import read
from aicost_iac.kubernetes.autoscaling.reads import Source
from aicost_iac.kubernetes.autoscaling.spec import Scaling

Change = tuple[float, int]


def simulate(
    spec: Mapping[str, Any],
    curves: Sequence[Sequence[Step]],
    *,
    start_replicas: int,
    first_poll_s: float,
    hpa_created_s: float,
    sync_period_s: float = 15,
    pod_ready_s: float = 1,
    until_s: float,
) -> list[Change]:
    """What KEDA 2.20 and the HPA make of a load: `(seconds, replicas)` at the start and at every change.

    `spec` is a ScaledObject's spec as plain data. `curves` has a list for each trigger, in the order of the triggers,
    of `(seconds, value)` steps: what the trigger's own source would answer from then on, a number, None for an empty
    result or "error" for a failed read. A cron trigger answers `desiredReplicas` inside its window and less outside;
    cpu and memory answer the mean over the pods.

    KEDA polls at `first_poll_s` and every `pollingInterval` from there. The HPA syncs `sync_period_s` after it was
    created and at that period from there, never at once; where both fall together, KEDA comes first. A pod is ready
    `pod_ready_s` after it is wanted. The run goes from 0 to `until_s`, both included.

    Raises `InvalidBlueprint` for a spec that KEDA would refuse or that can not be followed here (`scalingModifiers`,
    external scalers), `ValueError` for curves and times that can not be.
    """
    scaling = read(spec)
    if len(curves) != len(scaling.triggers):
        raise ValueError(f"there are {len(scaling.triggers)} triggers and {len(curves)} curves: one is needed for each")
    if start_replicas < 0 or pod_ready_s < 0 or sync_period_s <= 0:
        raise ValueError("start_replicas and pod_ready_s are not negative, sync_period_s is above 0")
    sources = [
        Source(trigger, Curve(steps), scaling.fallback) for trigger, steps in zip(scaling.triggers, curves, strict=True)
    ]
    polls = (ticks(first_poll_s), ticks(scaling.polling))
    syncs = (ticks(hpa_created_s) + ticks(sync_period_s), ticks(sync_period_s))
    created = min(ticks(first_poll_s), ticks(hpa_created_s))
    run = _Run(scaling, sources, Pods(start_replicas, ticks(pod_ready_s)), created)
    return [(0.0, start_replicas), *run.changes(polls, syncs, ticks(until_s))]


class _Run:
    def __init__(self, scaling: Scaling, sources: Sequence[Source], pods: Pods, created: int) -> None:
        self._pods = pods
        self._operator = Operator(scaling, sources, created)
        self._autoscaler = Autoscaler(scaling, sources)

    def changes(self, polls: tuple[int, int], syncs: tuple[int, int], until: int) -> Iterator[Change]:
        poll, sync = _first(*polls), _first(*syncs)
        while (now := min(poll, sync)) <= until:
            before = self._pods.count
            if now == poll:
                self._pods.scale(self._operator.poll(now, self._pods), now)
                poll += polls[1]
            if now == sync:
                self._pods.scale(self._autoscaler.sync(now, self._pods), now)
                sync += syncs[1]
            if self._pods.count != before:
                yield seconds(now), self._pods.count


def _first(start: int, period: int) -> int:
    """The first moment of a grid that is not before 0."""
    return start if start >= 0 else start % period
