"""Budget actions: what they attach or stop, and the role that lets AWS Budgets do just that.

https://docs.aws.amazon.com/cost-management/latest/userguide/billing-example-policies.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal, cast

from aicost_iac.blueprints._budgets.actions import BudgetAction, DenyInAccounts, DenyLaunches, StopInstances
from aicost_iac.blueprints._tagging.documents import accelerated
from aicost_iac.expr import Text, template
from aicost_iac.plan import Resource
from aicost_iac.terraform import budgets, iam, organizations
from aicost_iac.terraform.iam import Statement, policy_document
from aicost_iac.terraform.tagging import Tags

if TYPE_CHECKING:
    from aicost_iac.blueprints.budget_ladder import BudgetLadder

Definition = tuple[budgets.ActionType, dict[str, Any], list[Statement]]


def actions(
    ladder: BudgetLadder, budget: Resource, topic: Text | None, account: Text, partition: str, tags: Tags
) -> Iterator[Resource]:
    """The action of each rung that has one, what it needs, and one role for all of them."""
    acting = [(index, rung, rung.action) for index, rung in enumerate(ladder.rungs, 1) if rung.action is not None]
    if not acting:
        return
    role = budgets.execution_role(ladder.named("actions"), f"{ladder.name}-budget-actions", account, partition, tags)
    statements: list[Statement] = []
    for index, rung, wanted in acting:
        policy = _policy(ladder, index, wanted, partition, tags)
        kind, definition, allowed = _definition(wanted, policy, account, partition)
        statements += allowed
        heard: list[tuple[Literal["EMAIL", "SNS"], Text]] = [("EMAIL", email) for email in rung.emails]
        if rung.topic and topic is not None:
            heard.append(("SNS", topic))
        approval = cast("budgets.Approval", wanted.approval.upper())
        name = ladder.named(f"action_{index}")
        yield from [] if policy is None else [policy]
        yield budgets.action(name, budget, rung.threshold, kind, definition, approval, role, heard, tags)
    yield role
    yield iam.role_policy(ladder.named("actions_policy"), "actions", role, statements)


def _policy(ladder: BudgetLadder, index: int, wanted: BudgetAction, partition: str, tags: Tags) -> Resource | None:
    name, policy_name = ladder.named(f"deny_{index}"), f"{ladder.name}-budget-{index}"
    text = f"No more accelerated capacity: the budget {ladder.name} is spent"
    if isinstance(wanted, DenyLaunches):
        body = {"name": policy_name, "description": text, "policy": policy_document(denials(partition)), "tags": tags}
        return Resource("aws_iam_policy", name, body)
    if isinstance(wanted, DenyInAccounts):
        document = {"Version": "2012-10-17", "Statement": denials(partition)}
        return organizations.policy(name, policy_name, "SERVICE_CONTROL_POLICY", document, tags, text)
    return None


def _definition(wanted: BudgetAction, policy: Resource | None, account: Text, partition: str) -> Definition:
    if isinstance(wanted, DenyLaunches) and policy is not None:
        names = {"roles": list(wanted.roles), "groups": list(wanted.groups), "users": list(wanted.users)}
        definition = {"iam_action_definition": [{"policy_arn": policy.ref("arn"), **names}]}
        return "APPLY_IAM_POLICY", definition, _attach(wanted, policy, account, partition)
    if isinstance(wanted, DenyInAccounts) and policy is not None:
        definition = {"scp_action_definition": [{"policy_id": policy.ref("id"), "target_ids": list(wanted.targets)}]}
        only = {"StringEquals": {"organizations:PolicyType": "SERVICE_CONTROL_POLICY"}}
        allowed = iam.allow(["organizations:AttachPolicy", "organizations:DetachPolicy"], ["*"], **only)
        return "APPLY_SCP_POLICY", definition, [allowed]
    assert isinstance(wanted, StopInstances)
    ids = list(wanted.instance_ids)
    definition = {
        "ssm_action_definition": [
            {"action_sub_type": "STOP_EC2_INSTANCES", "region": wanted.region, "instance_ids": ids}
        ]
    }
    return "RUN_SSM_DOCUMENTS", definition, _stop(wanted, account, partition)


def _attach(wanted: DenyLaunches, policy: Resource, account: Text, partition: str) -> list[Statement]:
    """This policy, to these principals, and off again when the action is reset."""
    only = {"ArnEquals": {"iam:PolicyARN": policy.ref("arn")}}
    kinds = (("Role", "role", wanted.roles), ("Group", "group", wanted.groups), ("User", "user", wanted.users))
    return [
        iam.allow(
            [f"iam:Attach{kind}Policy", f"iam:Detach{kind}Policy"],
            [template(f"arn:{partition}:iam::", account, f":{path}/", name) for name in names],
            **only,
        )
        for kind, path, names in kinds
        if names
    ]


def _stop(wanted: StopInstances, account: Text, partition: str) -> list[Statement]:
    """The automation AWS-StopEC2Instance, on these instances."""
    stem = f"arn:{partition}:ec2:{wanted.region}:"
    instances = [template(stem, account, ":instance/", each) for each in wanted.instance_ids]
    document = f"arn:{partition}:ssm:{wanted.region}::automation-definition/AWS-StopEC2Instance:*"
    return [
        iam.allow(["ec2:StopInstances"], instances),
        # Describe calls take no resource: https://docs.aws.amazon.com/service-authorization/latest/reference/
        iam.allow(["ec2:DescribeInstanceStatus"], ["*"]),
        iam.allow(["ssm:StartAutomationExecution"], [document]),
    ]


def denials(partition: str) -> list[Statement]:
    """Starting and creating accelerated capacity, on EC2 and SageMaker."""
    return [
        {
            "Effect": "Deny",
            "Action": ["ec2:RunInstances", "ec2:StartInstances"],
            "Resource": f"arn:{partition}:ec2:*:*:instance/*",
            "Condition": {"StringLike": {"ec2:InstanceType": accelerated()}},
        },
        {
            "Effect": "Deny",
            "Action": [
                "sagemaker:CreateEndpointConfig",
                "sagemaker:CreateNotebookInstance",
                "sagemaker:CreateProcessingJob",
                "sagemaker:CreateTrainingJob",
                "sagemaker:CreateTransformJob",
            ],
            "Resource": "*",
            "Condition": {"ForAnyValue:StringLike": {"sagemaker:InstanceTypes": [f"ml.{p}" for p in accelerated()]}},
        },
    ]
