"""What things cost at list price, where the catalog knows it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache

from aicost_iac import catalog
from aicost_iac.errors import CatalogError
from aicost_iac.rules.world import Facts

HOURS_A_MONTH = 730
# The region whose list prices stand for all where the region is unknown.
REGION = "us-east-1"
_CENT = Decimal("0.01")


def instance_hour(instance_type: str, facts: Facts) -> Decimal | None:
    """On-demand USD per hour of an EC2 type, None where no source states it."""
    return _hour(instance_type, facts.region or REGION)


def gpu_hour(accelerators: Iterable[str], facts: Facts) -> Decimal | None:
    """USD per hour of one of these accelerators on EC2, in the machine where it is cheapest; a share is not one."""
    hours = [hour for name in accelerators if (hour := _gpu_hour(name, facts.region or REGION)) is not None]
    return min(hours, default=None)


def month(usd_hour: Decimal | None, count: float = 1) -> Decimal | None:
    """USD per month of `count` things that cost so much an hour."""
    return None if usd_hour is None else (usd_hour * Decimal(str(count)) * HOURS_A_MONTH).quantize(_CENT)


def shown(usd: Decimal) -> str:
    """An amount as a person reads it."""
    return f"${usd:,.2f}" if usd < 100 else f"${usd:,.0f}"


@lru_cache(maxsize=4096)
def _hour(instance_type: str, region: str) -> Decimal | None:
    try:
        return catalog.on_demand(instance_type, region).usd_hour
    except CatalogError:
        return None


@lru_cache(maxsize=512)
def _gpu_hour(accelerator: str, region: str) -> Decimal | None:
    sold = (each for each in catalog.instances() if each.accelerator == accelerator and not each.fractional)
    hours = [hour / each.accelerator_count for each in sold if (hour := _hour(each.name, region)) is not None]
    return min(hours, default=None)
