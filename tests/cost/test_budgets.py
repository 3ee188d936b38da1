"""Budgets against the worst case of what their filters cover, and the tags by which a bill sees a node."""

from decimal import Decimal
from typing import Any

import pytest

from aicost_iac import Plan, Resource
from aicost_iac.cost import Root, estimate_roots
from aicost_iac.cost.budgets import Covered, covered
from aicost_iac.cost.exposure import tags_of, worst_case
from aicost_iac.cost.formats import budgets
from aicost_iac.plan import KubeObject, Node
from tests.cost.plans import mixed, node_pool, template, workload

TAGS = {"workload-type": "training", "team": "ml"}


def tagged_template(**tags: str) -> Resource:
    return template(tag_specifications=[{"resource_type": "instance", "tags": tags}])


def budget(limit: str | None = "10000", *filters: dict[str, Any], **more: Any) -> Resource:
    body = {"budget_type": "COST", "time_unit": "MONTHLY", "limit_amount": limit, "limit_unit": "USD"}
    return Resource("aws_budgets_budget", "b", {**body, "cost_filter": list(filters), **more})


def by_tag(*values: str) -> dict[str, Any]:
    return {"name": "TagKeyValue", "values": [f"user:{each}" for each in values]}


def judged(*nodes: Resource | KubeObject, default_tags: dict[str, str] | None = None) -> Covered:
    roots = [Root("", tuple(nodes), default_tags=default_tags or {})]
    [found] = covered(roots, estimate_roots(roots))
    return found


FLEET = (tagged_template(**TAGS), mixed({"g6e.xlarge": None}, sizes=(0, 4, 8)), Resource("aws_kms_key", "k"))
# 8 x (1.861 x 730 + 16)
CEILING = Decimal("10996.24")


def test_a_budget_is_held_against_the_ceiling_of_what_its_tags_cover() -> None:
    found = judged(*FLEET, budget("10000", by_tag("workload-type$training")))
    assert (found.covers, found.worst.quantize(Decimal("0.01"))) == (1, CEILING)
    assert found.expected.quantize(Decimal("0.01")) == Decimal("5498.12")
    assert found.burnt.quantize(Decimal("0.01")) == Decimal("180.76")
    assert found.exceeded
    assert not judged(*FLEET, budget("11000", by_tag("workload-type$training"))).exceeded


@pytest.mark.parametrize(
    ("filters", "covers"),
    [
        ((), 2),
        ((by_tag("team$ml", "team$other"),), 1),
        ((by_tag("team$ml", "workload-type$inference"),), 0),
        ((by_tag("team$other"),), 0),
        (({"name": "Service", "values": ["Amazon Elastic Compute Cloud - Compute"]},), 2),
        (({"name": "Service", "values": ["Amazon SageMaker"]},), 1),
        (({"name": "InstanceType", "values": ["g6e.xlarge"]},), 1),
        (({"name": "InstanceType", "values": ["p5.48xlarge"]},), 0),
        ((by_tag("team$ml"), {"name": "InstanceType", "values": ["p5.48xlarge"]}), 0),
        (({"name": "LinkedAccount", "values": ["123456789012"]},), 2),
    ],
)
def test_values_of_a_dimension_are_alternatives_and_dimensions_hold_together(
    filters: tuple[dict[str, Any], ...], covers: int
) -> None:
    assert judged(*FLEET, budget("1", *filters)).covers == covers


@pytest.mark.parametrize(
    ("expression", "covers"),
    [
        ({"tags": [{"key": "team", "values": ["ml"]}]}, 1),
        ({"and": [{"tags": [{"key": "team", "values": ["ml"]}]}, {"tags": [{"key": "team", "values": ["x"]}]}]}, 0),
        ({"or": [{"tags": [{"key": "team", "values": ["ml"]}]}, {"tags": [{"key": "team", "values": ["x"]}]}]}, 1),
        ({"not": [{"tags": [{"key": "team", "values": ["ml"]}]}]}, 1),
        ({"and": [{"dimensions": [{"key": "INSTANCE_TYPE", "values": ["g6e.xlarge"]}]},
                  {"not": [{"dimensions": [{"key": "RECORD_TYPE", "values": ["Credit", "Refund"]}]}]}]}, 1),
        ({"dimensions": [{"key": "USAGE_TYPE", "values": ["x"]}]}, 2),
        ({"not": [{"dimensions": [{"key": "USAGE_TYPE", "values": ["x"]}]}]}, 2),
    ],
)  # fmt: skip
def test_a_filter_expression_means_the_same(expression: dict[str, Any], covers: int) -> None:
    assert judged(*FLEET, budget("1", filter_expression=[expression])).covers == covers


def test_what_a_filter_nobody_can_read_leaves_out_counts_and_nothing_fails_by_it() -> None:
    found = judged(*FLEET, budget("1", {"name": "LinkedAccount", "values": ["123456789012"]}))
    assert found.budget.unread == ("LinkedAccount",)
    assert found.worst > 1
    assert not found.exceeded
    [told] = budgets.remarks([found])
    assert told.startswith(
        "aws_budgets_budget.b: not judged: its filters by LinkedAccount are not read; with what they"
    )


@pytest.mark.parametrize(("unit", "hours"), [("DAILY", 24), ("MONTHLY", 730), ("QUARTERLY", 2190), ("ANNUALLY", 8760)])
def test_a_period_is_as_long_as_it_is(unit: str, hours: int) -> None:
    found = judged(*FLEET, budget("1", by_tag("team$ml"), time_unit=unit))
    assert found.worst == found.hour.ceiling * hours


def test_the_lowest_planned_limit_counts_and_one_that_aws_sets_is_not_known() -> None:
    months = [{"start_time": "2027-01-01_00:00", "amount": amount} for amount in ("900", "1,500")]
    assert judged(*FLEET, budget(None, planned_limit=months)).budget.limit == 900
    unknown = judged(*FLEET, budget(None))
    assert (unknown.budget.limit, unknown.exceeded) == (None, False)
    assert "its limit is not known here" in next(budgets.remarks([unknown]))


def test_what_a_budget_covers_without_a_price_or_not_at_all_is_told() -> None:
    queue = Resource("aws_sqs_queue", "q", {"tags": TAGS})
    found = judged(queue, budget("1", by_tag("team$ml")))
    assert list(budgets.remarks([found]))[-1] == "aws_budgets_budget.b: covers 1 node without a price"
    nothing = judged(queue, budget("1", by_tag("team$x")))
    assert list(budgets.remarks([nothing])) == ["aws_budgets_budget.b: covers nothing here that costs money"]
    assert list(budgets.remarks([])) == ["there is no cost budget here"]


def test_a_budget_that_holds_says_by_how_much() -> None:
    found = judged(*FLEET, budget("11000", by_tag("team$ml")))
    assert list(budgets.remarks([found])) == [
        "aws_budgets_budget.b: at worst $10,996.24 a month, within its limit of $11,000.00"
    ]
    assert list(budgets.failures([found])) == []


def test_a_budget_of_usage_is_none_of_cost() -> None:
    roots = [Root("", (budget("1", budget_type="USAGE"),))]
    assert covered(roots, estimate_roots(roots)) == ()


def test_default_tags_reach_resources_and_not_what_a_group_starts() -> None:
    nodes = (template(), mixed({"g6e.xlarge": None}, sizes=(0, 4, 8)), Resource("aws_kms_key", "k"))
    found = judged(*nodes, budget("10000", by_tag("team$ml")), default_tags={"team": "ml"})
    assert (found.covers, found.worst) == (1, found.hour.ceiling * 730)
    assert found.worst.quantize(Decimal("0.01")) == Decimal("1.00")


@pytest.mark.parametrize(
    ("node", "tags"),
    [
        (Resource("aws_kms_key", "k", {"tags": {"team": "b"}}), {"team": "b", "env": "p"}),
        (tagged_template(team="a"), {"team": "a"}),
        (Resource("aws_autoscaling_group", "x", {"tag": [
            {"key": "team", "value": "g", "propagate_at_launch": True},
            {"key": "env", "value": "g", "propagate_at_launch": False}]}), {"team": "g"}),
        (mixed({"g6e.xlarge": None}, sizes=(0, 1, 1)), {"team": "a"}),
        (Resource("aws_spot_fleet_request", "f", {"tags": {"team": "z"},
            "launch_specification": [{"tags": {"team": "s"}}]}), {"team": "s"}),
        (workload("Deployment", {}, name="w"), {"app": "w"}),
        (KubeObject("v1", "PersistentVolumeClaim", "c", "ml", {"team": "l"}), {"team": "l"}),
    ],
)  # fmt: skip
def test_the_tags_a_bill_sees(node: Node, tags: dict[str, str]) -> None:
    plan = Plan((tagged_template(team="a"), Resource("aws_iam_role", "r")))
    assert tags_of(node, {"team": "d", "env": "p"}, plan) == tags


def test_a_karpenter_pool_has_the_tags_of_its_node_class() -> None:
    pool = node_pool("p", ["p5.48xlarge"], limits={"nvidia.com/gpu": 8})
    spec = dict(pool.body["spec"])
    spec["template"] = {**spec["template"], "spec": {**spec["template"]["spec"], "nodeClassRef": {"name": "c"}}}
    named = KubeObject("karpenter.sh/v1", "NodePool", "p", body={"spec": spec})
    node_class = KubeObject("karpenter.k8s.aws/v1", "EC2NodeClass", "c", body={"spec": {"tags": {"team": "ml"}}})
    assert tags_of(named, {}, Plan(objects=(named, node_class))) == {"team": "ml"}


def test_the_worst_case_of_what_a_filter_covers() -> None:
    plan = Plan(FLEET)
    whole = worst_case(plan)
    assert (len(whole.items), whole.usd_month) == (2, CEILING + 1)
    fleet = worst_case(plan, "us-east-1", lambda node: tags_of(node, {}, plan).get("team") == "ml")
    assert fleet.usd_month == CEILING
    assert fleet.burnt(12) == fleet.usd_hour * 12
    elsewhere = worst_case(plan, "eu-west-1", lambda node: node.address.startswith("aws_autoscaling_group"))
    assert elsewhere.usd_hour == 0
    assert {each.address for each in elsewhere.unpriced} == {"aws_autoscaling_group.g"}
