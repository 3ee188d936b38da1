"""What one thing costs, and who says so: the catalog's list, or a price that was given.

A spot price is only ever a given one: assumed in the plan, read from a file, or cached by `aicost catalog refresh`.
Nothing here asks the network or the clock: prices are an input, so the same input gives the same estimate.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Literal, TypeVar

from aicost_iac import catalog
from aicost_iac.cost.amounts import hourly
from aicost_iac.cost.assumptions import ON_DEMAND_PRICE, SPOT_PRICE
from aicost_iac.errors import CatalogError
from aicost_iac.plan import Assumption, Node

T = TypeVar("T")
Basis = Literal["list", "derived", "assumed", "given", "cached"]


@dataclass(frozen=True, slots=True)
class Quote:
    """USD for one hour of one thing.

    `basis`: `list` is a price list's, `derived` follows from one by a stated rule, `assumed` stands in the plan,
    `given` came with the request, `cached` was read from AWS on that day.
    """

    usd_hour: Decimal
    as_of: str
    """ISO date; empty where whoever gave it did not say."""
    basis: Basis = "list"
    source: str = ""
    """Source codes of the catalog, or what the author wrote."""
    usd_month: Decimal | None = None
    """The price as it is listed, where that is by the month."""


@dataclass(frozen=True, slots=True)
class Missing:
    """Something has no price, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Included:
    """Something is paid with another node, and with which."""

    where: str


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices besides the catalog's: keys are (instance type, region), an empty region stands for any."""

    spot: Mapping[tuple[str, str], Quote] = field(default_factory=dict)
    on_demand: Mapping[tuple[str, str], Quote] = field(default_factory=dict)
    """Newer than the catalog's list, or for a region it lacks; `ml.` types are SageMaker's."""

    def instance(self, instance_type: str, region: str, node: Node | None = None) -> Quote | Missing:
        """The on-demand price of an EC2 type, or of SageMaker's `ml.` type: the plan's own, a given one, the list's."""
        own = _assumed(node.assume, ON_DEMAND_PRICE, instance_type) if node and node.assume else None
        listed = _ml if instance_type.startswith("ml.") else _listed
        return own or _placed(self.on_demand, instance_type, region) or listed(instance_type, region)

    def spot_of(self, instance_type: str, region: str, node: Node | None, at_most: Quote) -> Quote | None:
        """A spot price somebody stands for: the plan's own assumption, else a given or cached one; else None.

        Nobody pays more than on demand: such a price counts as the on-demand one, `at_most`.
        https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-spot-instances.html
        """
        own = _assumed(node.assume, SPOT_PRICE, instance_type) if node and node.assume else None
        found = own or _placed(self.spot, instance_type, region)
        return at_most if found and found.usd_hour > at_most.usd_hour else found


def rate(name: str, region: str) -> Quote | Missing:
    """A rate of the catalog, such as `ebs-gp3`, for an hour; what is paid by the GiB, for one GiB in a month."""
    return _rate(name, region)


def cache_node(node_type: str, engine: str, region: str) -> Quote | Missing:
    """An hour of an ElastiCache node."""
    try:
        found = catalog.cache_node(node_type, engine, region)
    except CatalogError as error:
        return Missing(str(error))
    return Quote(found.usd, found.date, source=" ".join(found.source))


def divided(found: Iterable[T | Missing]) -> tuple[tuple[T, ...], tuple[Missing, ...]]:
    """What has a price, and what has none, each reason once."""
    listed = list(found)
    known = tuple(each for each in listed if not isinstance(each, Missing))
    return known, tuple(dict.fromkeys(each for each in listed if isinstance(each, Missing)))


def _placed(known: Mapping[tuple[str, str], Quote], instance_type: str, region: str) -> Quote | None:
    return (known.get((instance_type, region)) or known.get((instance_type, ""))) if known else None


def _assumed(made: Iterable[Assumption], name: str, instance_type: str) -> Quote | None:
    for each in made:
        if each.name == name and each.unit == instance_type:
            try:
                usd = Decimal(each.value)
            except InvalidOperation:
                return None
            return Quote(usd, each.as_of, "assumed", each.source) if usd.is_finite() and usd > 0 else None
    return None


# The catalog is data that never changes while a program runs.


@lru_cache(maxsize=4096)
def _listed(instance_type: str, region: str) -> Quote | Missing:
    try:
        found = catalog.on_demand(instance_type, region)
    except CatalogError as error:
        return Missing(str(error))
    return Quote(found.usd_hour, found.date, source=" ".join(found.source))


@lru_cache(maxsize=1024)
def _ml(instance_type: str, region: str) -> Quote | Missing:
    try:
        found = catalog.sagemaker(instance_type, region)
    except CatalogError as error:
        return Missing(str(error))
    basis: Basis = "derived" if found.derived else "list"
    return Quote(found.usd, found.date, basis, found.derived or " ".join(found.source))


@lru_cache(maxsize=256)
def _rate(name: str, region: str) -> Quote | Missing:
    try:
        found = catalog.rate(name, region)
    except CatalogError as error:
        return Missing(str(error))
    source = " ".join(found.source)
    if "hour" in found.unit:
        return Quote(found.usd, found.date, source=source)
    return Quote(hourly(found.usd), found.date, source=source, usd_month=found.usd)
