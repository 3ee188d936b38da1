"""Prices of what stands around an accelerator: SageMaker's `ml.` types, cache nodes, storage, network, control planes.

Each row names its source and its day; what no source states is `NoPrice`, never zero and never another service's price.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from aicost_iac.catalog.tables import Row, index, rows, unknown
from aicost_iac.errors import NoPrice


@dataclass(frozen=True, slots=True)
class Rate:
    """USD per `unit` (such as `GiB-month` or `hour`) in a region, as a source stated it on `date` (ISO 8601)."""

    name: str
    region: str
    usd: Decimal
    unit: str
    date: str
    source: tuple[str, ...]


def sagemaker(instance_type: str, region: str) -> Rate:
    """The hourly price of a SageMaker instance. Raises `NoPrice`, naming the regions that have one, and `UnknownName`."""
    row = index("services", "sagemaker", "instance_type", "region").get((instance_type, region))
    if row is None:
        listed = [each for each in rows("services", "sagemaker") if each["instance_type"] == instance_type]
        raise NoPrice(_missing(f"SageMaker's {instance_type!r}", region, listed) + _other_price(instance_type))
    return _rate(instance_type, row, row["usd_hour"], "hour")


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
    """A rate such as `"ebs-gp3"` or `"nat-gateway-hour"`. Raises `NoPrice` for the region, `UnknownName` for the name."""
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


def _other_price(instance_type: str) -> str:
    """EC2's price of the same machine is lower, and by how much differs between types."""
    return f" (EC2's price of {instance_type.removeprefix('ml.')!r} is another one)"
