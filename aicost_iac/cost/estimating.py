"""From a plan to an estimate: every node is priced, free, or listed with the reason why it has no price."""

from __future__ import annotations

import pkgutil
import traceback
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module

from aicost_iac.cost import pricers
from aicost_iac.cost.assumptions import assumptions
from aicost_iac.cost.estimates import Estimate, Item, Part, Unpriced
from aicost_iac.cost.free import without_price
from aicost_iac.cost.prices import Missing, Prices
from aicost_iac.cost.site import PRICERS, Charged, Root, Site
from aicost_iac.plan import Plan, Resource
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.world import Subject

_META = frozenset({"count", "for_each"})


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
    included: list[Unpriced] = []
    for subject in site.world.subjects:
        charged = tuple(_charged(subject, site))
        if parts := tuple(each for each in charged if isinstance(each, Part)):
            items.append(_item(subject, parts, site))
        for each in dict.fromkeys(each for each in charged if not isinstance(each, Part)):
            if isinstance(each, Missing):
                unpriced.append(_told(subject, each.reason))
            else:
                included.append(_told(subject, each.where))
    return Estimate(tuple(items), tuple(unpriced), tuple(included))


def _item(subject: Subject, parts: tuple[Part, ...], site: Site) -> Item:
    node = subject.node
    return Item(node.address, node.origin, parts, tuple(assumptions(node)), subject.root, site.region_of(subject))


def _told(subject: Subject, reason: str) -> Unpriced:
    return Unpriced(subject.node.address, reason, subject.node.origin, subject.root)


@cache
def _load_pricers() -> None:
    for module in pkgutil.iter_modules(pricers.__path__):
        import_module(f"{pricers.__name__}.{module.name}")


def _charged(subject: Subject, site: Site) -> Charged:
    """What a node is charged, as often as Terraform makes it."""
    pricer = PRICERS.get(subject.kind)
    if pricer is None:
        unknown = without_price(subject.kind)
        yield from () if unknown is None else (unknown,)
        return
    count, missing = _count(subject)
    yield from missing
    try:
        for each in pricer(subject, site) if count else ():
            yield each.times(count) if isinstance(each, Part) and count != 1 else each
    except Exception as error:
        # Anybody's file may hold what no one thought of: it has no price then, and the others have theirs.
        yield _crashed(error)


def _crashed(error: Exception) -> Missing:
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{last.filename.rpartition('/')[2]}:{last.lineno}"
    return Missing(f"made the estimate crash: report it ({type(error).__name__}: {error}, {place})")


def _count(subject: Subject) -> tuple[int, tuple[Missing, ...]]:
    """How many instances `count` and `for_each` make of a Terraform resource: one where only Terraform knows.

    https://developer.hashicorp.com/terraform/language/meta-arguments/count
    """
    if not isinstance(subject.node, Resource):
        return 1, ()
    for key in _META & subject.body.keys():
        body = Block(subject.body)
        written = body.get(key)
        size = body.whole(key) if key == "count" else len(written) if isinstance(written, dict | list) else None
        if size is None:
            return 1, (Missing(f"{key} is known only to Terraform: one is priced"),)
        if size < 0:
            return 1, (Missing(f"{key} is {size}, which Terraform refuses: one is priced"),)
        return size, ()
    return 1, ()
