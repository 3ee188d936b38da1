"""State machines, and what they are allowed.

Language: https://states-language.net/spec.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aicost_iac.expr import Text, json_document, template
from aicost_iac.plan import Resource
from aicost_iac.terraform import iam
from aicost_iac.terraform.tagging import Tags, named

# Log delivery takes no resource. https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy
_LOG_DELIVERY = (
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
)


def state_machine(
    name: str, machine_name: str, role: Resource, definition: Mapping[str, Any], logs: Resource, tags: Tags, **more: Any
) -> Resource:
    """A standard state machine that logs its failures, without the data its states pass on."""
    logging = {
        "include_execution_data": False,
        "level": "ERROR",
        "log_destination": template(logs.ref("arn"), ":*"),
    }
    body = {
        "name": machine_name,
        "definition": json_document(definition),
        "logging_configuration": [logging],
        "role_arn": role.ref("arn"),
        "tags": named(tags, machine_name),
        "type": "STANDARD",
        **more,
    }
    return Resource("aws_sfn_state_machine", name, body)


def log_delivery() -> iam.Statement:
    """What a state machine's role needs to log."""
    return iam.allow(_LOG_DELIVERY, ["*"])


def runs_training_jobs(partition: str, prefix: str, role: Text) -> list[iam.Statement]:
    """What `createTrainingJob.sync` needs for jobs whose names begin with `prefix` and that run as `role`.

    https://docs.aws.amazon.com/step-functions/latest/dg/sagemaker-iam.html
    """
    jobs = f"arn:{partition}:sagemaker:*:*:training-job/{prefix}*"
    rule = f"arn:{partition}:events:*:*:rule/StepFunctionsGetEventsForSageMakerTrainingJobsRule"
    actions = ["AddTags", "CreateTrainingJob", "DescribeTrainingJob", "StopTrainingJob"]
    return [
        iam.allow([f"sagemaker:{action}" for action in actions], [jobs]),
        iam.allow(["sagemaker:ListTags"], ["*"]),
        iam.allow(["iam:PassRole"], [role], StringEquals={"iam:PassedToService": "sagemaker.amazonaws.com"}),
        iam.allow(["events:DescribeRule", "events:PutRule", "events:PutTargets"], [rule]),
    ]
