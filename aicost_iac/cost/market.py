"""What AWS itself says today: list prices, sizes of types, spot prices of the last days, placement scores.

Reads only. Permissions: pricing:GetProducts, ec2:DescribeInstanceTypes, ec2:DescribeSpotPriceHistory,
ec2:GetSpotPlacementScores.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import median
from typing import Any

from aicost_iac.cost.cache import Score, Size
from aicost_iac.cost.given import Given
from aicost_iac.errors import AicostError

SPOT_DAYS = 7
# The Price List API has three endpoints: https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-price-list-query-api.html
_PRICING_REGION = "us-east-1"
# DescribeInstanceTypes takes 100 names: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceTypes.html
_NAMES = 100
_EC2 = {
    "operatingSystem": "Linux",
    "tenancy": "Shared",
    "preInstalledSw": "NA",
    "capacitystatus": "Used",
    "operation": "RunInstances",
}
_HOSTING = {"component": "Hosting"}


class MarketError(AicostError):
    """AWS can not be asked, or refused."""


@dataclass(frozen=True)
class Market:
    """Clients of boto3 for one region, and the day of the answers."""

    region: str
    now: datetime
    pricing: Any
    ec2: Any

    @property
    def day(self) -> str:
        return self.now.date().isoformat()

    def on_demand(self, names: Sequence[str]) -> Iterator[Given]:
        """List prices by the Price List API; `ml.` types are SageMaker's."""
        for name in names:
            ml = name.startswith("ml.")
            own = {"instanceName": name, **_HOSTING} if ml else {"instanceType": name, **_EC2}
            wanted = {**own, "regionCode": self.region}
            filters = [{"Type": "TERM_MATCH", "Field": field, "Value": value} for field, value in wanted.items()]
            service = "AmazonSageMaker" if ml else "AmazonEC2"
            products = _pages(self.pricing, "get_products", "PriceList", ServiceCode=service, Filters=filters)
            amounts = {usd for product in products for usd in _hourly(product)}
            if len(amounts) > 1:
                raise MarketError(f"the price list has {len(amounts)} prices of {name} in {self.region}: {amounts}")
            yield from (Given(name, self.region, "on-demand", usd, self.day, "Price List API") for usd in amounts)

    def spot(self, names: Sequence[str]) -> Iterator[Given]:
        """The median of every price of the last days in every zone: what one pays depends on the zone."""
        found: dict[str, list[tuple[str, Decimal]]] = {}
        arguments = {
            "InstanceTypes": list(names),
            "ProductDescriptions": ["Linux/UNIX"],
            "StartTime": self.now - timedelta(days=SPOT_DAYS),
            "EndTime": self.now,
        }
        for each in _pages(self.ec2, "describe_spot_price_history", "SpotPriceHistory", **arguments):
            found.setdefault(each["InstanceType"], []).append((each["AvailabilityZone"], Decimal(each["SpotPrice"])))
        for name, seen in sorted(found.items()):
            zones = len({zone for zone, _ in seen})
            source = f"DescribeSpotPriceHistory, median of {SPOT_DAYS} days and {zones} zones"
            yield Given(name, self.region, "spot", Decimal(median(usd for _, usd in seen)), self.day, source)

    def sizes(self, names: Sequence[str]) -> Iterator[Size]:
        """What DescribeInstanceTypes says of types; one that the region does not have is left out."""
        for start in range(0, len(names), _NAMES):
            wanted = [{"Name": "instance-type", "Values": list(names[start : start + _NAMES])}]
            for each in _pages(self.ec2, "describe_instance_types", "InstanceTypes", Filters=wanted):
                memory = each["MemoryInfo"]["SizeInMiB"] / 1024
                yield Size(
                    each["InstanceType"], each["VCpuInfo"]["DefaultVCpus"], memory, _accelerators(each), self.day
                )

    def scores(self, names: Sequence[str], target: int) -> Iterator[Score]:
        """How likely the region gives so many spot instances of any of these types, zone by zone."""
        arguments = {"InstanceTypes": list(names), "TargetCapacity": target, "SingleAvailabilityZone": True,
                     "RegionNames": [self.region]}  # fmt: skip
        for each in _pages(self.ec2, "get_spot_placement_scores", "SpotPlacementScores", **arguments):
            zone = each.get("AvailabilityZoneId", "")
            yield Score(each["Region"], zone, tuple(names), target, each["Score"], self.day)


def market(region: str, now: datetime, profile: str | None = None) -> Market:
    """Clients by boto3's usual chain of credentials. Raises `MarketError` where boto3 or a region is missing."""
    try:
        import boto3
        from botocore.exceptions import BotoCoreError
    except ModuleNotFoundError as error:
        raise MarketError("boto3 is not installed: pip install 'aicost-iac[aws]'") from error
    try:
        session = boto3.Session(profile_name=profile)
        pricing = session.client("pricing", region_name=_PRICING_REGION)
        return Market(region, now, pricing, session.client("ec2", region_name=region))
    except BotoCoreError as error:
        raise MarketError(f"no client for AWS: {error}") from None


def _pages(client: Any, operation: str, key: str, **arguments: Any) -> Iterator[Any]:
    """The entries of every page."""
    from botocore.exceptions import BotoCoreError, ClientError

    action = client.meta.method_to_api_mapping[operation]
    try:
        for page in client.get_paginator(operation).paginate(**arguments):
            yield from page.get(key, ())
    except ClientError as error:
        details = error.response.get("Error", {})
        raise MarketError(f"{action}: {details.get('Message', '')} ({details.get('Code', '')})") from None
    except BotoCoreError as error:
        raise MarketError(f"{action}: {error}; credentials come from boto3's usual chain") from None


def _hourly(product: str | Mapping[str, Any]) -> Iterator[Decimal]:
    """The hourly on-demand prices of a product, in USD; what is free is a reservation's line, not a price."""
    data = json.loads(product) if isinstance(product, str) else product
    for term in data.get("terms", {}).get("OnDemand", {}).values():
        for dimension in term["priceDimensions"].values():
            usd = Decimal(dimension["pricePerUnit"].get("USD", "0"))
            if dimension["unit"].lower() in ("hrs", "hours") and usd > 0:
                yield usd.normalize()


def _accelerators(described: Mapping[str, Any]) -> int:
    """How many a type has. Some are listed as Neuron devices and as inference accelerators too.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceTypeInfo.html
    """
    kinds = (("GpuInfo", "Gpus"), ("NeuronInfo", "NeuronDevices"), ("InferenceAcceleratorInfo", "Accelerators"))
    counts = [sum(chip.get("Count", 0) for chip in described.get(info, {}).get(key, ())) for info, key in kinds]
    return int(max(counts))
