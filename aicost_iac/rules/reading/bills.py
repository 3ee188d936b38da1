"""What pods cost while they hold their GPUs, at list price."""

from __future__ import annotations

from functools import lru_cache

from aicost_iac import catalog
from aicost_iac.rules.findings import Cost
from aicost_iac.rules.reading import prices
from aicost_iac.rules.reading.placement import accelerators
from aicost_iac.rules.reading.pods import Container, Pods
from aicost_iac.rules.reading.prices import Hourly
from aicost_iac.rules.world import Facts, World


def gpu_hour(pods: Pods, world: World) -> Hourly | None:
    """The price of one GPU where such pods land; None where that is unknown, or has no price."""
    return prices.gpu_hour(accelerators(pods, world) or (), world.facts)


def slice_hour(resource: str, facts: Facts) -> Hourly | None:
    """The price of a MIG slice by its resource name: its part of the cheapest GPU that can be cut so."""
    return _slice_hour(resource, facts.region)


def of_gpus(count: int, pods: Pods, world: World) -> Cost | None:
    """A month of so many GPUs, each as one of those pods would get it; None where there is nothing to pay."""
    return prices.month(gpu_hour(pods, world), count) if count > 0 else None


def of_container(container: Container, pods: Pods, world: World) -> Cost | None:
    """A month of what one container holds, in every replica."""
    hour = _hour(container, pods, world)
    return hour.month(pods.replicas) if hour is not None and hour.usd and pods.replicas else None


def of_pods(pods: Pods, world: World) -> Cost | None:
    """A month of what every replica holds."""
    hours = [_hour(each, pods, world) for each in pods.running]
    known = [each for each in hours if each is not None]
    hour = prices.total(known)
    return hour.month(pods.replicas) if len(known) == len(hours) and hour.usd and pods.replicas else None


def _hour(container: Container, pods: Pods, world: World) -> Hourly | None:
    """The price of a container's GPUs and slices, 0 for one without; None where a part of it is unknown."""
    parts = [(count, slice_hour(name, world.facts)) for name, count, _ in container.slices]
    if container.gpus != 0:
        parts.append((container.gpus, gpu_hour(pods, world)))
    known = [hour.times(count) for count, hour in parts if count is not None and hour is not None]
    return prices.total(known) if len(known) == len(parts) else None


@lru_cache(maxsize=512)
def _slice_hour(resource: str, region: str | None) -> Hourly | None:
    facts = Facts(region=region)
    hours = [
        hour.times(1 / profile.max_instances)
        for board in catalog.mig.gpus()
        for profile in board.profiles
        if profile.resource_name == resource and (hour := prices.gpu_hour(board.accelerators, facts)) is not None
    ]
    return min(hours, default=None)
