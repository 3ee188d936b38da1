"""Roles that can do one thing each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aicost_iac.expr import Text, json_document, template
from aicost_iac.plan import Resource
from aicost_iac.terraform.tagging import Tags

Statement = dict[str, Any]
# Characters of a managed policy: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
MAX_MANAGED_POLICY = 6_144


def allow(actions: Sequence[str], resources: Sequence[Text], **condition: Any) -> Statement:
    """One `Allow` statement; keyword arguments are condition operators."""
    statement: Statement = {"Effect": "Allow", "Action": list(actions), "Resource": list(resources)}
    return {**statement, "Condition": condition} if condition else statement


def policy_document(statements: Sequence[Statement]) -> Text:
    """Policy JSON. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html"""
    return json_document({"Version": "2012-10-17", "Statement": list(statements)})


def service_role(name: str, role_name: str, service: str, tags: Tags, description: str) -> Resource:
    """A role that one AWS service may assume."""
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    body = {
        "name": role_name,
        "description": description,
        "assume_role_policy": policy_document([trust]),
        "tags": tags,
    }
    return Resource("aws_iam_role", name, body)


def role_policy(name: str, policy_name: str, role: Resource, statements: Sequence[Statement]) -> Resource:
    """An inline policy: it lives and dies with its role."""
    body = {"name": policy_name, "role": role.ref("id"), "policy": policy_document(statements)}
    return Resource("aws_iam_role_policy", name, body)


def managed_policy(name: str, role: Resource, policy: str, partition: str) -> Resource:
    """Attach an AWS managed policy by its name."""
    arn = f"arn:{partition}:iam::aws:policy/{policy}"
    return Resource("aws_iam_role_policy_attachment", name, {"role": role.ref("name"), "policy_arn": arn})


def instance_profile(name: str, profile_name: str, role: Resource, tags: Tags) -> Resource:
    """A role as instances carry it."""
    body = {"name": profile_name, "role": role.ref("name"), "tags": tags}
    return Resource("aws_iam_instance_profile", name, body)


def s3_arn(partition: str, bucket: Text, key: Text = "") -> Text:
    """`arn:aws:s3:::bucket` or `arn:aws:s3:::bucket/key`."""
    stem = template(f"arn:{partition}:s3:::", bucket)
    return template(stem, "/", key) if key else stem
