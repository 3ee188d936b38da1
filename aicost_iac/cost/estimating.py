"""From a plan to an estimate: every node is priced, free, or listed with the reason why it has no price."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import cache
from importlib import import_module

from aicost_iac.cost import pricers
from aicost_iac.cost.assumptions import assumptions
from aicost_iac.cost.estimates import Estimate, Item, Line, Part, Unpriced
from aicost_iac.cost.free import without_price
from aicost_iac.cost.prices import Missing, Prices
from aicost_iac.cost.site import PRICERS, Root, Site
from aicost_iac.plan import Plan
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.world import Subject


def estimate(
    plan: Plan,
    *,
    region: str = "us-east-1",
    prices: Prices | None = None,
    aliases: Mapping[str, str] | None = None,
) -> Estimate:
    """What a plan costs in a region, at list prices and the spot prices that are given.

    `aliases` maps aliases of the AWS provider to their regions. Pure: prices are an input, no clock, no network.
    """
    return estimate_roots([Root("", tuple(plan.nodes), region, aliases or {})], prices)


def estimate_roots(roots: Iterable[Root], prices: Prices | None = None) -> Estimate:
    """What several roots cost together: the stacks of an app, or what lies in some files."""
    _load_pricers()
    site = Site(tuple(roots), prices or Prices())
    items: list[Item] = []
    unpriced: list[Unpriced] = []
    for subject in site.world.subjects:
        node = subject.node
        parts, missing = _priced(subject, site)
        if parts:
            made = tuple(assumptions(node))
            items.append(Item(node.address, node.origin, parts, made, subject.root, site.region_of(subject)))
        unpriced += [Unpriced(node.address, each.reason, node.origin, subject.root) for each in missing]
    return Estimate(tuple(items), tuple(unpriced))


@cache
def _load_pricers() -> None:
    for module in pkgutil.iter_modules(pricers.__path__):
        import_module(f"{pricers.__name__}.{module.name}")


def _priced(subject: Subject, site: Site) -> tuple[tuple[Part, ...], tuple[Missing, ...]]:
    pricer = PRICERS.get(subject.kind)
    if pricer is None:
        unknown_kind = without_price(subject.kind)
        return (), () if unknown_kind is None else (unknown_kind,)
    count, unknown = _count(subject)
    found = [*unknown, *pricer(subject, site)] if count else []
    parts = tuple(_times(each, count) for each in found if isinstance(each, Part))
    return parts, tuple(dict.fromkeys(each for each in found if isinstance(each, Missing)))


def _count(subject: Subject) -> tuple[int, tuple[Missing, ...]]:
    """How many instances `count` and `for_each` make of a Terraform resource: one where only Terraform knows.

    https://developer.hashicorp.com/terraform/language/meta-arguments/count
    """
    body = Block(subject.body)
    for key in ("count", "for_each"):
        if subject.kind.islower() and not body.absent(key):
            written = body.get(key)
            size = body.whole(key) if key == "count" else len(written) if isinstance(written, dict | list) else None
            if size is None:
                return 1, (Missing(f"{key} is known only to Terraform: one is priced"),)
            return size, ()
    return 1, ()


def _times(part: Part, count: int) -> Part:
    if count == 1:
        return part
    floor, expected, ceiling = (_multiplied(line, count) for line in part.lines)
    return replace(part, floor=floor, expected=expected, ceiling=ceiling)


def _multiplied(line: Line, count: int) -> Line:
    return replace(line, count=line.count * Decimal(count))
