"""Plain strings stay literal, expressions stay expressions, and both are read back as what they were."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aicost_iac import Expr, Raw, Ref, template
from aicost_iac.expr import Text, call, escape, json_document, parse, references, text
from tests.core.strategies import LITERALS, REFS, TEMPLATE_LIKE, templates

ROLE = Ref("aws_iam_role.trainer", "arn")
TOKEN = "${TfToken[TOKEN.7]}"


def parts(value: Text) -> tuple[str | Ref | Raw, ...]:
    return value.parts if isinstance(value, Expr) else (value,)


@given(LITERALS | st.text('$%{}"\\'))
def test_a_literal_is_read_back_as_itself(literal: str) -> None:
    assert parse(text(literal)) == literal


@given(templates())
@example(template("a$", ROLE))
@example(template("$$$", ROLE, "$"))
@example(template("%", Raw("if true", "%"), "%", Raw("endif", "%")))
@example(template("%", ROLE, "%{", ROLE, "{"))
@example(template("$%", Raw("if true", "%"), "%$%", ROLE, "%$"))
@example(template("%$\r\r\n$", ROLE, "\r", ROLE))
def test_any_mixture_is_read_back_as_itself(value: Text) -> None:
    assert parse(text(value)) == value


@given(TEMPLATE_LIKE)
def test_whatever_somebody_wrote_is_refused_or_keeps_its_meaning(written: str) -> None:
    try:
        value = parse(written)
    except ValueError:
        return
    assert parse(text(value)) == value


@pytest.mark.parametrize(
    ("literal", "written"),
    [
        ("${x}", "$${x}"),
        ("%{if x}", "%%{if x}"),
        ("$${x}", "$$${x}"),
        ("$x {y} 100%", "$x {y} 100%"),
        ("${TfToken[1] + file(x)}", "$${TfToken[1] + file(x)}"),
        ("${TfToken[]}", "$${TfToken[]}"),
        (TOKEN, TOKEN),
        (f"a{TOKEN}${{b}}", f"a{TOKEN}$${{b}}"),
        (f"US${TOKEN}", f'US${{"$"}}{TOKEN}'),
        ("a\rb", "a\rb"),
        ("a\r\n$${", "a\r\n$$${"),
        ("a\rb${", 'a${"\\r"}b$${'),
    ],
)
def test_only_template_syntax_is_escaped_and_only_whole_tokens_pass(literal: str, written: str) -> None:
    assert escape(literal) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (ROLE, "${aws_iam_role.trainer.arn}"),
        (template("a-", ROLE), "a-${aws_iam_role.trainer.arn}"),
        (template("a$", ROLE), 'a${"$"}${aws_iam_role.trainer.arn}'),
        (template("a%", ROLE), "a%${aws_iam_role.trainer.arn}"),
        (template("a$%", Raw("if true", "%")), 'a${"$%"}%{if true}'),
        (template("a\r\nb$\rc", ROLE), 'a\r\nb${"$\\r"}c${aws_iam_role.trainer.arn}'),
        (template(ROLE, "a\rb"), "${aws_iam_role.trainer.arn}a\rb"),
        (Raw("if var.x", "%"), "%{if var.x}"),
        (call("base64encode", 'a "b"\n\t\\ ${c}'), '${base64encode("a \\"b\\"\\n\\t\\\\ $${c}")}'),
        (call("base64encode", template("a$", ROLE)), '${base64encode("a${"$"}${aws_iam_role.trainer.arn}")}'),
        (call("upper", "a\r${b"), '${upper("a\\r$${b")}'),
        (call("upper", f'"$\r${TOKEN}'), f'${{upper("\\"$\\r${{"$"}}{TOKEN}")}}'),
        (call("upper", ROLE), '${upper("${aws_iam_role.trainer.arn}")}'),
    ],
)
def test_what_is_written(value: Text, written: str) -> None:
    assert text(value) == written


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("${var.a.b}", Raw("var.a.b")),
        ("${each.value.id}", Raw("each.value.id")),
        ("${data.aws_vpc.main.id}", Ref("data.aws_vpc.main", "id")),
        ("${ aws_vpc.main.id }", Raw(" aws_vpc.main.id ")),
        ('${aws_vpc.main.tags["a}b"]}', Raw('aws_vpc.main.tags["a}b"]')),
        ('${"${"}"}"}', Raw('"${"}"}"')),
        ("a${b}c", Expr(("a", Raw("b"), "c"))),
    ],
)
def test_what_others_wrote(written: str, value: Text) -> None:
    assert parse(written) == value
    assert text(value) == written


@pytest.mark.parametrize("written", ["${", "a${b", '${"a}', "%{if"])
def test_a_template_without_an_end_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="unclosed"):
        parse(written)


def test_templates_have_one_normal_form() -> None:
    assert template("a", "", "b") == "ab"
    assert template(ROLE) is ROLE
    assert template("", "") == ""
    assert template(template("a", ROLE), template("b", "c")) == Expr(("a", ROLE, "bc"))


@given(st.lists(LITERALS | REFS, max_size=6))
def test_concatenation_is_associative(pieces: list[str | Ref]) -> None:
    for cut in range(len(pieces) + 1):
        assert template(template(*pieces[:cut]), template(*pieces[cut:])) == template(*pieces)


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("${aws_vpc.a.id}", []),
        (ROLE, ["aws_iam_role.trainer"]),
        (template("x", ROLE, Ref("aws_vpc.a", "id")), ["aws_iam_role.trainer", "aws_vpc.a"]),
        (Raw("concat(aws_vpc.a.*.id, [data.aws_vpc.b.id])"), ["aws_vpc.a", "data.aws_vpc.b"]),
        (Raw('upper("aws_vpc.a.id")'), []),
        (Raw('upper("x${aws_vpc.a.id}")'), ["aws_vpc.a"]),
        (Raw("var.a_b.c.d"), []),
        (Raw("each.value.aws_vpc.a.id"), []),
        (call("base64encode", template("'${aws_vpc.b.id}' ", ROLE)), ["aws_iam_role.trainer"]),
    ],
)
def test_the_addresses_an_expression_reads(value: Text, read: list[str]) -> None:
    assert list(references(value)) == read


def test_a_json_document_holds_references_inside_its_strings() -> None:
    written = json_document({"Resource": [ROLE, template(ROLE, "/*")], "Condition": {"a": "${aws:username}"}})
    assert text(written) == (
        '{"Resource":["${aws_iam_role.trainer.arn}","${aws_iam_role.trainer.arn}/*"],'
        '"Condition":{"a":"$${aws:username}"}}'
    )


PLAIN_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | LITERALS | st.text('\x01$%{}"\\'),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(LITERALS, inner, max_size=3),
)


@given(PLAIN_JSON)
def test_a_json_document_of_hostile_strings_is_one_literal(value: Any) -> None:
    import json

    if "\0" in json.dumps(value, ensure_ascii=False).replace("\\u0000", "\0"):
        return
    document = json_document(value)
    assert isinstance(document, str)
    assert json.loads(document) == value


@pytest.mark.parametrize("value", [{"a": {1, 2}}, {"a": b"x"}, [object()]])
def test_a_json_document_of_what_json_has_not_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="has no JSON form"):
        json_document(value)


def test_a_json_document_can_not_hold_what_marks_its_references() -> None:
    with pytest.raises(ValueError, match="NUL"):
        json_document({"a": "\x000\x00"})
