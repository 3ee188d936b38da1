"""TagPolicy: one taxonomy in AWS Organizations, AWS Config, resource groups, cost categories, IAM and Kubernetes."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from aicost_iac import (
    CostTags,
    GpuPodLabels,
    LaunchGuard,
    OrganizationTags,
    RequiredTagsRule,
    SplitCategory,
    TagPolicy,
)
from aicost_iac.errors import InvalidBlueprint
from tests.governance.stacks import TAGS, fleet, made_by, one, stack, statements

REQUIRED = {"workload_type": ["training", "inference"], "cost_center": ["research", "product"], "team": []}
ORGANIZATION = OrganizationTags(targets=["r-ab12"])


def policy(**fields: Any) -> TagPolicy:
    return TagPolicy(name="taxonomy", **{"required": REQUIRED, **fields})


def test_the_tag_policy_has_every_key_with_its_values() -> None:
    organization = OrganizationTags(targets=["r-ab12", "123456789012"], enforce=["ec2:instance"], lock=True)
    plan = made_by(policy(optional={"model_name": []}, organization=organization))
    written = json.loads(str(one(plan, "aws_organizations_policy")["content"]))["tags"]
    assert list(written) == ["cost-center", "model-name", "team", "workload-type"]
    none = {"@@operators_allowed_for_child_policies": ["@@none"]}
    assert written["cost-center"] == {
        "tag_key": {"@@assign": "cost-center", **none},
        "tag_value": {"@@assign": ["research", "product"], **none},
        "enforced_for": {"@@assign": ["ec2:instance"], **none},
    }
    assert "tag_value" not in written["team"]
    attached = [each.body["target_id"] for each in plan.of_type("aws_organizations_policy_attachment")]
    assert attached == ["r-ab12", "123456789012"]


def test_a_key_without_values_has_those_that_cost_tags_has() -> None:
    assert policy(required={"sla_tier": []}, organization=ORGANIZATION).required_values == {
        "sla-tier": ("critical", "standard", "best-effort")
    }


def test_the_taxonomy_may_be_cost_tags() -> None:
    made = policy(required=TAGS, organization=ORGANIZATION)
    assert made.required_values == {key: (value,) for key, value in TAGS.keys().items()}


def test_config_rules_hold_six_keys_each() -> None:
    required = {**REQUIRED, **{f"key-{n}": ["a", "b"] for n in range(5)}}
    tags = CostTags(extras={f"key-{n}": "a" for n in range(5)}).over(TAGS)
    plan = made_by(policy(required=required, config_rule=RequiredTagsRule()), fleet(), tags=tags)
    rules = [json.loads(str(each.body["input_parameters"])) for each in plan.of_type("aws_config_config_rule")]
    keys = [[value for name, value in rule.items() if name.endswith("Key")] for rule in rules]
    assert [len(each) for each in keys] == [6, 2]
    assert sorted(key for each in keys for key in each) == sorted(key.replace("_", "-") for key in required)
    assert rules[0]["tag1Key"] == "cost-center"
    assert rules[0]["tag1Value"] == "research,product"


def test_config_rules_hold_a_thousand_characters_each() -> None:
    long = {f"key-{n}": [f"value-{i:03}-{'x' * 40}" for i in range(10)] for n in range(4)}
    tags = CostTags(extras={key: values[0] for key, values in long.items()}).over(TAGS)
    plan = made_by(policy(required=long, config_rule=RequiredTagsRule()), fleet(), tags=tags)
    written = [str(rule.body["input_parameters"]) for rule in plan.of_type("aws_config_config_rule")]
    assert len(written) == 4
    assert 500 < max(map(len, written)) <= 1024


def test_a_resource_group_per_workload() -> None:
    plan = made_by(policy(resource_groups="workload_type"))
    groups = {each.body["name"]: each.body["resource_query"][0] for each in plan.of_type("aws_resourcegroups_group")}
    assert set(groups) == {"taxonomy-training", "taxonomy-inference"}
    query = json.loads(str(groups["taxonomy-training"]["query"]))
    assert query["TagFilters"] == [{"Key": "workload-type", "Values": ["training"]}]


@pytest.mark.parametrize(
    ("split", "method", "percentages"),
    [
        ("proportional", "PROPORTIONAL", None),
        ("even", "EVEN", None),
        ({"research": 70, "product": 30}, "FIXED", ["70", "30"]),
    ],
)
def test_shared_costs_are_split(split: Any, method: str, percentages: Any) -> None:
    required = {"cost_center": ["shared", "research", "product"]}
    category = SplitCategory(by="cost_center", shared="shared", split=split)
    made = one(made_by(policy(required=required, cost_category=category)), "aws_ce_cost_category")
    [rule] = made["split_charge_rule"]
    assert (rule["source"], rule["targets"], rule["method"]) == ("shared", ["research", "product"], method)
    assert [each["values"] for each in rule.get("parameter", [])] == ([percentages] if percentages else [])
    assert [each["value"] for each in made["rule"]] == ["shared", "research", "product"]
    assert made["default_value"] == "untagged"


def denied(statement: Mapping[str, Any], instance_type: str, tags: Mapping[str, str]) -> bool:
    """What IAM makes of one statement: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html"""
    condition = statement["Condition"]
    if not any(instance_type.startswith(each.rstrip("*")) for each in condition["StringLike"]["ec2:InstanceType"]):
        return False
    requested = {f"aws:RequestTag/{key}": value for key, value in tags.items()}
    absent = all((key not in requested) == (wanted == "true") for key, wanted in condition.get("Null", {}).items())
    other = all(requested.get(key) not in values for key, values in condition.get("StringNotEquals", {}).items())
    return absent and other


@pytest.mark.parametrize(
    ("instance_type", "tags", "refused"),
    [
        ("p5.48xlarge", {"workload-type": "training", "cost-center": "research", "team": "vision"}, False),
        ("p5.48xlarge", {"workload-type": "training", "cost-center": "research"}, True),
        ("p5.48xlarge", {"workload-type": "gaming", "cost-center": "research", "team": "vision"}, True),
        ("g6e.xlarge", {}, True),
        ("trn2.48xlarge", {}, True),
        ("m7i.large", {}, False),
        ("c7g.large", {}, False),
    ],
)
def test_nobody_starts_an_accelerator_without_tags(instance_type: str, tags: Mapping[str, str], refused: bool) -> None:
    plan = made_by(policy(launch_guard=LaunchGuard(targets=["ou-ab12-12345678"], iam_policy=True)))
    for written in (statements(plan, "aws_organizations_policy", "content"), statements(plan, "aws_iam_policy")):
        assert any(denied(statement, instance_type, tags) for statement in written) is refused
        assert {statement["Effect"] for statement in written} == {"Deny"}


def test_keys_are_activated_when_asked() -> None:
    plan = made_by(policy(activate=True))
    assert [each.body["tag_key"] for each in plan.of_type("aws_ce_cost_allocation_tag")] == [
        "cost-center",
        "team",
        "workload-type",
    ]


def test_each_place_is_optional() -> None:
    assert {resource.type for resource in made_by(policy(config_rule=RequiredTagsRule())).resources} == {
        "aws_config_config_rule"
    }
    assert not made_by(policy(gpu_pods=GpuPodLabels())).resources


def drift(*items: Any, **fields: Any) -> str:
    with pytest.raises(InvalidBlueprint) as refused:
        stack(policy(organization=ORGANIZATION), *items, **fields).plan()
    return str(refused.value)


def test_a_stack_that_drifts_from_the_taxonomy_is_refused() -> None:
    told = drift(fleet(), tags=CostTags(workload_type="training", cost_center="reserach", team="vision"))
    assert "cost-center: has a value that is none, on aws_" in told
    assert "(got 'reserach'); did you mean 'research'?" in told
    assert told.count("cost-center") == 1


def test_a_resource_without_a_required_key_is_named() -> None:
    needed = stack(policy(required={**REQUIRED, "project": []}, organization=ORGANIZATION), fleet())
    with pytest.raises(InvalidBlueprint, match="project: is required, and aws_"):
        needed.plan()


def test_an_optional_key_may_be_absent_but_not_wrong() -> None:
    optional = policy(optional={"model_name": ["ranker"]}, organization=ORGANIZATION)
    assert stack(optional, fleet()).plan().resources
    with pytest.raises(InvalidBlueprint, match="model-name: has a value that is none"):
        stack(optional, fleet(tags=CostTags(model_name="chat"))).plan()


SHARED = SplitCategory(by="cost_center", shared="shared")
BAD: Mapping[str, tuple[Mapping[str, Any], str]] = {
    "no keys": ({"required": {}}, "required: needs a key"),
    "nowhere": ({}, "organization: or another place is required"),
    "required and optional": ({"optional": {"team": []}}, "optional.team: is required already"),
    "a value that is none": ({"required": {"sla_tier": ["gold"]}}, "required.sla-tier: Input should be"),
    "a value AWS takes and Kubernetes does not": ({"required": {"team": ["a b"]}}, "required.team: can not be a"),
    "keys that differ in case": (
        {"required": {"Owner": [], "owner": []}, "organization": ORGANIZATION},
        "organization: takes keys that differ in more than case (got 'owner')",
    ),
    "too long for Organizations": (
        {"required": {"team": [f"team-{n:04}" for n in range(900)]}, "organization": ORGANIZATION},
        "organization: would be",
    ),
    "too long for Config": (
        {"required": {"team": [f"team-{n:04}" for n in range(200)]}, "config_rule": RequiredTagsRule()},
        "required.team: has more values than a Config rule can hold",
    ),
    "too long for a service control policy": (
        {"required": {"team": [f"team-{n:04}" for n in range(500)]}, "launch_guard": LaunchGuard(targets=["r-ab12"])},
        "launch_guard.targets: would be",
    ),
    "groups by an unknown key": ({"resource_groups": "tema"}, "resource_groups: is none of the required keys"),
    "groups by a key of any value": ({"resource_groups": "team"}, "resource_groups: needs a key whose values are"),
    "a category of a key of any value": (
        {"cost_category": SplitCategory(by="team")},
        "cost_category.by: needs a key whose values are listed",
    ),
    "a category value with a dot": (
        {"required": {"team": ["a.b", "c"]}, "cost_category": SplitCategory(by="team")},
        "required.team: can not be the value of a cost category (got 'a.b')",
    ),
    "shared by nobody": ({"cost_category": SHARED}, "cost_category.shared: is no value of cost_center (got 'shared')"),
    "percentages that are not 100": (
        {"cost_category": SplitCategory(by="cost_center", shared="research", split={"product": 90})},
        "cost_category.split: must give a percentage to each of ['product'], 100 in all",
    ),
    "a split of nothing": ({"cost_category": SplitCategory(by="cost_center", split="even")}, "has nothing to split"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_taxonomy_that_is_none(case: str) -> None:
    fields, message = BAD[case]
    with pytest.raises(InvalidBlueprint) as refused:
        policy(**fields)
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("make", "fields", "message"),
    [
        (OrganizationTags, {"targets": ["root"]}, "targets.0: is not a root ('r-...')"),
        (OrganizationTags, {"targets": ["r-ab12"], "enforce": ["ec2:instances"]}, "did you mean 'ec2:instance'"),
        (OrganizationTags, {"targets": []}, "targets: Value should have at least 1 item"),
        (RequiredTagsRule, {"resource_types": ["AWS::SageMaker::Endpoint"]}, "is no type the rule can look at"),
        (LaunchGuard, {}, "targets: or iam_policy is required"),
        (GpuPodLabels, {"actions": ["Deny", "Warn"]}, "actions: can not hold both Deny and Warn"),
        (GpuPodLabels, {"exempt_namespaces": ["Kube"]}, "is not a Kubernetes namespace"),
    ],
)
def test_places_that_are_none(make: Any, fields: Mapping[str, Any], message: str) -> None:
    with pytest.raises(InvalidBlueprint) as refused:
        make(**fields)
    assert message in str(refused.value)
