"""Policies of an organization, and where they hold.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from aicost_iac.expr import Text, json_document
from aicost_iac.plan import Resource
from aicost_iac.terraform.tagging import Tags

PolicyType = Literal["SERVICE_CONTROL_POLICY", "TAG_POLICY"]
# Characters of a policy, blanks included: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
MAX_CONTENT: Mapping[PolicyType, int] = {"SERVICE_CONTROL_POLICY": 5_120, "TAG_POLICY": 10_000}


def content(document: Mapping[str, Any]) -> Text:
    """A policy's text, without a blank: each of them counts."""
    return json_document(document)


def policy(
    name: str, policy_name: str, kind: PolicyType, document: Mapping[str, Any], tags: Tags, text: str
) -> Resource:
    """A policy that holds nowhere yet."""
    body = {"name": policy_name, "type": kind, "content": content(document), "description": text, "tags": tags}
    return Resource("aws_organizations_policy", name, body)


def attachments(made: Resource, targets: Sequence[Text]) -> list[Resource]:
    """A policy at roots, organizational units and accounts: `r-...`, `ou-...`, or twelve digits."""
    return [
        Resource(
            "aws_organizations_policy_attachment",
            f"{made.name}_at_{index}",
            {"policy_id": made.ref("id"), "target_id": target},
        )
        for index, target in enumerate(targets, 1)
    ]
