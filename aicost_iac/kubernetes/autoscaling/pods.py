"""The pods of the target: how many there are, and how many are ready."""

from __future__ import annotations

from bisect import bisect_right


class Pods:
    """A set of pods, of which the youngest go first, as a ReplicaSet takes the ones that are not ready first."""

    def __init__(self, count: int, delay: int) -> None:
        self._ready_at = [-delay] * count
        self._delay = delay

    @property
    def count(self) -> int:
        return len(self._ready_at)

    def ready(self, now: int) -> int:
        """How many pods are ready in a moment."""
        return bisect_right(self._ready_at, now)

    def scale(self, count: int, now: int) -> None:
        """Have so many pods from now on; new ones are ready after the delay."""
        del self._ready_at[count:]
        self._ready_at.extend([now + self._delay] * (count - self.count))
