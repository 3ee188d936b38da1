"""Budgets as AWS would be asked for them, against botocore's model of CreateBudget."""

from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicost_iac import AutoAdjust, BudgetLadder, BudgetScope, Resource, Rung
from tests.examples import examples
from tests.governance.apps import random_stack
from tests.governance.requests import create_budget, violations
from tests.governance.stacks import EMAILS, STOPPING, fleet, ladder, stack

LADDERS = {
    "planned": ladder(limit={f"2027-{month:02}": 100 * month for month in range(1, 13)}),
    "quarters": ladder(limit=dict.fromkeys(["2027-04", "2027-07", "2027-10", "2028-01"], 10), period="quarterly"),
    "adjusted": ladder(limit=AutoAdjust(periods=60), period="daily"),
    "cents": ladder(limit=Decimal("0.01"), rungs=[Rung(percent=0.5, emails=EMAILS)]),
    "ten rungs, ten addresses": ladder(
        rungs=[Rung(percent=10 * n, emails=[f"{i}@example.com" for i in range(10)], topic=True) for n in range(1, 11)]
    ),
    "everything": ladder(scope=BudgetScope()),
    "stopping": ladder(rungs=STOPPING),
    "all dimensions": ladder(
        scope=BudgetScope(
            tags={"team": "vision", "workload_type": "training"},
            services=["ec2", "sagemaker", "bedrock"],
            accounts=["123456789012"],
            instance_types=["p5.48xlarge"],
            cost_categories={"Team": ["Vision & more"]},
        )
    ),
}


def budgets(made: BudgetLadder, version: str) -> list[Resource]:
    return list(stack(made, fleet(), provider_version=version).plan().of_type("aws_budgets_budget"))


@pytest.mark.parametrize("version", [">= 5.100, < 7", ">= 6.62, < 7"])
@pytest.mark.parametrize("name", LADDERS)
def test_aws_takes_the_budgets(name: str, version: str) -> None:
    found = budgets(LADDERS[name], version)
    assert found
    assert [violation for budget in found for violation in violations(create_budget(budget))] == []


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False))
def test_aws_takes_any_ladders_budgets(random: Random) -> None:
    for budget in random_stack(random).plan().of_type("aws_budgets_budget"):
        assert violations(create_budget(budget)) == []


def test_aws_takes_the_examples_budgets() -> None:
    found = [
        budget
        for declared in examples()["budget_ladder"].stacks
        for budget in declared.plan().of_type("aws_budgets_budget")
    ]
    assert len(found) == 3
    assert [violation for budget in found for violation in violations(create_budget(budget))] == []


@pytest.mark.parametrize(
    ("change", "violation"),
    [
        ({"name": "a:b"}, "BudgetName"),
        ({"name": "a" * 101}, "BudgetName"),
        ({"limit_amount": "50,000"}, "Amount"),
        ({"time_unit": "WEEKLY"}, "TimeUnit"),
    ],
)
def test_the_check_itself_refuses(change: dict[str, Any], violation: str) -> None:
    [budget] = budgets(ladder(untagged=None), ">= 5.100, < 7")
    found = violations(create_budget(Resource(budget.type, budget.name, {**budget.body, **change})))
    assert any(violation in each for each in found)
