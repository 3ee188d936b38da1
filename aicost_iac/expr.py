"""References and expressions: the only strings that may carry `${...}`.

A plain string is a literal, whatever it contains. What Terraform is to evaluate is one of

- `Ref("aws_iam_role.trainer", "arn")`: an attribute of a resource of the same plan (or one declared external),
- `Raw("base64gzip(file(\"x\"))")`: an expression as Terraform's language spells it,
- `Expr`: literals, references and raw expressions in a row, made by `template(...)`.

`text(value)` writes them, `parse(text)` reads them back, and `parse(text(x)) == x`.
Template syntax: https://developer.hashicorp.com/terraform/language/expressions/strings#string-templates
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_ADDRESS = r"(?:data\.)?[a-z][a-z0-9]*_[a-z0-9_]*\.[A-Za-z_][\w-]*"
_TRAVERSAL = re.compile(rf"({_ADDRESS})\.([a-z_*][\w.\[\]\"*-]*)")
_IN_CODE = re.compile(rf"(?<![\w.-])({_ADDRESS})\.[a-z_*]")
_STATIC = frozenset({"count", "each", "local", "module", "path", "self", "terraform", "var"})

# A cdktf or cdktn token inside text: strings, lists and maps. `aicost_iac.synth` lets them pass.
_TOKEN_BODY = r"\{TfToken\[[A-Za-z0-9:._-]+\]\}"
TOKEN = re.compile(rf"[$#&]{_TOKEN_BODY}")
# After a carriage return that ends no line, Terraform's scanner takes all the rest for one literal.
_CARRIAGE_RETURN = r"(?<!\$)\$*\r(?!\n)"
# What a literal must not be taken for: a template, or, before a token, the escape of one.
_INTRODUCER = re.compile(rf"\$(?!{_TOKEN_BODY})\{{|%\{{|(?<!\$)\$+(?=\${_TOKEN_BODY})|{_CARRIAGE_RETURN}")
# What in a literal would keep the next part from being evaluated. A sigil at its end makes the escape `$${`; what
# spells it out begins with `$` itself, so a run of sigils goes as a whole.
_BLINDING = {sigil: re.compile(rf"({_CARRIAGE_RETURN}|(?<![$%])[$%]*{re.escape(sigil)}\Z)") for sigil in "$%"}
_SPELLED_OUT = re.compile(r'"((?:[$%]|\\r)+)"')
_IN_QUOTES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


@dataclass(frozen=True, slots=True)
class Ref:
    """`${address.attribute}`. `address` is `type.name` or `data.type.name`."""

    address: str
    attribute: str

    def __str__(self) -> str:
        return f"${{{self.address}.{self.attribute}}}"


@dataclass(frozen=True, slots=True)
class Raw:
    """An expression (`sigil="$"`) or a template directive (`sigil="%"`) in Terraform's own words."""

    code: str
    sigil: str = "$"

    def __str__(self) -> str:
        return f"{self.sigil}{{{self.code}}}"


@dataclass(frozen=True, slots=True)
class Expr:
    """Text in which some parts are evaluated. Make it with `template`, which keeps it in its one normal form."""

    parts: tuple[str | Ref | Raw, ...]

    def __str__(self) -> str:
        return "".join(map(text, self.separated()))

    def separated(self) -> Iterator[str | Ref | Raw]:
        """The parts to write; what in a literal would keep the next part from being evaluated is spelled out."""
        for part, following in zip(self.parts, (*self.parts[1:], ""), strict=True):
            if isinstance(part, str) and not isinstance(following, str):
                pieces = _BLINDING[str(following)[0]].split(part)
                yield from (_spelled_out(piece) if index % 2 else piece for index, piece in enumerate(pieces))
            else:
                yield part


Text = str | Ref | Raw | Expr


def template(*parts: Text) -> Text:
    """Concatenate; adjacent literals merge, and a single part is returned as itself."""
    flat: list[str | Ref | Raw] = []
    for part in parts:
        for piece in part.parts if isinstance(part, Expr) else (part,):
            if isinstance(piece, str) and flat and isinstance(flat[-1], str):
                flat[-1] += piece
            elif piece != "":
                flat.append(piece)
    if len(flat) == 1:
        return flat[0]
    return Expr(tuple(flat)) if flat else ""


def escape(literal: str) -> str:
    """A literal as Terraform must see it: `${` and `%{` doubled, cdktf tokens left alone."""
    if "{" not in literal:
        return literal
    return _INTRODUCER.sub(_escaped, literal)


def text(value: Text) -> str:
    """How a value is written in Terraform JSON."""
    return escape(value) if isinstance(value, str) else str(value)


def call(function: str, argument: Text) -> Raw:
    """`${function("...")}` with the argument as a quoted template: readable in a diff, evaluated by Terraform."""
    return Raw(f"{function}({_quoted(argument)})")


def json_document(value: Any) -> Text:
    """Compact JSON text of a plain structure in which any string may be a reference (a policy, a state machine).

    References are written inside JSON strings as they are: they must not yield quotes or backslashes
    (ARNs, names and ids do not).
    """
    holes: list[Ref | Raw | Expr] = []

    def hole(reference: Any) -> str:
        if not isinstance(reference, Ref | Raw | Expr):
            raise TypeError(f"{reference!r} has no JSON form")
        holes.append(reference)
        return f"\x00{len(holes) - 1}\x00"

    encoded = json.dumps(value, default=hole, separators=(",", ":"), ensure_ascii=False)
    pieces = re.split(r"\\u0000(\d+)\\u0000", encoded)
    if len(pieces) // 2 != len(holes):
        raise ValueError("a JSON document must not hold NUL characters")
    return template(*(holes[int(piece)] if index % 2 else piece for index, piece in enumerate(pieces)))


def parse(written: str) -> Text:
    """The value that `text` wrote, or that somebody else did."""
    if "{" not in written:
        return written
    return template(*_pieces(written))


def references(value: Text) -> Iterator[str]:
    """The addresses an expression reads."""
    if isinstance(value, Ref):
        yield value.address
    elif isinstance(value, Expr):
        for part in value.parts:
            yield from references(part)
    elif isinstance(value, Raw):
        yield from _in_code(value.code)


def _escaped(found: re.Match[str]) -> str:
    introducer = found[0]
    return introducer[0] + introducer if introducer[-1] == "{" else str(_spelled_out(introducer))


def _spelled_out(sigils: str) -> Raw:
    """`$` as an expression: nothing after it can make it an escape. A carriage return likewise."""
    written = sigils.replace("\r", "\\r")
    return Raw(f'"{written}"')


def _quoted(argument: Text) -> str:
    """A quoted template of Terraform's language. https://developer.hashicorp.com/terraform/language/expressions/strings"""
    if isinstance(argument, Expr):
        return '"' + "".join(_quoted(part)[1:-1] for part in argument.separated()) + '"'
    if not isinstance(argument, str):
        return f'"{argument}"'
    return f'"{escape(argument.translate(_IN_QUOTES))}"'


def _pieces(written: str) -> Iterator[Text]:
    start = position = 0
    while (brace := written.find("{", position)) >= 0:
        sigil = written[brace - 1] if brace else ""
        if brace == start or sigil not in ("$", "%"):
            position = brace + 1
        elif brace - 2 >= start and written[brace - 2] == sigil:
            yield written[start : brace - 1] + "{"
            start = position = brace + 1
        else:
            end = _closing(written, brace)
            yield written[start : brace - 1]
            yield _evaluated(written[brace + 1 : end], sigil)
            start = position = end + 1
    yield written[start:]


def _evaluated(code: str, sigil: str) -> Text:
    if spelled := _SPELLED_OUT.fullmatch(code):
        return spelled[1].replace("\\r", "\r")
    found = _TRAVERSAL.fullmatch(code) if sigil == "$" else None
    if found and found[1].split(".")[0] not in _STATIC:
        return Ref(found[1], found[2])
    return Raw(code, sigil)


def _closing(written: str, brace: int) -> int:
    """Index of the brace that closes the one at `brace`, strings and templates inside passed over."""
    depth = 0
    position = brace
    while position < len(written):
        letter = written[position]
        if letter == '"':
            position = _string_end(written, position)
        elif letter == "{":
            depth += 1
        elif letter == "}":
            depth -= 1
            if depth == 0:
                return position
        position += 1
    raise ValueError(f"unclosed template in {written[brace - 1 : brace + 40]!r}")


def _string_end(written: str, quote: int) -> int:
    position = quote + 1
    while position < len(written):
        letter = written[position]
        if letter == "\\":
            position += 1
        elif letter == '"':
            return position
        elif letter == "{" and written[position - 1] in "$%" and written[position - 2] != written[position - 1]:
            position = _closing(written, position)
        position += 1
    raise ValueError(f"unclosed string in {written[quote : quote + 40]!r}")


def _in_code(code: str) -> Iterator[str]:
    """Addresses outside string literals, and inside the templates of those literals."""
    position = 0
    bare: list[str] = []
    while (quote := code.find('"', position)) >= 0:
        bare.append(code[position:quote])
        end = _string_end(code, quote)
        for piece in _pieces(code[quote + 1 : end]):
            yield from references(piece)
        position = end + 1
    bare.append(code[position:])
    for found in _IN_CODE.findall(" ".join(bare)):
        if found.split(".")[0] not in _STATIC:
            yield found
