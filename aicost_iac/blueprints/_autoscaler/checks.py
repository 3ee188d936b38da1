"""What the fields of an autoscaler, each valid in itself, make impossible together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from aicost_iac.blueprints._autoscaler.triggers import CONTINUOUS, Cron, GpuActivity, SqsQueue
from aicost_iac.blueprints.model_server import ModelServer
from aicost_iac.errors import Problem

if TYPE_CHECKING:
    from aicost_iac.blueprints.gpu_autoscaler import GpuAutoscaler


def problems(autoscaler: GpuAutoscaler) -> Iterator[Problem]:
    """Bounds, target, triggers, and what zero needs."""
    yield from _bound_problems(autoscaler)
    yield from _target_problems(autoscaler)
    yield from _trigger_problems(autoscaler)
    yield from _zero_problems(autoscaler) if autoscaler.to_zero else _timer_problems(autoscaler)


def _bound_problems(autoscaler: GpuAutoscaler) -> Iterator[Problem]:
    least, most, fallback = autoscaler.min_replicas, autoscaler.max_replicas, autoscaler.fallback
    if least > most:
        yield Problem("min_replicas", f"is above max_replicas, {most}", least)
    if autoscaler.sleeps and least == 0:
        yield Problem("sleeps", "has no effect at min_replicas=0, which sleeps anyway", True, "leave it out")
    if fallback is not None and fallback.replicas > most:
        yield Problem("fallback.replicas", f"is above max_replicas, {most}", fallback.replicas)
    for index, each in enumerate(autoscaler.triggers):
        if isinstance(each, Cron) and each.replicas > most:
            yield Problem(f"triggers.{index}.replicas", f"is above max_replicas, {most}", each.replicas)


def _target_problems(autoscaler: GpuAutoscaler) -> Iterator[Problem]:
    target = autoscaler.target
    if isinstance(target, ModelServer) and target.replicas is not None:
        reason = "says its own number of replicas, and every apply would write it over the autoscaler's"
        yield Problem("target.replicas", reason, target.replicas, "replicas=None")


def _trigger_problems(autoscaler: GpuAutoscaler) -> Iterator[Problem]:
    for index, each in enumerate(autoscaler.triggers):
        if (reason := each.lacks(autoscaler.scaled)) is not None:
            yield Problem(f"triggers.{index}", reason, type(each).__name__, "another trigger")
    for name, count in Counter(each.label for each in autoscaler.triggers).items():
        if count > 1:
            yield Problem("triggers", f"hold {count} of one name", name, "give each its own with name=")
    loads = [each for each in autoscaler.triggers if not isinstance(each, Cron)]
    if loads and all(isinstance(each, GpuActivity) for each in loads) and autoscaler.scaled.engine in CONTINUOUS:
        reason = "measure only how busy GPUs are, and a server that batches continuously keeps them so at any load"
        yield Problem("triggers", reason, "GpuActivity", "add WaitingRequests, KvCacheUse or QueueDepth")


def _zero_problems(autoscaler: GpuAutoscaler) -> Iterator[Problem]:
    """At zero nobody measures the pods and nobody answers."""
    if not any(each.at_zero for each in autoscaler.triggers):
        field = "sleeps" if autoscaler.sleeps else "min_replicas"
        reason = "lets the target go to zero, and every trigger measures the target itself: nothing would wake it"
        yield Problem(field, reason, getattr(autoscaler, field), "add QueueDepth, SqsQueue or Cron, or keep 1")
        return
    held = autoscaler.held_by is not None or any(each.holds for each in autoscaler.triggers)
    if not held and not autoscaler.refuse_at_zero:
        reason = "is required: at zero a request finds no endpoint and is refused"
        way_out = (
            "name what keeps requests until a replica is up (a router that waits, KEDA's HTTP add-on), take them from "
            "a queue with SqsQueue, or say refuse_at_zero=True"
        )
        yield Problem("held_by", reason, remedy=way_out)
    yield from _loading_problems(autoscaler)
    if autoscaler.refuse_at_zero and held and not any(isinstance(each, SqsQueue) for each in autoscaler.triggers):
        yield Problem("refuse_at_zero", "and held_by contradict each other", True, "keep one")


def _loading_problems(autoscaler: GpuAutoscaler) -> Iterator[Problem]:
    """A replica that loads its model can not be scraped: to KEDA that is a failed read."""
    fallback, least = autoscaler.fallback, max(1, autoscaler.min_replicas)
    on_pods = [each.label for each in autoscaler.triggers if not each.at_zero]
    if fallback is not None and on_pods and (fallback.replicas > least or fallback.behavior == "static"):
        reason = f"would act at every wake: while a replica loads, {', '.join(on_pods)} can not be read"
        way_out = f"at most {least} replicas and no static behavior, or only triggers that are measured elsewhere"
        yield Problem("fallback", reason, fallback.replicas, way_out)


def _timer_problems(autoscaler: GpuAutoscaler) -> Iterator[Problem]:
    """What only acts on the way to zero and back."""
    for field in ("cooldown_seconds", "initial_cooldown_seconds", "polling_seconds", "held_by"):
        if (value := getattr(autoscaler, field)) is not None:
            reason = f"has no effect while min_replicas is {autoscaler.min_replicas}"
            yield Problem(field, reason, value, "scale_down=ScalePace(...) is what scales in")
    if autoscaler.refuse_at_zero:
        yield Problem("refuse_at_zero", "has no effect on a target that never sleeps", True)
