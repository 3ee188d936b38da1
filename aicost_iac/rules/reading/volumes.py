"""The volumes instances start with."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.catalog import services
from aicost_iac.errors import CatalogError
from aicost_iac.rules.findings import Cost
from aicost_iac.rules.reading import prices
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.world import Facts

# What EC2 makes where no type is written: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EbsBlockDevice.html
_DEFAULT = "gp2"


def month(holder: Block, facts: Facts) -> Cost | None:
    """What the volumes of one instance cost in a month, their IOPS aside; None where a size or a price is unknown.

    `holder` is a launch specification or a launch template.
    """
    costs = [_month(each, facts) for each in _volumes(holder)]
    known = [each for each in costs if each is not None]
    return prices.together(known) if len(known) == len(costs) else None


def _volumes(holder: Block) -> Iterator[Block]:
    yield from holder.blocks("root_block_device")
    yield from holder.blocks("ebs_block_device")
    for mapping in holder.blocks("block_device_mappings"):
        yield from mapping.blocks("ebs")


def _month(volume: Block, facts: Facts) -> Cost | None:
    kind = _DEFAULT if volume.absent("volume_type") else volume.text("volume_type")
    gib = volume.number("volume_size")
    try:
        rate = services.rate(f"ebs-{kind}", facts.region or prices.REGION)
    except CatalogError:
        return None
    return None if gib is None else Cost(prices.cents(rate.usd * round(gib)), rate.date)
