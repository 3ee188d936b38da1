"""What AWS Budgets itself does at a rung, and the role that lets it."""

from typing import Any

from aicost_iac import DenyInAccounts, DenyLaunches, Plan, Ref, Rung, StopInstances
from tests.governance.stacks import EMAILS, ladder, made_by, one, statements


def acting(action: Any) -> Plan:
    return made_by(ladder(rungs=[Rung(percent=90, emails=EMAILS, action=action)], untagged=None))


def test_an_action_denies_launches_to_principals() -> None:
    plan = acting(DenyLaunches(roles=["developer"], groups=["research"], approval="manual"))
    action = one(plan, "aws_budgets_budget_action")
    assert (action["action_type"], action["approval_model"]) == ("APPLY_IAM_POLICY", "MANUAL")
    [definition] = action["definition"][0]["iam_action_definition"]
    assert definition["policy_arn"] == Ref("aws_iam_policy.money_deny_1", "arn")
    denied = {action for each in statements(plan, "aws_iam_policy") for action in each["Action"]}
    assert {"ec2:RunInstances", "ec2:StartInstances", "sagemaker:CreateTrainingJob"} <= denied
    assert {each["Effect"] for each in statements(plan, "aws_iam_policy")} == {"Deny"}


def test_an_actions_role_may_do_what_the_action_does_and_is_assumed_by_budgets_only() -> None:
    plan = acting(DenyLaunches(roles=["developer"], users=["ana"]))
    [trust] = statements(plan, "aws_iam_role", "assume_role_policy")
    assert trust["Principal"] == {"Service": "budgets.amazonaws.com"}
    assert list(trust["Condition"]) == ["StringEquals", "ArnLike"]
    to_roles, to_users = statements(plan, "aws_iam_role_policy")
    assert to_roles["Action"] == ["iam:AttachRolePolicy", "iam:DetachRolePolicy"]
    assert to_roles["Resource"][0].endswith(":role/developer")
    assert to_users["Resource"][0].endswith(":user/ana")
    assert list(to_users["Condition"]["ArnEquals"]) == ["iam:PolicyARN"]


def test_an_action_denies_launches_in_accounts() -> None:
    plan = acting(DenyInAccounts(targets=["123456789012", "ou-ab12-12345678"]))
    [definition] = one(plan, "aws_budgets_budget_action")["definition"][0]["scp_action_definition"]
    assert definition["target_ids"] == ["123456789012", "ou-ab12-12345678"]
    assert one(plan, "aws_organizations_policy")["type"] == "SERVICE_CONTROL_POLICY"
    [allowed] = statements(plan, "aws_iam_role_policy")
    assert allowed["Action"] == ["organizations:AttachPolicy", "organizations:DetachPolicy"]


def test_an_action_stops_instances_that_stand_alone() -> None:
    plan = acting(StopInstances(instance_ids=["i-0a1b2c3d"], region="us-east-1"))
    [definition] = one(plan, "aws_budgets_budget_action")["definition"][0]["ssm_action_definition"]
    stops = {"action_sub_type": "STOP_EC2_INSTANCES", "region": "us-east-1", "instance_ids": ["i-0a1b2c3d"]}
    assert definition == stops
    assert statements(plan, "aws_iam_role_policy")[0]["Action"] == ["ec2:StopInstances"]
