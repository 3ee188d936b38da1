"""load(render(plan)) == plan, whatever is in it; and what others wrote is read, or refused with its place."""

import json
from typing import Any

import pytest
from hypothesis import given

from aicost_iac import Output, Plan, Raw, Ref, Resource
from aicost_iac.canonical import document
from aicost_iac.errors import NotPlainData, UnreadableDocument
from aicost_iac.terraform.document import load, render
from tests.core.strategies import plans


@given(plans())
def test_a_plan_is_read_back_as_itself(plan: Plan) -> None:
    assert load(json.loads(document(render(plan)))) == plan


@given(plans())
def test_the_same_plan_gives_the_same_bytes(plan: Plan) -> None:
    assert document(render(load(render(plan)))) == document(render(plan))


SETTINGS = {"terraform": {"backend": {"local": {"path": "${x}"}}}, "provider": {"aws": [{"region": "us-east-1"}]}}


def test_settings_stand_beside_the_plan_and_are_literals_too() -> None:
    written = render(Plan((Resource("aws_sqs_queue", "a", {"name": "a"}),)), SETTINGS)
    assert written["terraform"] == {"backend": {"local": {"path": "$${x}"}}}
    assert written["resource"] == {"aws_sqs_queue": {"a": {"name": "a"}}}


def test_references_that_resolve_to_nothing_in_a_file_are_external() -> None:
    plan = load({"resource": {"aws_sqs_queue": {"a": {"name": "${aws_vpc.b.id}"}}}, "output": {"x": {"value": "y"}}})
    assert plan.external == {"aws_vpc.b"}
    assert plan.outputs == {"x": Output("y")}


FOREIGN: list[tuple[str, dict[str, Any]]] = [
    ("a comment at the top", {"//": "made by hand"}),
    ("a comment beside a resource", {"resource": {"aws_vpc": {"a": {"//": "careful", "cidr_block": "10.0.0.0/8"}}}}),
    ("another tool's notes", {"//": {"metadata": {"version": "0.21"}, "outputs": {}}}),
    ("blocks as a list", {"resource": [{"aws_vpc": {"a": {}}}, {"aws_vpc": {"b": {}}}]}),
    ("an output without a value", {"output": {"a": {"sensitive": True}}}),
    ("variables and locals", {"variable": {"a": {}}, "locals": {"b": "${var.a}"}}),
]


@pytest.mark.parametrize(("what", "written"), FOREIGN, ids=[what for what, _ in FOREIGN])
def test_what_others_write_is_read(what: str, written: dict[str, Any]) -> None:
    assert load(written) is not None


def test_a_key_may_be_an_expression_and_keeps_its_words() -> None:
    plan = load({"resource": {"aws_vpc": {"a": {"tags": {"${var.key}": "x", "$${literal}": "y"}}}}})
    [resource] = plan.resources
    assert dict(resource.body["tags"]) == {"${var.key}": "x", "${literal}": "y"}


UNREADABLE: list[tuple[dict[str, Any], str]] = [
    ({"resource": "x"}, r"main\.tf\.json: resource should be an object, it is str"),
    ({"resource": {"aws_vpc": ["a"]}}, r"resource\.aws_vpc should be an object, it is list"),
    ({"resource": {"aws_vpc": {"a": "x"}}}, r"aws_vpc\.a should be an object, it is str"),
    ({"output": {"a": "x"}}, r"output\.a should be an object, it is str"),
    ({"resource": {"aws_vpc": {"a": {"b": ["${c"]}}}}, r"aws_vpc\.a: unclosed template in '\$\{c'"),
    ({"output": {"a": {"value": "%{if"}}}, r"output\.a: unclosed template"),
    ({"//": {"aicost": "x"}}, r"of the document should be an object"),
    (
        {"resource": {"aws_vpc": {"a": {"//": {"aicost": {"suppress": [{"rule": "SPOT001"}]}}}}}},
        r"aws_vpc\.a is not as we wrote it: Suppress: 1 problem\s+- reason: is required",
    ),
    (
        {"resource": {"aws_vpc": {"a": {"//": {"aicost": {"assume": [{"nme": "x"}]}}}}}},
        r"aws_vpc\.a is not as we wrote it: .*'nme'",
    ),
]


@pytest.mark.parametrize(("written", "reason"), UNREADABLE)
def test_what_can_not_be_read_is_refused_with_its_place(written: dict[str, Any], reason: str) -> None:
    with pytest.raises(UnreadableDocument, match=reason):
        load(written, "main.tf.json")


TOKEN = "${TfToken[TOKEN.3]}"
CARRIERS: list[tuple[Plan, str]] = [
    (Plan((Resource("aws_vpc", "a", {"tags": {"x": TOKEN}}),)), r"aws_vpc\.a: tags\.x holds"),
    (Plan((Resource("aws_vpc", "a", {"tags": {TOKEN: "x"}}),)), r"aws_vpc\.a: tags holds"),
    (Plan((Resource("aws_vpc", "a", {"b": [1, -1.8881545897087e289]}),)), r"aws_vpc\.a: b\.1 holds"),
    (Plan((Resource("aws_vpc", "a", {"b": Raw(f'upper("{TOKEN}")')}),)), r"aws_vpc\.a: b holds"),
    (Plan((Resource("aws_vpc", "a", {"b": "#{TfToken[TOKEN.1]}"}),)), r"aws_vpc\.a: b holds"),
    (Plan(outputs={"o": Output({"v": TOKEN})}), r"output\.o: v holds"),
]


@pytest.mark.parametrize(("plan", "place"), CARRIERS)
def test_a_cdktf_token_never_reaches_a_native_document(plan: Plan, place: str) -> None:
    with pytest.raises(NotPlainData, match=rf"{place} .*mount the blueprint"):
        render(plan)


def test_a_cdktf_token_never_reaches_native_settings() -> None:
    with pytest.raises(NotPlainData, match=r"settings: provider\.aws\.0\.region holds"):
        render(Plan(), {"provider": {"aws": [{"region": TOKEN}]}})


def test_nodes_of_a_file_are_ordered_by_address() -> None:
    plan = Plan((Resource("aws_b", "b"), Resource("aws_a", "z"), Resource("aws_a", "a", {"x": Ref("aws_b.b", "id")})))
    assert [resource.address for resource in plan.resources] == ["aws_a.a", "aws_a.z", "aws_b.b"]
