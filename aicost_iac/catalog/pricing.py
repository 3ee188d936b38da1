"""List prices by region, each with its day and source. Unknown is never zero."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from aicost_iac.catalog.instance_types import InstanceType, instance, instances
from aicost_iac.catalog.tables import Row, grouped, index, rows, unknown
from aicost_iac.errors import NoPrice

Market = Literal["on_demand", "spot"]

# What AWS's own calculators take for a month: 365 days of 24 hours, a twelfth of them.
# https://docs.aws.amazon.com/pricing-calculator/latest/userguide/
HOURS_PER_MONTH = 730

_REGIONS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Price:
    """USD per instance-hour, Linux, as a list stated it on `date` (ISO 8601).

    `flags` holds `delisted` (priced although the type is retired) and `order-of-magnitude`
    (a spot price that was true once somewhere: never a quote).
    """

    cloud: str
    region: str
    instance_type: str
    market: Market
    usd_hour: Decimal
    date: str
    source: tuple[str, ...]
    flags: tuple[str, ...]


def on_demand(instance_type: str, region: str, cloud: str = "aws") -> Price:
    """The on-demand list price of an instance type in a region; AWS types without an accelerator are priced too.

    Raises `NoPrice` naming the regions that have one, `UnknownName` for a type the catalog does not hold.
    """
    if cloud == "aws" and (instance_type,) in _machines():
        return _machine_price(instance_type, region)
    return _price("on_demand", instance_type, region, cloud)


def spot_magnitude(instance_type: str, region: str, cloud: str = "gcp") -> Price:
    """What spot cost once, where a source states it: good for an order of magnitude, not for an estimate.

    Raises `NoPrice` and `UnknownName` as `on_demand` does.
    """
    return _price("spot", instance_type, region, cloud)


def priced_regions(instance_type: str, cloud: str = "aws") -> tuple[str, ...]:
    """The regions whose on-demand price of a type is known. Raises `UnknownName`."""
    instance(instance_type, cloud)
    return tuple(row["region"] for row in _priced("on_demand", instance_type, cloud))


def _price(market: Market, instance_type: str, region: str, cloud: str) -> Price:
    row = _by_place(market).get((cloud, instance_type, region))
    if row is None:
        raise NoPrice(_missing(market, instance_type, region, cloud))
    return _typed(market, row)


def _typed(market: Market, row: Row) -> Price:
    return Price(
        cloud=row["cloud"],
        region=row["region"],
        instance_type=row["instance_type"],
        market=market,
        usd_hour=Decimal(row[f"{market}_usd_hour"]),
        date=row["date"],
        source=tuple(row["source"]),
        flags=tuple(row["flags"]),
    )


def _machine_price(instance_type: str, region: str) -> Price:
    """The price of an EC2 type without an accelerator."""
    listed = _machines()[(instance_type,)]
    for row in listed:
        if row["region"] == region:
            return _typed("on_demand", row)
    kind = f"an on-demand price of aws {instance_type!r}"
    raise NoPrice(f"no source states {kind} in {region!r}; it is known in {_listed([row['region'] for row in listed])}")


def _machines() -> Mapping[tuple[str, ...], Sequence[Row]]:
    return grouped("services", "machines", "instance_type")


def _by_place(market: Market) -> Mapping[tuple[str, ...], Row]:
    return index("prices", market, "cloud", "instance_type", "region")


def _priced(market: Market, instance_type: str, cloud: str) -> Sequence[Row]:
    return grouped("prices", market, "cloud", "instance_type").get((cloud, instance_type), ())


def _missing(market: Market, instance_type: str, region: str, cloud: str) -> str:
    if instance_type.startswith("ml."):
        return f"SageMaker's {instance_type!r} is not on EC2's price list; `catalog.sagemaker` has its own prices"
    if cloud == "aws" and instance_type not in {shape.name for shape in instances(cloud)}:
        machines = [row["instance_type"] for row in rows("services", "machines")]
        raise unknown("aws instance type", instance_type, [*(shape.name for shape in instances(cloud)), *machines])
    name = "an on-demand" if market == "on_demand" else "a spot"
    kind = f"{name} price of {cloud} {_described(instance(instance_type, cloud))}"
    regions = [row["region"] for row in _priced(market, instance_type, cloud)]
    if not regions:
        return f"no source states {kind} in any region; state it as an assumption"
    return f"no source states {kind} in {region!r}; it is known in {_listed(regions)}"


def _described(shape: InstanceType) -> str:
    return f"{shape.instance_type!r}" + (" (retired)" if shape.status == "retired" else "")


def _listed(regions: Sequence[str]) -> str:
    shown = ", ".join(regions[:_REGIONS_SHOWN])
    hidden = len(regions) - _REGIONS_SHOWN
    return f"{shown} and {hidden} more" if hidden > 0 else shown
