"""What things cost at list price, where the catalog knows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from aicost_iac import catalog
from aicost_iac.catalog import HOURS_PER_MONTH, InstanceType
from aicost_iac.errors import CatalogError
from aicost_iac.rules.findings import Cost
from aicost_iac.rules.world import Facts

# The region whose list prices stand for all where the region is unknown.
REGION = "us-east-1"
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, order=True)
class Hourly:
    """USD per hour, and the day (ISO 8601) a list stated it."""

    usd: Decimal
    as_of: str

    def times(self, count: float) -> Hourly:
        """The price of `count` such things, or of a share of one."""
        return Hourly(self.usd * Decimal(str(count)), self.as_of)

    def month(self, count: float = 1) -> Cost:
        """What `count` of them cost, running all month."""
        return Cost(cents(self.times(count).usd * HOURS_PER_MONTH), self.as_of)

    def __str__(self) -> str:
        return f"{shown(self.usd)} an hour"


def instance_hour(instance_type: str, facts: Facts) -> Hourly | None:
    """The on-demand price of an EC2 type, or of SageMaker's `ml.` one; None where no source states it."""
    return _hour(instance_type, facts.region or REGION)


def gpu_hour(accelerators: Iterable[str], facts: Facts) -> Hourly | None:
    """The price of one of these accelerators on EC2, in the machine where it is cheapest; a share is not one."""
    hours = [hour for name in accelerators if (hour := _gpu_hour(name, facts.region or REGION)) is not None]
    return min(hours, default=None)


def dearest(types: Iterable[InstanceType], facts: Facts) -> tuple[InstanceType, Hourly] | None:
    """The most expensive of some machines, None where no price is known."""
    priced = [(hour, each.name, each) for each in types if (hour := instance_hour(each.name, facts)) is not None]
    return (max(priced)[2], max(priced)[0]) if priced else None


def total(hours: Iterable[Hourly]) -> Hourly:
    """Several prices together, as of the oldest of their days; nothing for none of them."""
    every = list(hours)
    return Hourly(sum((each.usd for each in every), Decimal(0)), min((each.as_of for each in every), default=""))


def month(hourly: Hourly | None, count: float = 1) -> Cost | None:
    """What `count` things cost in a month, None where their price is unknown."""
    return None if hourly is None else hourly.month(count)


def together(costs: Iterable[Cost]) -> Cost | None:
    """The sum of what several things cost, as of the oldest of their days; None for none of them."""
    every = list(costs)
    usd = sum((each.usd_month for each in every), Decimal(0))
    return Cost(usd, min(each.as_of for each in every)) if every else None


def cents(usd: Decimal) -> Decimal:
    """An amount as it is billed."""
    return usd.quantize(_CENT)


def shown(usd: Decimal) -> str:
    """An amount as a person reads it."""
    return f"${usd:,.2f}" if usd < 100 else f"${usd:,.0f}"


@lru_cache(maxsize=4096)
def _hour(instance_type: str, region: str) -> Hourly | None:
    try:
        if instance_type.startswith("ml."):
            rate = catalog.sagemaker(instance_type, region)
            return Hourly(rate.usd, rate.date)
        price = catalog.on_demand(instance_type, region)
    except CatalogError:
        return None
    return Hourly(price.usd_hour, price.date)


@lru_cache(maxsize=512)
def _gpu_hour(accelerator: str, region: str) -> Hourly | None:
    sold = (each for each in catalog.instances() if each.accelerator == accelerator and not each.fractional)
    hours = [hour.times(1 / each.accelerator_count) for each in sold if (hour := _hour(each.name, region)) is not None]
    return min(hours, default=None)
