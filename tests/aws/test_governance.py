"""Governance against the real provider: applied, planned again without a change, read back from the API, destroyed."""

from pathlib import Path
from typing import Any

from tests.aws.governed import governed
from tests.aws.moto_process import MotoServer
from tests.aws.terraform import Terraform
from tests.aws.test_fleets import client, groups, write
from tests.governance.requests import ACCOUNT, violations

BUDGETS = {
    "adjusted",
    "common",
    "common-untagged",
    "hard",
    "planned-category-Team",
    "planned-services",
    "planned-tag-team",
}


def organization(moto: MotoServer) -> str:
    """The id of the root of an organization of this account."""
    organizations = client("organizations", moto)
    organizations.create_organization(FeatureSet="ALL")
    root: str = organizations.list_roots()["Roots"][0]["Id"]
    for kind in ("TAG_POLICY", "SERVICE_CONTROL_POLICY"):
        organizations.enable_policy_type(RootId=root, PolicyType=kind)
    return root


def test_everything_applies_with_an_empty_second_plan_and_is_destroyed(
    terraform: Terraform, moto: MotoServer, tmp_path: Path
) -> None:
    root = terraform.root(write(governed(organization(moto)), tmp_path), moto.url)
    root.init()
    assert root.validate() == []
    root.apply()
    root.assert_plan_is_empty()
    assert_budgets_are_as_aws_takes_them(moto)
    assert_a_message_of_the_budget_ends_at_groups_of_zero(moto, root.outputs())
    root.destroy()
    assert budgets(moto) == {}
    assert groups(moto) == []


def budgets(moto: MotoServer) -> dict[str, dict[str, Any]]:
    """As the API returns what the provider sent."""
    found = client("budgets", moto).describe_budgets(AccountId=ACCOUNT).get("Budgets", [])
    return {budget["BudgetName"]: budget for budget in found}


def assert_budgets_are_as_aws_takes_them(moto: MotoServer) -> None:
    """The provider's own requests, against botocore's model; the filters byte by byte."""
    found = budgets(moto)
    assert set(found) == BUDGETS
    for name, budget in found.items():
        told = client("budgets", moto).describe_notifications_for_budget(AccountId=ACCOUNT, BudgetName=name)
        assert told["Notifications"]
        for read_only in ("CalculatedSpend", "LastUpdatedTime"):
            budget.pop(read_only, None)
        assert violations({"AccountId": ACCOUNT, "Budget": budget}) == []
        assert budget["CostTypes"]["IncludeCredit"] is budget["CostTypes"]["IncludeRefund"] is False
    assert found["common"]["CostFilters"] == {"TagKeyValue": ["user:workload-type$training"]}
    assert found["common-untagged"]["CostFilters"] == {"CostCategory": ["common-untagged$untagged"]}
    assert len(found["planned-tag-team"]["PlannedBudgetLimits"]) == 12


def assert_a_message_of_the_budget_ends_at_groups_of_zero(moto: MotoServer, outputs: dict[str, Any]) -> None:
    """Link by link, as AWS has them: subscriber, metric, alarm, policy, group."""
    topic = outputs["hard_stop_topic_arn"]
    assert topic in subscribers(moto, "hard", 100.0)
    [alarm] = [each for each in alarms(moto) if topic_of(each) == topic.rpartition(":")[2]]
    policies = {each["PolicyARN"]: each for each in client("autoscaling", moto).describe_policies()["ScalingPolicies"]}
    driven = [policies[arn] for arn in alarm["AlarmActions"]]
    assert {each["AutoScalingGroupName"] for each in driven} == {"gpus"}
    for each in driven:
        assert each["AdjustmentType"] == "ExactCapacity"
        [step] = each["StepAdjustments"]
        assert (step["MetricIntervalLowerBound"], step["ScalingAdjustment"]) == (0.0, 0)
        assert "MetricIntervalUpperBound" not in step
    found = client("autoscaling", moto).describe_auto_scaling_groups()["AutoScalingGroups"]
    assert {group["MinSize"] for group in found} == {0}


def subscribers(moto: MotoServer, budget: str, threshold: float) -> list[str]:
    notification = {"NotificationType": "ACTUAL", "ComparisonOperator": "GREATER_THAN", "Threshold": threshold}
    asked = client("budgets", moto).describe_subscribers_for_notification(
        AccountId=ACCOUNT, BudgetName=budget, Notification={**notification, "ThresholdType": "PERCENTAGE"}
    )
    return [subscriber["Address"] for subscriber in asked["Subscribers"]]


def alarms(moto: MotoServer) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client("cloudwatch", moto).describe_alarms()["MetricAlarms"]
    return found


def topic_of(alarm: dict[str, Any]) -> str | None:
    """The topic whose messages an alarm counts."""
    for query in alarm["Metrics"]:
        metric = query.get("MetricStat", {}).get("Metric", {})
        if metric.get("MetricName") == "NumberOfMessagesPublished":
            return str(metric["Dimensions"][0]["Value"])
    return None
