"""Budgets that combine dimensions need a newer provider than the one that is run here; its bindings have its schema."""

from typing import Any

import pytest

from aicost_iac import BudgetScope, SlackChannel
from aicost_iac.terraform.document import render
from tests.environments import newest_wheel
from tests.governance.stacks import fleet, ladder, stack
from tests.provider6.assembly import Assembly
from tests.provider6.judge import problems

pytestmark = pytest.mark.heavy
SINGLE = BudgetScope(tags={"team": "vision"})
SEVERAL = BudgetScope(
    tags={"team": "vision", "workload_type": ["training"]},
    services=["ec2"],
    accounts=["123456789012"],
    instance_types=["p5.48xlarge"],
    cost_categories={"Team": ["Vision", "Speech"]},
)


@pytest.fixture(scope="module")
def assembly() -> Assembly:
    return Assembly(newest_wheel("cdktn-provider-aws"))


@pytest.mark.parametrize("scope", [SINGLE, SEVERAL], ids=["one", "several"])
def test_a_ladder_for_provider_6_is_what_it_takes(scope: BudgetScope, assembly: Assembly) -> None:
    slack = SlackChannel(workspace_id="T07EA123LEP", channel_id="C07EZ1ABC23")
    declared = stack(fleet(), ladder(scope=scope, slack=slack), provider_version=">= 6.62, < 7")
    plan = declared.plan()
    written: dict[str, Any] = render(plan)
    found = [
        problem
        for each in plan.resources
        if each.type.startswith("aws_")
        for problem in problems(assembly, each, written[each.mode][each.type][each.name])
    ]
    assert found == []
    assert "filter_expression" in written["resource"]["aws_budgets_budget"]["money_budget"]
