"""CostTags: the same words as AWS tags and as Kubernetes labels, or an error that says whose rule is broken."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicost_iac import CostTags, InvalidBlueprint
from aicost_iac.tags import MAX_TAGS

LABEL = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?", fullmatch=True)


def test_a_field_becomes_the_tag_of_its_name_and_extras_stay_as_they_are() -> None:
    tags = CostTags(team="ml", cost_center="x1", workload_type="training", extras={"Owner_Mail": "a.b"})
    assert list(tags.keys().items()) == [
        ("Owner_Mail", "a.b"),
        ("cost-center", "x1"),
        ("team", "ml"),
        ("workload-type", "training"),
    ]


def test_own_tags_win_key_by_key_and_complete_the_stacks() -> None:
    stack = CostTags(team="ml", project="a", extras={"x": "1", "y": "1"})
    own = CostTags(project="b", extras={"y": "2", "z": "2"})
    assert own.over(stack) == CostTags(team="ml", project="b", extras={"x": "1", "y": "2", "z": "2"})
    assert own.over(None) is own


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"team": "a#b"}, "team", "AWS: letters, digits"),
    ({"team": "a b"}, "team", "Kubernetes: label values are 1 to 63"),
    ({"team": ""}, "team", "Kubernetes: label values"),
    ({"team": "x" * 64}, "team", "Kubernetes: label values"),
    ({"team": "-x"}, "team", "begin and end alphanumeric"),
    ({"team": "a\n"}, "team", "Kubernetes: label values"),
    ({"team": "équipe"}, "team", "Kubernetes: label values"),
    ({"extras": {"a/b": "c"}}, "extras.a/b", "Kubernetes: label names"),
    ({"extras": {"aws:x": "c"}}, "extras.aws:x", "Kubernetes: label names"),
    ({"extras": {"AWSthing": "c"}}, "extras.AWSthing", "AWS: keys that begin with 'aws' are its own"),
    ({"extras": {"cost-center": "c"}}, "extras.cost-center", "use cost_center="),
    ({"extras": {"ok": "a b"}}, "extras.ok", "Kubernetes: label values"),
    ({"workload_type": "trainin"}, "workload_type", "'training'"),
    ({"sla_tier": "gold"}, "sla_tier", "'critical'"),
    ({"extras": {f"k{i}": "v" for i in range(MAX_TAGS + 1)}}, "extras", "AWS allows 50"),
    ({"teem": "x"}, "teem", "mend its spelling"),
]


@pytest.mark.parametrize(("fields", "field", "rule"), REFUSED)
def test_a_refusal_names_the_field_and_whose_rule_it_is(fields: dict[str, Any], field: str, rule: str) -> None:
    with pytest.raises(InvalidBlueprint) as refusal:
        CostTags(**fields)
    assert any(problem.field == field and rule in str(problem) for problem in refusal.value.problems)


def test_all_wrong_tags_are_reported_together() -> None:
    with pytest.raises(InvalidBlueprint, match="2 problems") as refusal:
        CostTags(team="a b", project="a#b")
    assert [problem.field for problem in refusal.value.problems] == ["project", "team"]


@given(LABEL)
def test_every_label_is_a_tag_and_kept_as_it_is(value: str) -> None:
    assert CostTags(team=value).keys() == {"team": value}


def test_the_default_is_no_tags_at_all() -> None:
    assert CostTags().keys() == {}
