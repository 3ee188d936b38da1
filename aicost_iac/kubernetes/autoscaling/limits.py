"""The policies of a `behavior`: how far one sync may go, after what the last periods have changed already.

https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#scaling-policies
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from aicost_iac.kubernetes.autoscaling.curves import ticks
from aicost_iac.kubernetes.autoscaling.spec import Policy, Rules, SelectPolicy

_LONGEST_PERIOD = 1800
_Choice = Callable[[Iterable[int]], int]


class Changes:
    """What the HPA itself has added and removed lately."""

    def __init__(self) -> None:
        self._events: list[tuple[int, int]] = []

    def add(self, now: int, change: int) -> None:
        """Remember a change; those beyond the longest period a policy may have are forgotten."""
        self._events = [each for each in self._events if each[0] > now - ticks(_LONGEST_PERIOD)]
        self._events.append((now, change))

    def since(self, now: int, period: int) -> int:
        """The sum of the changes of the last `period` seconds."""
        return sum(change for moment, change in self._events if moment > now - ticks(period))


def ceiling(rules: Rules, count: int, changes: Changes, now: int) -> int:
    """The most replicas that scaling up may reach."""
    if rules.select == "Disabled":
        return count
    reached = (_up(policy, count - changes.since(now, policy.period)) for policy in rules.policies)
    return _selected(rules.select, reached, farthest=max, nearest=min)


def floor(rules: Rules, count: int, changes: Changes, now: int) -> int:
    """The fewest replicas that scaling down may reach."""
    if rules.select == "Disabled":
        return count
    reached = (_down(policy, count - changes.since(now, policy.period)) for policy in rules.policies)
    return _selected(rules.select, reached, farthest=min, nearest=max)


def _selected(select: SelectPolicy, reached: Iterable[int], *, farthest: _Choice, nearest: _Choice) -> int:
    return farthest(reached) if select == "Max" else nearest(reached)


def _up(policy: Policy, start: int) -> int:
    """From the count at the period's start; a share is rounded up, or 1 would never grow."""
    return start + policy.value if policy.type == "Pods" else math.ceil(start * (1 + policy.value / 100))


def _down(policy: Policy, start: int) -> int:
    return start - policy.value if policy.type == "Pods" else int(start * (1 - policy.value / 100))
