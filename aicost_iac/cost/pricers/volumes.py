"""EBS volumes: GiB, and what gp3, io1 and io2 charge beside them. https://aws.amazon.com/ebs/pricing/"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from aicost_iac.cost.estimates import Line, Part
from aicost_iac.cost.prices import Missing, Quote, rate
from aicost_iac.cost.site import Charged, Site, priced
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.world import Subject

# What a gp3 volume has without being asked: https://docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html
_GP3_IOPS, _GP3_THROUGHPUT = 3000, 125
_PROVISIONED = ("io1", "io2")


@dataclass(frozen=True, slots=True)
class Charge:
    """`units` of something that one volume, or one machine, pays for."""

    thing: str
    units: Decimal
    quote: Quote

    @property
    def usd_hour(self) -> Decimal:
        return self.units * self.quote.usd_hour

    def line(self, count: int) -> Line:
        """What `count` such volumes or machines pay."""
        return Line(count * self.units, self.thing, self.quote)


def charges(volume: Block, region: str, default_type: str) -> Iterator[Charge | Missing]:
    """What a block with `volume_size`, `volume_type`, `iops` and `throughput` (or `size`, `type`) costs."""
    kind = volume.text("volume_type") or volume.text("type") or default_type
    size = volume.whole("volume_size") or volume.whole("size")
    if not size:
        yield Missing("the size of a volume is not stated: volume_size prices it")
        return
    yield _charge(f"GiB of {kind}", size, f"ebs-{kind}", region)
    extra = [("IOPS", "iops", _GP3_IOPS), ("MiB/s", "throughput", _GP3_THROUGHPUT)] if kind == "gp3" else []
    for unit, key, included in extra or ([("IOPS", "iops", 0)] if kind in _PROVISIONED else []):
        if (asked := volume.whole(key) or 0) > included:
            yield _charge(f"{unit} of {kind}", asked - included, f"ebs-{kind}-{key}", region)


def _charge(thing: str, units: int, name: str, region: str) -> Charge | Missing:
    quote = rate(name, region)
    return quote if isinstance(quote, Missing) else Charge(thing, Decimal(units), quote)


@priced("aws_ebs_volume")
def ebs_volume(subject: Subject, site: Site) -> Charged:
    """A volume of its own: gp2 where nothing is said. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVolume.html"""
    for each in charges(Block(subject.body), site.region_of(subject), "gp2"):
        yield each if isinstance(each, Missing) else always("volume", each.line(1))


def always(what: str, line: Line, note: str = "") -> Part:
    """A part that costs the same in every case."""
    return Part(what, line, line, line, note)
