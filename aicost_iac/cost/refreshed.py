"""What a refresh changes, for a person to review before it is written."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac import catalog
from aicost_iac.cost.cache import Cache, Size
from aicost_iac.cost.given import Given
from aicost_iac.errors import CatalogError


def differences(old: Cache, new: Cache) -> Iterator[str]:
    """A line for each entry that is new or another one, against the cache, else against the catalog."""
    cached = {each.key: each for each in old.prices}
    for price in new.prices:
        before = cached.get(price.key) or _listed(price)
        if before is None or before.usd_hour != price.usd_hour:
            yield _price(before, price)
    sizes = {each.instance_type: each for each in old.sizes}
    for size in new.sizes:
        known = sizes.get(size.instance_type) or _size(size.instance_type)
        if known is None or _figures(known) != _figures(size):
            yield f"{'+' if known is None else '~'} {size.instance_type}: {_change(known, size)}"
    scores = {each.key: each.score for each in old.scores}
    for score in new.scores:
        if (was := scores.get(score.key)) != score.score:
            where = " ".join(part for part in (score.region, score.zone_id) if part)
            mark, earlier = ("+", "") if was is None else ("~", f"{was} -> ")
            yield f"{mark} spot placement in {where}: {earlier}{score.score} of 10 for {score.target} instances"


def _price(before: Given | None, after: Given) -> str:
    where = f"{after.instance_type} {after.region} {after.market}"
    if before is None:
        return f"+ {where}: {after.usd_hour:f} USD an hour"
    percent = (after.usd_hour / before.usd_hour - 1) * 100
    return f"~ {where}: {before.usd_hour:f} -> {after.usd_hour:f} USD an hour ({percent:+.1f} %, was of {before.as_of})"


def _listed(price: Given) -> Given | None:
    """What the catalog lists for the same thing; spot is never listed."""
    if price.market == "spot":
        return None
    try:
        if price.instance_type.startswith("ml."):
            rate = catalog.sagemaker(price.instance_type, price.region)
            return None if rate.derived else Given(*price.key, rate.usd, rate.date)
        listed = catalog.on_demand(price.instance_type, price.region)
    except CatalogError:
        return None
    return Given(*price.key, listed.usd_hour, listed.date)


def _size(name: str) -> Size | None:
    try:
        machine = catalog.machine(name)
    except CatalogError:
        return None
    return Size(name, machine.vcpus, machine.memory_gib, machine.accelerators, "")


def _figures(size: Size) -> tuple[int, float, int]:
    return size.vcpus, size.memory_gib, size.accelerators


def _change(known: Size | None, size: Size) -> str:
    now = f"{size.vcpus} vCPU, {size.memory_gib:g} GiB, {size.accelerators} accelerators"
    return now if known is None else f"{known.vcpus} vCPU, {known.memory_gib:g} GiB, {known.accelerators} -> {now}"
