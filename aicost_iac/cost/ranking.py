"""Machines with accelerators by what they cost for what they have; what speaks against one as a fallback."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from aicost_iac import catalog
from aicost_iac.catalog import Accelerator, InstanceType
from aicost_iac.catalog.quotas import QuotaMarket
from aicost_iac.cost.amounts import unit_price
from aicost_iac.cost.prices import Prices, Quote
from aicost_iac.errors import CatalogError

By = Literal["gpu-hour", "memory"]


@dataclass(frozen=True, slots=True)
class Flag:
    """One thing that speaks against a machine. `code` is for programs, `text` for people."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A machine, its on-demand price in a region (None: no source states one), and what speaks against it."""

    machine: InstanceType
    chip: Accelerator
    region: str
    quote: Quote | None
    flags: tuple[Flag, ...] = ()
    spot: Quote | None = None
    """A spot price somebody stands for, given or cached; of AWS's machines."""

    @property
    def name(self) -> str:
        return self.machine.instance_type

    @property
    def usd_gpu_hour(self) -> Decimal | None:
        """USD for an hour of one accelerator; of a share of one, as if it were whole."""
        count = Decimal(str(self.machine.accelerator_count * self.machine.accelerator_share))
        return None if self.quote is None else unit_price(self.quote.usd_hour, count)

    @property
    def usd_gib_hour(self) -> Decimal | None:
        """USD for an hour of one GiB of accelerator memory."""
        gib = Decimal(str(self.machine.total_accelerator_memory_gib))
        return None if self.quote is None else unit_price(self.quote.usd_hour, gib)


def candidates(
    names: Iterable[str] | None = None,
    *,
    primary: str | None = None,
    region: str = "us-east-1",
    cloud: str = "aws",
    by: By = "gpu-hour",
    exhausted: QuotaMarket | None = None,
    prices: Prices | None = None,
) -> tuple[Candidate, ...]:
    """Machines of a cloud, the cheapest first: `by` USD per GPU-hour, or per GiB of accelerator memory.

    Without `names`, all that are not retired. With a `primary`, each is flagged with what makes it a poor fallback:
    `dearer`, `less-memory`, `no-bf16`, `no-efa`, `other-architecture`, `retired`, `same-quota` (of the `exhausted`
    market) and `no-price`. What has no price comes last. Raises `UnknownName` for a machine the catalog does not hold.
    """
    listed = [catalog.instance(name, cloud) for name in names] if names is not None else _current(cloud)
    made = [_candidate(each, region, prices or Prices()) for each in dict.fromkeys(listed)]
    if primary is not None:
        first = _candidate(catalog.instance(primary, cloud), region, prices or Prices())
        made = [_judged(each, first, exhausted) for each in made]
    return tuple(sorted(made, key=lambda each: _rank(each, by)))


def _current(cloud: str) -> list[InstanceType]:
    return [each for each in catalog.instances(cloud) if each.status == "current"]


def _candidate(machine: InstanceType, region: str, prices: Prices) -> Candidate:
    quote = _quote(machine, region, prices)
    flags = () if machine.status == "current" else (Flag("retired", f"retired: last seen {machine.date}"),)
    spot = prices.spot_of(machine.instance_type, region, None, quote) if quote and machine.cloud == "aws" else None
    return Candidate(machine, catalog.accelerator(machine.accelerator), region, quote, flags, spot)


def _quote(machine: InstanceType, region: str, prices: Prices) -> Quote | None:
    if machine.cloud == "aws":
        found = prices.instance(machine.instance_type, region)
        return found if isinstance(found, Quote) else None
    try:
        listed = catalog.on_demand(machine.instance_type, region, machine.cloud)
    except CatalogError:
        return None
    return Quote(listed.usd_hour, listed.date, source=" ".join(listed.source))


def _rank(each: Candidate, by: By) -> tuple[bool, Decimal, str]:
    usd = each.usd_gpu_hour if by == "gpu-hour" else each.usd_gib_hour
    return usd is None, usd or Decimal(0), each.name


def _judged(each: Candidate, primary: Candidate, exhausted: QuotaMarket | None) -> Candidate:
    if each.machine == primary.machine:
        return each
    found = (*each.flags, *_against(each, primary), *_quota(each, primary, exhausted))
    return replace(each, flags=found)


def _against(each: Candidate, primary: Candidate) -> Iterator[Flag]:
    """What it costs more, and what it lacks, beside the primary."""
    mine, theirs = each.machine, primary.machine
    usd, limit = each.usd_gpu_hour, primary.usd_gpu_hour
    if usd is None:
        yield Flag("no-price", f"no price is known in {each.region}")
    elif limit is not None and usd > limit:
        yield Flag("dearer", f"${usd:.4f} per GPU-hour, above ${limit:.4f} of {primary.name}")
    if mine.accelerator_memory_gib < theirs.accelerator_memory_gib:
        has, wanted = mine.accelerator_memory_gib, theirs.accelerator_memory_gib
        yield Flag("less-memory", f"{has:g} GiB per GPU, below {wanted:g}")
    if primary.chip.bf16 and each.chip.bf16 is False:
        yield Flag("no-bf16", f"{each.chip.name} has no bf16 (compute capability {each.chip.compute_capability})")
    if theirs.efa and not mine.efa:
        yield Flag("no-efa", "has no EFA")
    if mine.arch != theirs.arch:
        yield Flag("other-architecture", f"is {mine.arch}, {primary.name} is {theirs.arch}")


def _quota(each: Candidate, primary: Candidate, exhausted: QuotaMarket | None) -> Iterator[Flag]:
    """Whether both count against the quota that has run out. https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html"""
    if exhausted is None or each.machine.cloud != "aws":
        return
    try:
        mine, theirs = catalog.quota(each.name, exhausted), catalog.quota(primary.name, exhausted)
    except CatalogError:
        return
    if mine.code == theirs.code:
        yield Flag("same-quota", f"counts against the same quota: {mine.name} ({mine.code})")
