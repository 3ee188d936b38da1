"""Documents inside documents, and the limits within which they are read."""

from typing import Any

import pytest

from aicost_iac.errors import UnreadableDocument
from aicost_iac.expr import Expr, Raw, template
from aicost_iac.rules.reading.documents import MAX_CHARACTERS, MAX_DEPTH, read_json, read_yaml

_BOMB = "\n".join(["a0: &a0 [x, x, x, x, x, x, x, x, x]"] + [
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)
])  # fmt: skip


def test_data_comes_as_it_is_written() -> None:
    assert read_yaml("a: [1, b]", "here") == {"a": [1, "b"]}
    assert read_json('{"a": [1, "b"]}', "here") == {"a": [1, "b"]}


def test_an_expression_makes_one_text_unknown_and_not_the_document() -> None:
    hole = Raw("var.bucket")
    found = read_json(template('{"uri": "s3://', hole, '/x", "n": 1}'), "here")
    assert found["n"] == 1
    assert isinstance(found["uri"], Expr)
    assert hole in found["uri"].parts


@pytest.mark.parametrize("value", [template('{"a": ', Raw("var.number"), "}"), Raw("jsonencode(local.a)"), None, 3])
def test_structure_that_only_terraform_knows_is_unknown(value: Any) -> None:
    assert read_json(value, "here") is None


@pytest.mark.parametrize("read", [read_yaml, read_json])
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('"' + "x" * MAX_CHARACTERS + '"', "more than"),
        ("[" * (MAX_DEPTH + 5) + "]" * (MAX_DEPTH + 5), "levels"),
        ("[" * 30_000, "^here"),
    ],
)
def test_what_is_too_large_or_too_deep_is_refused(read: Any, text: str, message: str) -> None:
    with pytest.raises(UnreadableDocument, match=message):
        read(text, "here")


@pytest.mark.parametrize("text", [_BOMB, "a: &a [*a]"])
def test_aliases_that_unfold_without_measure_are_refused(text: str) -> None:
    with pytest.raises(UnreadableDocument, match="unfolds into more"):
        read_yaml(text, "here")


@pytest.mark.parametrize(
    ("read", "text", "line", "column"), [(read_yaml, "a: 1\nb: c: d", 2, 5), (read_json, '{"a": 1,\n "b" 2}', 2, 6)]
)
def test_what_is_broken_says_where(read: Any, text: str, line: int, column: int) -> None:
    with pytest.raises(UnreadableDocument) as caught:
        read(text, "here")
    assert (caught.value.line, caught.value.column) == (line, column)
