"""What one accelerator costs an hour, in the machine where it is cheapest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from aicost_iac.catalog.instance_types import InstanceType, instances
from aicost_iac.catalog.pricing import on_demand
from aicost_iac.errors import CatalogError


@dataclass(frozen=True, slots=True, order=True)
class GpuHour:
    """USD per accelerator-hour on demand, the machine with `gpus` of them, the day (ISO 8601) of the list."""

    usd: Decimal
    gpus: int
    instance_type: str
    date: str


def gpu_hour(accelerator: str, region: str, cloud: str = "aws") -> GpuHour | None:
    """The cheapest whole accelerator of a region, None where no source states a price."""
    return min(_hours(_with(accelerator, cloud), region, cloud), default=None)


def smallest_machine(accelerator: str, region: str, cloud: str = "aws") -> GpuHour | None:
    """The cheapest machine with one whole accelerator, its price for the whole machine; None where there is none."""
    return min(
        _hours((each for each in _with(accelerator, cloud) if each.accelerator_count == 1), region, cloud), default=None
    )


def hour_in(shape: InstanceType, region: str) -> GpuHour | None:
    """What each accelerator of one machine costs, None where no source states the machine's price."""
    try:
        price = on_demand(shape.name, region, shape.cloud)
    except CatalogError:
        return None
    return GpuHour(price.usd_hour / shape.accelerator_count, shape.accelerator_count, shape.name, price.date)


def _with(accelerator: str, cloud: str) -> Iterable[InstanceType]:
    return (each for each in instances(cloud) if each.accelerator == accelerator and not each.fractional)


def _hours(shapes: Iterable[InstanceType], region: str, cloud: str) -> Iterable[GpuHour]:
    found = (hour_in(each, region) for each in shapes if each.status == "current")
    return (each for each in found if each is not None)
