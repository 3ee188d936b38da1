"""What could burn: the worst case of what a filter covers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from aicost_iac.cost.amounts import ZERO, monthly
from aicost_iac.cost.estimates import Item, Unpriced
from aicost_iac.cost.estimating import estimate
from aicost_iac.cost.prices import Prices
from aicost_iac.cost.spending import tags_of
from aicost_iac.plan import Node, Plan

__all__ = ["Exposure", "tags_of", "worst_case"]


@dataclass(frozen=True, slots=True)
class Exposure:
    """What covered nodes cost together at their ceilings. `unpriced` are covered too: the sum is short by them."""

    items: tuple[Item, ...]
    unpriced: tuple[Unpriced, ...]

    @property
    def usd_hour(self) -> Decimal:
        """USD an hour, everything at its most at once."""
        return sum((item.ceiling_hour for item in self.items), ZERO)

    @property
    def usd_month(self) -> Decimal:
        """USD in a month of 730 such hours, in cents."""
        return monthly(self.usd_hour)

    def burnt(self, hours: Decimal | int) -> Decimal:
        """USD in so many such hours: what is gone before a mail that comes so late."""
        return self.usd_hour * hours


def worst_case(
    plan: Plan,
    region: str = "us-east-1",
    covers: Callable[[Node], bool] | None = None,
    *,
    prices: Prices | None = None,
    aliases: Mapping[str, str] | None = None,
) -> Exposure:
    """The worst case of what `covers` says yes to; of everything by default.

    `covers` is asked with each node that spends; `tags_of(node, default_tags, plan)` says by which tags a bill sees
    it. Volumes count with the instances they belong to.
    """
    made = estimate(plan, region=region, prices=prices, aliases=aliases)
    covered = {node.address for node in plan.nodes if covers is None or covers(node)}
    return Exposure(
        tuple(item for item in made.items if item.address in covered),
        tuple(each for each in made.unpriced if each.address in covered),
    )
