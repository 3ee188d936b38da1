"""Which vCPU quota an EC2 instance counts against, by market.

https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from aicost_iac.catalog.instance_types import instance
from aicost_iac.catalog.tables import Row, rows
from aicost_iac.errors import CatalogError, UnknownName

QuotaMarket = Literal["spot", "on-demand"]

_MARKETS: tuple[QuotaMarket, ...] = ("on-demand", "spot")


@dataclass(frozen=True, slots=True)
class Quota:
    """One quota of Service Quotas' `ec2`, counted in vCPUs per region.

    `default_vcpus` is the documented default; an account's own differs with its history: tell, do not refuse.
    """

    code: str
    name: str
    market: QuotaMarket
    families: tuple[str, ...]
    default_vcpus: int
    source: tuple[str, ...]
    date: str
    note: str


def quota(instance_type: str, market: QuotaMarket = "on-demand") -> Quota:
    """The quota an EC2 type counts against.

    Raises `UnknownName` for the type or the market, `CatalogError` where no source names the quota.
    """
    if market not in _MARKETS:
        raise UnknownName("market", market, _MARKETS)
    family = instance(instance_type).family
    for row in rows("quotas", "quotas"):
        if row["market"] == market and family in row["families"]:
            return _typed(row)
    raise CatalogError(
        f"no source states which {market} quota {instance_type!r} counts against; look it up with "
        f"`aws service-quotas list-service-quotas --service-code ec2`"
    )


def _typed(row: Row) -> Quota:
    return Quota(**{**row, "families": tuple(row["families"]), "source": tuple(row["source"])})
