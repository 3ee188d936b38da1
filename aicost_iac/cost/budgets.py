"""Budgets against what they cover: at its worst, as expected, and before they can speak."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from aicost_iac.cost.amounts import Range, total
from aicost_iac.cost.estimates import Estimate
from aicost_iac.cost.filters import BUDGET, Budget, budget
from aicost_iac.cost.site import Root
from aicost_iac.rules.world import Subject
from aicost_iac.terraform.budgets import REFRESH_HOURS


@dataclass(frozen=True)
class Covered:
    """A budget and the money it is about. `covers` counts the nodes that cost money, `unpriced` those nobody priced."""

    budget: Budget
    hour: Range
    covers: int
    unpriced: int

    @property
    def address(self) -> str:
        return self.budget.subject.node.address

    @property
    def stack(self) -> str:
        return self.budget.subject.root

    @property
    def worst(self) -> Decimal:
        """USD of a period of the budget, everything at its most all the time."""
        return self.hour.ceiling * self.budget.hours

    @property
    def expected(self) -> Decimal:
        """USD of a period, as expected."""
        return self.hour.expected * self.budget.hours

    @property
    def burnt(self) -> Decimal:
        """USD that can be gone before AWS looks at the bill again."""
        return self.hour.ceiling * REFRESH_HOURS

    @property
    def exceeded(self) -> bool:
        """Whether the worst case is certainly above the limit: not where a filter is not read, or no limit known."""
        return self.judged and self.worst > (self.budget.limit or 0)

    @property
    def judged(self) -> bool:
        """Whether what it covers and its limit are both known."""
        return self.budget.limit is not None and not self.budget.unread


def covered(roots: Iterable[Root], estimate: Estimate) -> tuple[Covered, ...]:
    """Every budget of these roots, with what it covers in all of them."""
    listed = list(roots)
    subjects = [Subject(node, root.name) for root in listed for node in root.nodes]
    found = [made for each in subjects if each.kind == BUDGET and (made := budget(each)) is not None]
    return tuple(_covered(each, {root.name: root for root in listed}, estimate) for each in found)


def _covered(one: Budget, roots: Mapping[str, Root], estimate: Estimate) -> Covered:
    def is_of(stack: str, address: str) -> bool:
        root = roots[stack]
        return one.covers(root.by_address[address], root)

    items = [item for item in estimate.items if is_of(item.stack, item.address)]
    unpriced = {(each.stack, each.address) for each in estimate.unpriced if is_of(each.stack, each.address)}
    return Covered(one, total(item.hour for item in items), len(items), len(unpriced))
