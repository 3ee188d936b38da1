"""`*.tf.json`: every way Terraform lets a block be written, what we and cdktf note beside it, and what is broken."""

import json
from typing import Any

import pytest

from aicost_iac import output
from aicost_iac.expr import Raw, Ref
from aicost_iac.fields import Suppress
from aicost_iac.gate import Found, Loaded, load
from aicost_iac.plan import Resource
from tests.examples import all_stacks
from tests.gate.files import only, read

BUCKET = {"bucket": "example-data"}


def loaded(document: Any) -> Loaded:
    return read(document if isinstance(document, str) else json.dumps(document, indent=2), "root/main.tf.json")


def found(body: Any) -> Found:
    return only(loaded({"resource": {"aws_s3_bucket": {"data": body}}}))


@pytest.mark.parametrize(
    "document",
    [
        {"resource": {"aws_s3_bucket": {"data": BUCKET}}},
        {"resource": [{"aws_s3_bucket": {"data": BUCKET}}]},
        {"resource": {"aws_s3_bucket": [{"data": BUCKET}]}},
        {"resource": {"aws_s3_bucket": {"data": [BUCKET]}}},
        {"//": "a comment", "resource": {"//": "another", "aws_s3_bucket": {"//": "and one more", "data": BUCKET}}},
    ],
)
def test_a_block_may_be_an_object_or_a_list(document: Any) -> None:
    each = only(loaded(document))
    assert (each.node, each.root) == (Resource("aws_s3_bucket", "data", BUCKET), "root")
    line, column = each.locate(("bucket",))
    assert json.dumps(document, indent=2).splitlines()[line - 1][column - 1 :].startswith('"bucket": "example-data"')


def test_expressions_are_parsed_and_literals_unescaped() -> None:
    node = found({"bucket": "${aws_kms_key.k.arn}", "tags": {"a": "$${b}", "c": "${var.d}"}}).node
    assert isinstance(node, Resource)
    assert node.body == {"bucket": Ref("aws_kms_key.k", "arn"), "tags": {"a": "${b}", "c": Raw("var.d")}}


def test_what_makes_nothing_is_passed_over() -> None:
    bodies = {"a": {"count": 0}, "b": {"for_each": {}}, "c": {"count": 1}, "d": {"count": "${var.n}"}}
    assert [each.node.address for each in loaded({"resource": {"aws_sqs_queue": bodies}}).found] == [
        "aws_sqs_queue.c",
        "aws_sqs_queue.d",
    ]


def test_module_calls_and_providers_are_seen_and_not_counted_as_resources() -> None:
    document = {
        "module": {"vpc": {"source": "./vpc", "tags": "${local.tags}"}},
        "provider": {"aws": [{"region": "us-east-1"}, {"alias": "dr", "region": "us-west-2"}]},
        "data": {"aws_region": {"here": {}}},
    }
    assert [each.node.address for each in loaded(document).found] == [
        "data.aws_region.here",
        "module.vpc",
        "provider.aws",
        "provider.aws.dr",
    ]


def test_the_construct_path_is_cdktfs_or_our_own_origin() -> None:
    cdktf = {"//": {"metadata": {"path": "training/fleet/group", "uniqueId": "group"}}}
    assert found(cdktf).construct == "training/fleet/group"
    assert found({"//": {"aicost": {"origin": "SpotTrainingFleet/sweep"}}}).construct == "SpotTrainingFleet/sweep"
    assert found({"//": "by hand"}).construct == ""


@pytest.mark.parametrize(
    ("comment", "suppressed"),
    [
        ("aicost:ignore SPOT002 ends with its group", [("SPOT002", "ends with its group")]),
        (["aicost:ignore SPOT002: a reason", "aicost:ignore TAG001"], [("SPOT002", "a reason"), ("TAG001", "")]),
        ({"aicost": {"suppress": [{"rule": "SPOT002", "reason": "ends with it"}]}}, [("SPOT002", "ends with it")]),
        ("an aicost:ignore that is prose", []),
        (7, []),
    ],
)
def test_suppressions_stand_in_comment_properties(comment: Any, suppressed: list[tuple[str, str]]) -> None:
    assert [(each.rule, each.reason) for each in found({"//": comment}).node.suppress] == suppressed


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        ('{\n  "resource": {,}\n}', "is no JSON: Expecting property name", 2),
        ("[]", "the document should be an object, it is list", 1),
        ('{\n  "resource": [7]\n}', "resource should be an object, it is int", 1),
        ('{"resource": {"aws_x": {\n"a": 7}}}', "aws_x.a should be an object, it is int", 2),
        ('{"resource": {"aws_x": {"a": {"b":\n NaN}}}}', "JSON has no such number", 1),
        ('{"resource": {"aws_x": {"a": {"b": "${c"}}}}', "unclosed template", 1),
        (
            '{"resource": {"aws_x": {"a": {"//": {"aicost": {"suppress": [{"rule": "X1"}]}}}}}}',
            "reason: is required",
            1,
        ),
        ('{"a": ' + "[" * 100_000 + "}", "is no JSON", 1),
        ('{"a": ' + "[" * 150 + "]" * 150 + "}", "nested deeper than 100 levels", 0),
    ],
)
def test_what_is_broken_has_its_place(text: str, reason: str, line: int) -> None:
    [problem] = loaded(text).broken
    assert reason in problem.reason
    assert problem.line in (line, 0)


def test_a_broken_resource_does_not_take_the_others_with_it() -> None:
    result = loaded({"resource": {"aws_x": {"a": {"b": "${c"}, "d": {}}}})
    assert [each.node.address for each in result.found] == ["aws_x.d"]
    assert len(result.broken) == 1


def test_numbers_that_a_double_does_not_hold_are_text() -> None:
    node = found({"size": 9007199254740993, "small": 3}).node
    assert isinstance(node, Resource)
    assert node.body == {"size": "9007199254740993", "small": 3}


def test_places_survive_escapes_and_deep_nesting() -> None:
    text = '{"resource": {"aws_x": {"a\\u00e4": {"b\\"c": [{"d": 1},\n {"e": 2}]}}}}'
    each = only(loaded(text))
    assert each.locate(('b"c', 1, "e")) == (2, 3)
    assert each.locate(('b"c', 5)) == (1, 37)


@pytest.mark.parametrize("name", all_stacks())
def test_our_own_output_is_read_back_as_the_plan_it_was(name: str) -> None:
    stack = all_stacks()[name]
    plan = stack.plan()
    texts = {each: text for each, text in output.files([stack]).items() if each.endswith((".tf.json", ".yaml"))}
    nodes = {each.node.address: each.node for each in load((), texts=texts).found}
    provided = {address for address in nodes if address.startswith("provider.")}
    assert {address: node for address, node in nodes.items() if address not in provided} == dict(plan.by_address)
    assert provided


def test_a_suppression_of_ours_is_read_back() -> None:
    node = found({"//": {"aicost": {"suppress": [{"rule": "SPOT002", "reason": "ends with it"}]}}}).node
    assert node.suppress == (Suppress(rule="SPOT002", reason="ends with it"),)
