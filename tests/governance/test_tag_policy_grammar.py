"""Tag policies and service control policies against their documented grammar.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_example-tag-policies.html
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_syntax.html
"""

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicost_iac import LaunchGuard, OrganizationTags, TagPolicy
from aicost_iac.blueprints._tagging.documents import ENFORCEABLE, launch_denials, tag_policy
from aicost_iac.terraform.iam import policy_document

_LOCK = {"type": "array", "items": {"enum": ["@@all", "@@assign", "@@append", "@@remove", "@@none"]}, "minItems": 1}


def _assigned(value: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"@@assign": value, "@@operators_allowed_for_child_policies": _LOCK},
        "required": ["@@assign"],
        "additionalProperties": False,
    }


# One wildcard per value; a resource type is `service:type` or `service:*`.
_VALUES = {"type": "array", "items": {"type": "string", "maxLength": 256, "pattern": r"^[^*]*\*?[^*]*$"}, "minItems": 1}
_TYPES = {"type": "array", "items": {"type": "string", "pattern": r"^[a-z0-9-]+:([A-Za-z0-9/-]+|\*)$"}, "minItems": 1}
TAG_POLICY = {
    "type": "object",
    "properties": {
        "tags": {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": {
                "type": "object",
                "properties": {
                    "tag_key": _assigned({"type": "string", "minLength": 1, "maxLength": 128}),
                    "tag_value": _assigned(_VALUES),
                    "enforced_for": _assigned(_TYPES),
                },
                "required": ["tag_key"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["tags"],
    "additionalProperties": False,
}
SCP = {
    "type": "object",
    "properties": {
        "Version": {"const": "2012-10-17"},
        "Statement": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "properties": {
                    "Effect": {"enum": ["Allow", "Deny"]},
                    "Action": {"type": "string", "pattern": r"^[a-z0-9-]+:[A-Za-z*]+$"},
                    "Resource": {"type": "string", "pattern": r"^(\*|arn:.+)$"},
                    "Condition": {"type": "object", "additionalProperties": {"type": "object", "minProperties": 1}},
                },
                "required": ["Effect", "Action", "Resource"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["Version", "Statement"],
    "additionalProperties": False,
}

KEYS = st.from_regex(r"[A-Za-z][A-Za-z0-9._-]{0,20}[a-z0-9]", fullmatch=True).filter(
    lambda key: not key.lower().startswith("aws")
)
VALUES = st.lists(
    st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,20}[A-Za-z0-9])?", fullmatch=True), max_size=4, unique=True
)
TAXONOMIES = st.dictionaries(KEYS, VALUES, min_size=1, max_size=6)
ENFORCED = st.lists(st.sampled_from(sorted(ENFORCEABLE)), max_size=4, unique=True)


@settings(max_examples=100, deadline=None)
@given(TAXONOMIES, ENFORCED, st.booleans())
def test_a_tag_policy_is_one(keys: dict[str, list[str]], enforced: list[str], lock: bool) -> None:
    document = tag_policy(keys, enforced, lock)
    jsonschema.validate(document, TAG_POLICY)
    for policy_key, tag in document["tags"].items():
        assert tag["tag_key"]["@@assign"].casefold() == policy_key.casefold()


@settings(max_examples=50, deadline=None)
@given(TAXONOMIES)
def test_a_launch_policy_is_one_and_denies_only(keys: dict[str, list[str]]) -> None:
    document = json.loads(str(policy_document(launch_denials(keys, "aws"))))
    jsonschema.validate(document, SCP)
    assert len(document["Statement"]) == len(keys)
    for statement, key in zip(document["Statement"], keys, strict=True):
        conditions = {name for operator in statement["Condition"].values() for name in operator}
        assert conditions == {"ec2:InstanceType", f"aws:RequestTag/{key}"}


@pytest.mark.parametrize(
    "broken",
    [
        {"tags": {}},
        {"tags": {"a": {}}},
        {"tags": {"a": {"tag_key": {"@@assign": ""}}}},
        {"tags": {"a": {"tag_key": {"@@assign": "a"}, "tag_value": {"@@assign": ["*a*"]}}}},
        {"tags": {"a": {"tag_key": {"@@assign": "a"}, "enforced_for": {"@@assign": ["ec2"]}}}},
        {"tags": {"a": {"tag_key": {"@@set": "a"}}}},
    ],
)
def test_the_grammar_itself_refuses(broken: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, TAG_POLICY)


def test_the_places_of_one_taxonomy_say_the_same() -> None:
    policy = TagPolicy(
        name="one",
        required={"team": ["a", "b"]},
        organization=OrganizationTags(targets=["r-ab12"]),
        launch_guard=LaunchGuard(targets=["r-ab12"]),
    )
    allowed = tag_policy(policy.known_values, (), False)["tags"]["team"]["tag_value"]["@@assign"]
    [denial] = launch_denials(policy.required_values, "aws")
    assert denial["Condition"]["StringNotEquals"]["aws:RequestTag/team"] == allowed == ["a", "b"]
