"""Terraform's language, taken apart by python-hcl2 into attributes and blocks that know where they stand.

https://developer.hashicorp.com/terraform/language/syntax/configuration
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from aicost_iac.errors import UnreadableDocument, UsageError
from aicost_iac.gate.places import Position
from aicost_iac.rules.findings import Path

# A node of lark's tree: its tokens are text.
Syntax = Any

_NAMES = frozenset({"identifier", "keyword", "literal_value"})


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression, and the text it is a part of."""

    syntax: Syntax
    text: str

    @property
    def code(self) -> str:
        """The expression as written."""
        meta = self.syntax.meta
        return "" if meta.empty else self.text[meta.start_pos : meta.end_pos].strip()


@dataclass(frozen=True, slots=True)
class Attribute:
    """`name = expression`."""

    expression: Expression
    position: Position


@dataclass(frozen=True, slots=True)
class Block:
    """`kind "label" "label" { ... }`."""

    kind: str
    labels: tuple[str, ...]
    body: Body
    position: Position


@dataclass(frozen=True, slots=True)
class Body:
    """What stands between braces, or in a file."""

    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    blocks: tuple[Block, ...] = ()

    def of(self, kind: str) -> Iterator[Block]:
        return (block for block in self.blocks if block.kind == kind)

    def position(self, path: Path, default: Position) -> Position:
        """The place of a path, or of the nearest thing above it that is there; `default` is this body's own."""
        if not path:
            return default
        key, rest = path[0], path[1:]
        if key in self.attributes:
            attribute = self.attributes[str(key)]
            return _inside(attribute.expression.syntax, rest, attribute.position)
        if key == "dynamic" and len(rest) >= 2:
            return next((block.position for block in self.of("dynamic") if block.labels[:1] == rest[1:2]), default)
        index, deeper = (rest[0], rest[1:]) if rest and isinstance(rest[0], int) else (0, rest)
        found = next((block for i, block in enumerate(self.of(str(key))) if i == index), None)
        return found.body.position(deeper, found.position) if found else default


def parse(text: str, file: str) -> Body:
    """The body of a file. Raises `UnreadableDocument`, and `UsageError` where python-hcl2 is not installed."""
    tree = _tree(text, file)
    try:
        return _body(tree.children[0], text)
    except RecursionError:
        raise UnreadableDocument(file, "is nested too deeply") from None


def expression(code: str) -> Expression | None:
    """An expression that stands alone, as inside a heredoc; None for what is none."""
    text = f"value = {code}"
    try:
        return parse(text, "").attributes["value"].expression
    except (UnreadableDocument, KeyError):
        return None


def children(syntax: Syntax, *kinds: str) -> list[Syntax]:
    """The parts of a node that are no tokens, of some kinds or all; comments and line ends are none."""
    parts = [each for each in syntax.children if hasattr(each, "data") and each.data != "new_line_or_comment"]
    return [each for each in parts if each.data in kinds] if kinds else parts


def name_of(syntax: Syntax) -> str:
    """An identifier, whatever the grammar calls it."""
    return str(syntax.children[0])


def _tree(text: str, file: str) -> Syntax:
    try:
        from hcl2 import parses_to_tree
        from lark.exceptions import LarkError, UnexpectedInput
    except ImportError as error:
        raise UsageError("reading *.tf needs python-hcl2: pip install 'aicost-iac[gate]'") from error
    try:
        return parses_to_tree(text)
    except UnexpectedInput as error:
        reason = f"is no Terraform: {_unexpected(error)}"
        raise UnreadableDocument(file, reason, max(error.line, 0), max(error.column, 0)) from None
    except (LarkError, RecursionError, ValueError) as error:
        raise UnreadableDocument(file, f"is no Terraform that can be read: {error}") from None


def _unexpected(error: Any) -> str:
    token = getattr(error, "token", None)
    if token is not None and token.type == "$END":
        return "it ends too early"
    found = str(getattr(error, "char", "") if token is None else token)
    if token is None or token.type == "STRING_CHARS":
        # What the lexer takes for text because nothing else fits.
        found = found[:1]
    return f"{found!r} is not expected here" if found.strip() else "the line ends where a value is expected"


def _body(syntax: Syntax, text: str) -> Body:
    attributes: dict[str, Attribute] = {}
    blocks: list[Block] = []
    for each in children(syntax):
        meta = each.meta
        if each.data == "attribute":
            name, value = children(each)
            attributes[name_of(name)] = Attribute(Expression(value, text), (meta.line, meta.column))
        elif each.data == "block":
            kind, *labels = [_label(part) for part in children(each) if part.data != "body"]
            (inner,) = children(each, "body") or (None,)
            body = _body(inner, text) if inner is not None else Body()
            blocks.append(Block(kind, tuple(labels), body, (meta.line, meta.column)))
    return Body(attributes, tuple(blocks))


def _label(syntax: Syntax) -> str:
    if syntax.data in _NAMES:
        return name_of(syntax)
    return "".join(str(part.children[0]) for part in children(syntax, "string_part"))


def _inside(syntax: Syntax, path: Path, position: Position) -> Position:
    """The place of a path inside an expression: objects and tuples, also as the argument of a function."""
    for inner in _containers(syntax):
        for key, each in _items(inner):
            if path and key == path[0]:
                return _inside(children(each)[-1] if each.data == "object_elem" else each, path[1:], _start(each))
    return position


def _containers(syntax: Syntax) -> Iterator[Syntax]:
    if syntax.data in ("object", "tuple"):
        yield syntax
    elif syntax.data in ("expr_term", "function_call", "arguments"):
        for each in children(syntax):
            yield from _containers(each)


def _items(container: Syntax) -> Iterator[tuple[str | int, Syntax]]:
    if container.data == "tuple":
        yield from enumerate(children(container))
    for each in children(container, "object_elem"):
        written = children(each)[0]
        while written.data in ("object_elem_key", "expr_term") and children(written):
            written = children(written)[0]
        yield (_label(written) if written.data in {*_NAMES, "string"} else ""), each


def _start(syntax: Syntax) -> Position:
    return syntax.meta.line, syntax.meta.column
