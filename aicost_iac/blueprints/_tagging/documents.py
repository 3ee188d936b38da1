"""The policies of an organization that a taxonomy becomes: what tags may say, and what may not start without them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from aicost_iac import catalog
from aicost_iac.terraform.iam import Statement

Keys = Mapping[str, Sequence[str]]

# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_supported-resources-enforcement.html
ENFORCEABLE = frozenset({
    "dynamodb:*", "ec2:capacity-reservation", "ec2:fleet", "ec2:image", "ec2:instance", "ec2:launch-template",
    "ec2:natgateway", "ec2:network-interface", "ec2:reserved-instances", "ec2:security-group", "ec2:snapshot",
    "ec2:spot-instance-request", "ec2:subnet", "ec2:volume", "ec2:vpc", "ec2:vpc-endpoint", "ecs:cluster",
    "ecs:service", "ecs:task-set", "eks:cluster", "elasticache:cluster", "elasticfilesystem:*",
    "elasticloadbalancing:*", "fsx:*", "kms:*", "lambda:*", "s3:bucket", "sagemaker:experiment",
    "sagemaker:model-package", "sagemaker:model-package-group", "sagemaker:pipeline", "sagemaker:processing-job",
    "sagemaker:project", "sagemaker:training-job", "secretsmanager:*", "sns:topic", "sqs:queue", "states:*",
})  # fmt: skip
"""Resource types of AI workloads whose tags a tag policy can enforce; others it only reports."""


def tag_policy(keys: Keys, enforce: Sequence[str], lock: bool) -> dict[str, Any]:
    """Keys with their case, allowed values, and where a wrong value is refused.

    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_example-tag-policies.html
    """
    return {"tags": {key.lower(): _tag(key, values, enforce, lock) for key, values in keys.items()}}


def launch_denials(keys: Keys, partition: str) -> list[Statement]:
    """No instance with an accelerator starts without each of these tags, nor with a value that is none.

    One statement per key: conditions of one statement would have to fail together. The tags of a launch template count
    as those of the request. https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_tagging.html
    """
    return [_denial(key, values, partition) for key, values in keys.items()]


def accelerated() -> list[str]:
    """Patterns of the EC2 types with an accelerator: what is before the generation in a family's name."""
    families = {found[0] for kind in catalog.instances() if kind.cloud == "aws" and (found := _SERIES.match(kind.name))}
    return [
        f"{series}*" for series in sorted(families) if not any(series != f and series.startswith(f) for f in families)
    ]


_SERIES = re.compile(r"[a-z]+(?=\d)")


def _tag(key: str, values: Sequence[str], enforce: Sequence[str], lock: bool) -> dict[str, Any]:
    mine = {"@@operators_allowed_for_child_policies": ["@@none"]} if lock else {}
    tag: dict[str, Any] = {"tag_key": {"@@assign": key, **mine}}
    if values:
        tag["tag_value"] = {"@@assign": list(values), **mine}
    if enforce:
        tag["enforced_for"] = {"@@assign": list(enforce), **mine}
    return tag


def _denial(key: str, values: Sequence[str], partition: str) -> Statement:
    tag = f"aws:RequestTag/{key}"
    # A key that is absent equals no value: one operator refuses both.
    condition = {"StringNotEquals": {tag: list(values)}} if values else {"Null": {tag: "true"}}
    return {
        "Effect": "Deny",
        "Action": "ec2:RunInstances",
        "Resource": f"arn:{partition}:ec2:*:*:instance/*",
        "Condition": {"StringLike": {"ec2:InstanceType": accelerated()}, **condition},
    }
