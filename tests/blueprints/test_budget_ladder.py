"""BudgetLadder: what it covers, says, does and watches."""

from decimal import Decimal
from typing import Any

import pytest

from aicost_iac import (
    AutoAdjust,
    BudgetLadder,
    BudgetScope,
    Context,
    CostTags,
    Plan,
    Ref,
    Resource,
    Rung,
    SlackChannel,
    UntaggedSpend,
    WorstCase,
    catalog,
)
from aicost_iac.cost.exposure import worst_case
from aicost_iac.terraform.budgets import BURN
from tests.governance.stacks import EMAILS, STOPPING, TAGS, fleet, ladder, made_by, one, stack, statements

COMBINES = ">= 6.62, < 7"
TWO_KEYS = BudgetScope(tags={"workload_type": ["training", "evaluation"], "team": "vision"}, services=["ec2"])


def heard(plan: Plan) -> list[tuple[str, float, str, list[str]]]:
    budget = one(plan, "aws_budgets_budget", "money_budget")
    return [
        (each["notification_type"], each["threshold"], each["threshold_type"], each["subscriber_email_addresses"])
        for each in budget["notification"]
    ]


def test_the_standard_ladder_tells_ever_more_people() -> None:
    standard = BudgetLadder.standard(
        "money", 50_000, team=["a@example.com"], leads=["b@example.com"], finance=["c@example.com"]
    )
    everybody = ["a@example.com", "b@example.com", "c@example.com"]
    assert heard(made_by(standard)) == [
        ("ACTUAL", 50, "PERCENTAGE", everybody[:1]),
        ("ACTUAL", 80, "PERCENTAGE", everybody[:2]),
        ("ACTUAL", 95, "PERCENTAGE", everybody),
        ("FORECASTED", 100, "PERCENTAGE", everybody),
    ]


def test_tags_are_written_as_billing_compares_them_and_gross() -> None:
    budget = one(made_by(ladder(untagged=None)), "aws_budgets_budget")
    assert budget["cost_filter"] == [{"name": "TagKeyValue", "values": ["user:workload-type$training"]}]
    assert budget["cost_types"] == [{"include_credit": False, "include_refund": False}]
    assert (budget["limit_amount"], budget["limit_unit"], budget["time_unit"]) == ("50000", "USD", "MONTHLY")


def test_several_keys_are_several_budgets_where_the_provider_can_not_combine_them() -> None:
    second = fleet("evaluation", tags=CostTags(workload_type="evaluation"))
    budgets = list(made_by(ladder(scope=TWO_KEYS, untagged=None), fleet(), second).of_type("aws_budgets_budget"))
    assert {budget.body["name"]: budget.body["cost_filter"] for budget in budgets} == {
        "money-services": [{"name": "Service", "values": ["Amazon Elastic Compute Cloud - Compute"]}],
        "money-tag-team": [{"name": "TagKeyValue", "values": ["user:team$vision"]}],
        "money-tag-workload-type": [
            {"name": "TagKeyValue", "values": ["user:workload-type$training", "user:workload-type$evaluation"]}
        ],
    }
    assert {budget.body["limit_amount"] for budget in budgets} == {"50000"}


def test_several_keys_are_one_expression_where_every_admitted_provider_has_it() -> None:
    second = fleet("evaluation", tags=CostTags(workload_type="evaluation"))
    plan = made_by(ladder(scope=TWO_KEYS, untagged=None), fleet(), second, provider_version=COMBINES)
    budget = one(plan, "aws_budgets_budget")
    assert budget["filter_expression"] == [
        {
            "and": [
                {"tags": [{"key": "team", "values": ["vision"]}]},
                {"tags": [{"key": "workload-type", "values": ["training", "evaluation"]}]},
                {"dimensions": [{"key": "SERVICE", "values": ["Amazon Elastic Compute Cloud - Compute"]}]},
                {"not": [{"dimensions": [{"key": "RECORD_TYPE", "values": ["Credit", "Refund"]}]}]},
            ]
        }
    ]
    assert budget["metrics"] == ["UnblendedCost"]
    assert not budget.keys() & {"cost_filter", "cost_types"}


@pytest.mark.parametrize("constraint", ["~> 6.0", ">= 6.33", "6.61.0", ">= 5.100, < 8"])
def test_an_expression_is_not_used_where_one_admitted_provider_lacks_it(constraint: str) -> None:
    budget = one(made_by(ladder(untagged=None), provider_version=constraint), "aws_budgets_budget")
    assert "cost_filter" in budget
    assert "filter_expression" not in budget


def test_every_dimension_has_its_name_in_both_ways() -> None:
    scope = BudgetScope(
        services=["sagemaker", "Amazon Athena"],
        accounts=["123456789012"],
        instance_types=["p5.48xlarge"],
        cost_categories={"Team": ["Vision", "Speech"]},
    )
    budgets = made_by(ladder(scope=scope)).of_type("aws_budgets_budget")
    filters = {block["name"]: block["values"] for budget in budgets for block in budget.body["cost_filter"]}
    assert filters == {
        "Service": ["Amazon SageMaker", "Amazon Athena"],
        "LinkedAccount": ["123456789012"],
        "InstanceType": ["p5.48xlarge"],
        "CostCategory": ["Team$Vision", "Team$Speech"],
    }
    expressed = one(made_by(ladder(scope=scope), provider_version=COMBINES), "aws_budgets_budget")
    assert expressed["filter_expression"][0]["and"][:4] == [
        {"dimensions": [{"key": "SERVICE", "values": ["Amazon SageMaker", "Amazon Athena"]}]},
        {"dimensions": [{"key": "LINKED_ACCOUNT", "values": ["123456789012"]}]},
        {"dimensions": [{"key": "INSTANCE_TYPE", "values": ["p5.48xlarge"]}]},
        {"cost_categories": [{"key": "Team", "values": ["Vision", "Speech"]}]},
    ]


def test_a_scope_of_nothing_covers_everything() -> None:
    budget = one(made_by(ladder(scope=BudgetScope())), "aws_budgets_budget")
    assert "cost_filter" not in budget
    expressed = one(made_by(ladder(scope=BudgetScope()), provider_version=COMBINES), "aws_budgets_budget")
    assert list(expressed["filter_expression"][0]) == ["not"]


def test_limits_of_every_kind() -> None:
    months = {f"2027-{month:02}": 1_000 + month for month in range(1, 13)}
    planned = one(made_by(ladder(limit=months, untagged=None)), "aws_budgets_budget")
    assert planned["time_period_start"] == "2027-01-01_00:00"
    assert planned["planned_limit"][11] == {"amount": "1012", "start_time": "2027-12-01_00:00", "unit": "USD"}
    assert not planned.keys() & {"limit_amount", "auto_adjust_data"}
    adjusted = one(made_by(ladder(limit=AutoAdjust(periods=6), untagged=None)), "aws_budgets_budget")
    assert adjusted["auto_adjust_data"] == [
        {"auto_adjust_type": "HISTORICAL", "historical_options": [{"budget_adjustment_period": 6}]}
    ]
    daily = one(made_by(ladder(limit=Decimal("99.50"), period="daily", untagged=None)), "aws_budgets_budget")
    assert (daily["limit_amount"], daily["time_unit"]) == ("99.50", "DAILY")


@pytest.mark.parametrize(
    ("period", "hours"), [("daily", 24), ("monthly", 730), ("quarterly", 2190), ("annually", 8760)]
)
def test_a_derived_limit_is_the_worst_case_of_what_is_covered_and_a_margin(period: Any, hours: int) -> None:
    other = fleet("service", instances=50, tags=CostTags(workload_type="inference"))
    derived = ladder(limit=WorstCase(margin_percent=20), period=period, untagged=None)
    budget = one(made_by(derived, fleet(), other), "aws_budgets_budget")
    p5 = catalog.on_demand("p5.48xlarge", "us-east-1").usd_hour
    volume = 200 * catalog.rate("ebs-gp3", "us-east-1").usd / 730
    # Four on spot, and as many on demand during a hand-over.
    exact = 8 * (p5 + volume) * hours * Decimal("1.2")
    assert abs(Decimal(budget["limit_amount"]) - exact) < 3 * hours / Decimal(1000) + 1


def test_what_burns_before_the_first_mail_stands_beside_the_budget() -> None:
    plan = stack(ladder(untagged=None), fleet()).plan()
    [budget] = plan.of_type("aws_budgets_budget")
    [burn] = [each for each in budget.assume if each.name == BURN]
    only_fleet = Plan(tuple(r for r in plan.resources if r.origin.startswith("SpotTraining")))
    assert Decimal(burn.value) == round(worst_case(only_fleet, "us-east-1").burnt(12), 2)
    assert Decimal(burn.value) > 2 * 4 * 12 * 50
    assert burn.as_of == catalog.on_demand("p5.48xlarge", "us-east-1").date


def test_a_filter_covers_only_what_carries_it() -> None:
    other = fleet("service", instances=50, tags=CostTags(workload_type="inference"))
    [alone] = made_by(ladder(untagged=None)).of_type("aws_budgets_budget")
    [both] = made_by(ladder(untagged=None), fleet(), other).of_type("aws_budgets_budget")
    assert alone.assume == both.assume


def test_keys_are_activated_once_and_only_when_asked() -> None:
    assert one(made_by(ladder()), "aws_ce_cost_allocation_tag") == {"tag_key": "workload-type", "status": "Active"}
    for activation in ("wait", "elsewhere"):
        assert not list(made_by(ladder(tag_activation=activation)).of_type("aws_ce_cost_allocation_tag"))
    known = Resource("aws_ce_cost_allocation_tag", "theirs", {"tag_key": "workload-type", "status": "Active"})
    assert not list(made_by(ladder(), fleet(), known).of_type("aws_ce_cost_allocation_tag"))


def test_budgets_do_not_wait_for_the_activation_that_a_first_apply_may_refuse() -> None:
    plan = made_by(ladder())
    [activation] = plan.of_type("aws_ce_cost_allocation_tag")
    assert not [r.address for r in plan.resources if activation.address in set(r.references())]


def test_untagged_spend_is_caught() -> None:
    plan = made_by(ladder())
    category = one(plan, "aws_ce_cost_category")
    assert category["rule"] == [
        {
            "type": "INHERITED_VALUE",
            "inherited_value": [{"dimension_name": "TAG", "dimension_key": "workload-type"}],
        }
    ]
    budget = one(plan, "aws_budgets_budget", "money_untagged")
    filters = [{"name": "CostCategory", "values": [f"{category['name']}${category['default_value']}"]}]
    assert budget["cost_filter"] == filters
    assert budget["limit_amount"] == "5000"
    assert {tuple(each["subscriber_email_addresses"]) for each in budget["notification"]} == {tuple(EMAILS)}
    own = one(made_by(ladder(untagged=UntaggedSpend(limit=Decimal(7)))), "aws_budgets_budget", "money_untagged")
    assert own["limit_amount"] == "7"
    adjusted = one(made_by(ladder(limit=AutoAdjust(periods=3))), "aws_budgets_budget", "money_untagged")
    assert "auto_adjust_data" in adjusted


def test_the_topic_is_encrypted_by_a_key_that_lets_its_publishers_in() -> None:
    plan = made_by(ladder(rungs=[Rung(percent=80, topic=True)], untagged=None, topic_emails=EMAILS))
    assert one(plan, "aws_sns_topic")["kms_master_key_id"] == Ref("aws_kms_key.money_topic_key", "arn")
    [publish] = statements(plan, "aws_sns_topic_policy")
    _, decrypt = statements(plan, "aws_kms_key")
    services = ["budgets.amazonaws.com", "costalerts.amazonaws.com", "cloudwatch.amazonaws.com"]
    for statement in (publish, decrypt):
        assert statement["Principal"] == {"Service": services}
        assert list(statement["Condition"]["StringEquals"]) == ["aws:SourceAccount"]
    assert decrypt["Action"] == ["kms:Decrypt", "kms:GenerateDataKey*"]


def test_slack_reads_the_ladders_topic() -> None:
    plan = made_by(ladder(slack=SlackChannel(workspace_id="T07EA123LEP", channel_id="C07EZ1ABC23"), untagged=None))
    slack = one(plan, "aws_chatbot_slack_channel_configuration")
    assert slack["sns_topic_arns"] == [Ref("aws_sns_topic.money_topic", "arn")]
    assert (slack["slack_team_id"], slack["slack_channel_id"]) == ("T07EA123LEP", "C07EZ1ABC23")


def test_an_existing_topic_is_used_as_it_is() -> None:
    theirs = "arn:aws:sns:us-east-1:123456789012:theirs"
    plan = made_by(ladder(rungs=[Rung(usd=Decimal(10), topic=True)], topic_arn=theirs, untagged=None))
    [told] = one(plan, "aws_budgets_budget")["notification"]
    assert told["subscriber_sns_topic_arns"] == [theirs]
    assert (told["threshold"], told["threshold_type"]) == (10, "ABSOLUTE_VALUE")
    assert not list(plan.of_type("aws_sns_topic", "aws_kms_key"))


def test_alone_in_a_cdktf_program_it_trusts_its_scope() -> None:
    plan = ladder().expand(Context(tags=TAGS))
    budget = one(plan, "aws_budgets_budget", "money_budget")
    assert budget["cost_filter"] == [{"name": "TagKeyValue", "values": ["user:workload-type$training"]}]
    assert all(not resource.assume for resource in plan.resources)


def test_outputs_say_where_to_subscribe() -> None:
    outputs = stack(ladder(rungs=STOPPING, topic_emails=EMAILS), fleet()).plan().outputs
    assert {"money_budget_names", "money_topic_arn", "money_stop_topic_arn"} <= outputs.keys()
