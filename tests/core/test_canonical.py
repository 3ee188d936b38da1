"""One form for every body: what JSON can not carry is refused with its address and its place, the rest is kept."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given

from aicost_iac import Raw, Ref, Resource, template
from aicost_iac.canonical import MAX_INTEGER, document, normal, plain, whole
from aicost_iac.errors import AicostError, NotPlainData
from tests.core.strategies import bodies, nested, templates


class Strategy(StrEnum):
    LOWEST = "lowest-price"


class Count(IntEnum):
    ONE = 1


class Colour(Enum):
    RED = "red"


REFUSED: list[tuple[Any, str]] = [
    (float("nan"), "JSON has no such number"),
    (float("inf"), "JSON has no such number"),
    (float("-inf"), "JSON has no such number"),
    (MAX_INTEGER + 1, "give a string"),
    (-MAX_INTEGER - 1, "give a string"),
    (1e300, "give a string"),
    (b"x", "bytes has no JSON form"),
    ({1}, "set has no JSON form"),
    (frozenset(), "frozenset has no JSON form"),
    (Decimal("1.5"), "Decimal has no JSON form"),
    (date(2026, 11, 24), "date has no JSON form"),
    (Path("x"), "PosixPath has no JSON form"),
    (1j, "complex has no JSON form"),
    (Count.ONE, "Count has no JSON form"),
    (Colour.RED, "Colour has no JSON form"),
    (object(), "object has no JSON form"),
    (iter([]), "list_iterator has no JSON form"),
    ("\ud800", "a lone surrogate has no UTF-8 form"),
    ({1: "x"}, "keys must be strings"),
    ({None: "x"}, "keys must be strings"),
    ({Ref("aws_vpc.a", "id"): "x"}, "keys must be strings"),
    ({"\udfff": "x"}, "a lone surrogate has no UTF-8 form"),
]


@pytest.mark.parametrize(("value", "reason"), REFUSED, ids=lambda value: type(value).__name__)
def test_what_json_can_not_carry_is_refused_with_address_and_place(value: Any, reason: str) -> None:
    with pytest.raises(NotPlainData, match=rf"aws_sqs_queue\.a: policy\.1\.deep holds .*{reason}") as refusal:
        Resource("aws_sqs_queue", "a", {"policy": ["x", {"deep": value}]})
    assert isinstance(refusal.value, AicostError)
    assert isinstance(refusal.value, TypeError)
    assert (refusal.value.where, refusal.value.path) == ("aws_sqs_queue.a", "policy.1.deep")


def test_a_body_that_is_refused_as_a_whole_says_so() -> None:
    with pytest.raises(NotPlainData, match=r"aws_sqs_queue\.a: \(whole body\) holds 3: keys must be strings"):
        Resource("aws_sqs_queue", "a", {3: 4})  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("given_", "kept"),
    [
        ({"a": None}, {}),
        ({"a": [None, 1, None]}, {"a": [1]}),
        ({"a": {}, "b": []}, {}),
        ({"a": [{}, {"b": [{"c": None}]}]}, {}),
        ({"a": "", "b": 0, "c": False, "d": 0.0}, {"a": "", "b": 0, "c": False, "d": 0}),
        ({"a": (1, (2, 3))}, {"a": [1, [2, 3]]}),
        ({"a": Strategy.LOWEST, Strategy.LOWEST: 1}, {"a": "lowest-price", "lowest-price": 1}),
        (MappingProxyType({"a": MappingProxyType({"b": 1})}), {"a": {"b": 1}}),
        ({"a": True, "b": False}, {"a": True, "b": False}),
    ],
)
def test_none_and_empty_blocks_are_dropped_and_nothing_else(given_: Any, kept: Any) -> None:
    assert normal(given_, "here") == kept


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (1.0, "1"),
        (-0.0, "0"),
        (0.1, "0.1"),
        (1e-7, "1e-07"),
        (float(2**53), str(2**53)),
        (2**53, str(2**53)),
        (-(2**53), str(-(2**53))),
        (1.5e15 + 0.5, "1500000000000000.5"),
    ],
)
def test_whole_numbers_are_integers_and_others_keep_every_digit(number: float, written: str) -> None:
    assert json.dumps(normal({"n": number}, "here")["n"]) == written


def test_what_is_kept_is_of_the_plain_types_only() -> None:
    kept = normal({Strategy.LOWEST: [Strategy.LOWEST, True, 2.0]}, "here")
    [(key, [text, truth, number])] = kept.items()
    assert [type(part) for part in (kept, key, text, truth, number)] == [dict, str, str, bool, int]


@given(bodies())
def test_normal_form_is_a_fixed_point(body: Any) -> None:
    once = normal({"x": body}, "here")
    assert normal(once, "here") == once


@given(bodies())
def test_normal_form_holds_neither_none_nor_anything_empty(body: Any) -> None:
    def empty(value: Any) -> bool:
        inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
        return value is None or value == {} or value == [] or any(map(empty, inner))

    assert not any(map(empty, normal({"x": body}, "here").values()))


@given(bodies())
def test_a_body_is_copied_so_that_later_changes_do_not_reach_the_plan(body: Any) -> None:
    given_ = {"x": [body, {"y": 1}]}
    made = Resource("aws_sqs_queue", "a", given_)
    before = document(plain(made.body))
    given_["x"].append({"z": 1})
    given_["x"][1]["y"] = 2
    assert document(plain(made.body)) == before


@given(nested(templates()))
def test_plain_gives_json_data(body: Any) -> None:
    json.loads(document(plain(normal({"x": body}, "here"))))


def test_plain_writes_references_and_escapes_literals_and_keys() -> None:
    body = {"a": Ref("aws_vpc.b", "id"), "b": "${x}", "${c}": template("%{", Raw("var.d"))}
    assert plain(normal(body, "here")) == {"a": "${aws_vpc.b.id}", "b": "$${x}", "$${c}": "%%{${var.d}"}


def test_whole_drops_nothing() -> None:
    body: dict[str, Any] = {"a": None, "b": {}, "c": [], "d": [None, {"e": ()}], "f": 1.0}
    assert whole(body, "here") == {"a": None, "b": {}, "c": [], "d": [None, {"e": []}], "f": 1}


def test_a_document_is_sorted_indented_utf_8_and_ends_with_one_newline() -> None:
    assert document({"b": 1, "a": {"é": []}}) == '{\n  "a": {\n    "é": []\n  },\n  "b": 1\n}\n'
