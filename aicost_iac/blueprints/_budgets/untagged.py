"""The catch-all: a budget over spend that carries no value of the ladder's key."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from aicost_iac.expr import Text
from aicost_iac.plan import Resource
from aicost_iac.terraform import budgets, cost_explorer, spend
from aicost_iac.terraform.budgets import Threshold
from aicost_iac.terraform.spend import Filter
from aicost_iac.terraform.tagging import Tags

if TYPE_CHECKING:
    from aicost_iac.blueprints.budget_ladder import BudgetLadder

_RUNGS = (50, 100)


def catch_all(
    ladder: BudgetLadder, main: Resource, topic: Text | None, *, combine: bool, tags: Tags
) -> Iterator[Resource]:
    """A cost category that calls it `untagged`, and the budget over that value. `main` is the ladder's own budget."""
    wanted = ladder.untagged
    if wanted is None or not ladder.scope.tags:
        return
    key = next(iter(ladder.scope.tag_values))
    name = f"{ladder.name}-untagged"
    category = cost_explorer.inherited_category(ladder.named("untagged_category"), name, key, tags)
    yield category
    emails = wanted.emails or ladder.audience
    notifications = [
        budgets.notification(Threshold("ACTUAL", Decimal(percent), True), emails, topic) for percent in _RUNGS
    ]
    covers = spend.filtered([Filter("CostCategory", (cost_explorer.UNTAGGED,), name)], combine=combine)
    made = budgets.budget(
        ladder.named("untagged"),
        name,
        cast("budgets.TimeUnit", ladder.period.upper()),
        _limit(ladder, main) if wanted.limit is None else budgets.fixed(wanted.limit),
        covers,
        notifications,
        tags,
    )
    yield Resource(made.type, made.name, {**made.body, "depends_on": [category.address]})


def _limit(ladder: BudgetLadder, main: Resource) -> dict[str, Any]:
    """A tenth of the ladder's; where AWS sets that, it sets this too."""
    if "auto_adjust_data" in main.body:
        return {"auto_adjust_data": main.body["auto_adjust_data"]}
    planned = main.body.get("planned_limit", ())
    amounts = [Decimal(each["amount"]) for each in planned] or [Decimal(main.body["limit_amount"])]
    return budgets.fixed(min(amounts) / 10)
