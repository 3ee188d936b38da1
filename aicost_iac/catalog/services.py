"""Prices of what stands around an accelerator: SageMaker's `ml.` types, cache nodes, storage, network, control planes.

Each row names its source and its day; what no source states is `NoPrice`, never zero and never another service's price.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from aicost_iac.catalog.pricing import Price, on_demand
from aicost_iac.catalog.tables import Row, index, rows, unknown
from aicost_iac.errors import NoPrice, UnknownName

# The letters that a family's name begins with: what kind of machine it is.
_CATEGORY = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class Rate:
    """USD per `unit` (such as `GiB-month` or `hour`) in a region, as a source stated it on `date` (ISO 8601).

    `derived` says how the figure follows from other prices; it is empty where a source states it.
    """

    name: str
    region: str
    usd: Decimal
    unit: str
    date: str
    source: tuple[str, ...]
    derived: str = ""


def sagemaker(instance_type: str, region: str) -> Rate:
    """The hourly price of a SageMaker instance, listed or derived from EC2's.

    SageMaker asks a premium above EC2's price that depends on the kind of machine, the same for every listed type of a
    kind; a derived price says so. Raises `NoPrice` where not even EC2's price is known, and `UnknownName`.
    """
    row = index("services", "sagemaker", "instance_type", "region").get((instance_type, region))
    return _derived(instance_type, region) if row is None else _rate(instance_type, row, row["usd_hour"], "hour")


def cache_node(node_type: str, engine: str, region: str) -> Rate:
    """The hourly price of an ElastiCache node; `engine` is `redis`, `valkey` or `memcached`. Raises `NoPrice`."""
    listed = {"memcached": "redis"}.get(engine, engine)
    row = index("services", "elasticache", "engine", "node_type", "region").get((listed, node_type, region))
    if row is None:
        known = [each for each in rows("services", "elasticache") if each["node_type"] == node_type]
        known = [each for each in known if each["engine"] == listed]
        raise NoPrice(_missing(f"ElastiCache's {node_type!r} with {engine}", region, known))
    return _rate(node_type, row, row["usd_hour"], "hour")


def rate(name: str, region: str) -> Rate:
    """A rate such as `"ebs-gp3"` or `"nat-gateway-hour"`. Raises `NoPrice` for a region, `UnknownName` for a name."""
    row = index("services", "rates", "name", "region").get((name, region))
    if row is None:
        known = [each for each in rows("services", "rates") if each["name"] == name]
        if not known:
            raise unknown("rate", name, rates())
        raise NoPrice(_missing(f"{name!r}", region, known))
    return _rate(name, row, row["usd"], row["unit"])


def rates() -> tuple[str, ...]:
    """The names `rate` knows."""
    return tuple(dict.fromkeys(row["name"] for row in rows("services", "rates")))


def _rate(name: str, row: Row, usd: str, unit: str) -> Rate:
    return Rate(name, row["region"], Decimal(usd), unit, row["date"], tuple(row["source"]))


def _missing(what: str, region: str, listed: Iterable[Row]) -> str:
    regions = sorted({row["region"] for row in listed})
    if not regions:
        return f"no source states a price of {what} in any region; state it as an assumption"
    return f"no source states a price of {what} in {region!r}; it is known in {', '.join(regions)}"


def _derived(instance_type: str, region: str) -> Rate:
    """EC2's price of the same machine times the premium of its kind."""
    name = instance_type.removeprefix("ml.")
    if name == instance_type:
        raise unknown("SageMaker instance type", instance_type, _ml_types())
    try:
        price = on_demand(name, region)
    except UnknownName:
        raise unknown("SageMaker instance type", instance_type, _ml_types()) from None
    except NoPrice:
        listed = [each for each in rows("services", "sagemaker") if each["instance_type"] == instance_type]
        raise NoPrice(_missing(f"SageMaker's {instance_type!r}", region, listed)) from None
    return _with_premium(instance_type, price)


def _with_premium(instance_type: str, price: Price) -> Rate:
    category, size = _CATEGORY.match(price.instance_type), price.instance_type.partition(".")[2]
    premiums = index("services", "sagemaker_premiums", "category", "size")
    found = premiums.get((category[0], size)) or premiums.get((category[0], "")) if category else None
    if found is None:
        raise NoPrice(_missing(f"SageMaker's {instance_type!r}", price.region, ()))
    how = f"EC2's {price.usd_hour} times {found['ratio']}"
    usd = price.usd_hour * Decimal(found["ratio"])
    source = tuple(dict.fromkeys((*price.source, *found["source"])))
    return Rate(instance_type, price.region, usd, "hour", min(price.date, found["date"]), source, how)


def _ml_types() -> list[str]:
    return sorted({row["instance_type"] for row in rows("services", "sagemaker")})
