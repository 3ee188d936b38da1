"""Literal values in Python sources, read from their syntax: nothing is executed.

A name that is bound once in the file, to a literal, and never changed, is that literal. What else is no literal is
unknown: a `Raw` with its source.
"""

from __future__ import annotations

import ast
import operator
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from aicost_iac.canonical import MAX_INTEGER
from aicost_iac.expr import Expr, Raw, Ref, template
from aicost_iac.gate.places import Position
from aicost_iac.rules.findings import Path

_MAX_SOURCE = 200
# Expressions that are read in one source, those behind names as often as the names stand there.
_MAX_READ = 100_000
_OPERATORS: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
}
_CHANGING = frozenset({"append", "clear", "extend", "insert", "pop", "setdefault", "update"})


@dataclass
class Names:
    """What the names of a source are bound to. `spent` counts what was read, however often: a bound for all of it."""

    module: ast.Module
    text: str
    spent: int = 0

    def as_written(self, node: ast.expr) -> Raw:
        """An expression that nobody knows the value of, in its own words as far as its first line goes."""
        line = self._lines[node.lineno - 1] if node.lineno <= len(self._lines) else ""
        end = node.end_col_offset if node.end_lineno == node.lineno else None
        return Raw(line[node.col_offset : end][:_MAX_SOURCE])

    @cached_property
    def _lines(self) -> list[str]:
        return self.text.split("\n")

    def literal(self, name: str) -> ast.expr | None:
        """The one expression a name is bound to, if it is never changed."""
        return self._assigned.get(name) if self._bound[name] == 1 and name not in self._changed else None

    @cached_property
    def nodes(self) -> list[ast.AST]:
        return list(ast.walk(self.module))

    @cached_property
    def _assigned(self) -> dict[str, ast.expr]:
        pairs = ((node.targets, node.value) for node in self.nodes if isinstance(node, ast.Assign))
        assigned = {target.id: value for [target, *_], value in pairs if isinstance(target, ast.Name)}
        for node in self.nodes:
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
                assigned[node.target.id] = node.value
        return assigned

    @cached_property
    def _bound(self) -> Counter[str]:
        stored = (node for node in self.nodes if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load))
        names = Counter(node.id for node in stored)
        names.update(node.arg for node in self.nodes if isinstance(node, ast.arg))
        return names

    @cached_property
    def _changed(self) -> frozenset[str]:
        return frozenset(_changed(self.nodes))


def _changed(nodes: list[ast.AST]) -> Iterator[str]:
    """Names of containers that something is put into, or taken out of."""
    for node in nodes:
        if isinstance(node, ast.Subscript | ast.Attribute) and not isinstance(node.ctx, ast.Load):
            yield from _root(node)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _CHANGING:
            yield from _root(node.func)


def _root(node: ast.expr) -> Iterator[str]:
    while isinstance(node, ast.Subscript | ast.Attribute):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id


@dataclass
class Evaluation:
    """Reads expressions; `places` are those of what was read, by the path it has in the value."""

    names: Names
    is_class: Callable[[ast.expr], bool]
    places: dict[Path, Position] = field(default_factory=dict)
    _following: set[str] = field(default_factory=set)

    def value(self, node: ast.expr, path: Path) -> Any:
        """The value of an expression at a path of what is being read."""
        self.places.setdefault(path, (node.lineno, node.col_offset + 1))
        self.names.spent += _size(node)
        if self.names.spent > _MAX_READ:
            return self.names.as_written(node)
        if isinstance(node, ast.Constant):
            return self._constant(node)
        if isinstance(node, ast.Dict):
            return self._dict(node, path)
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            return [self.value(each, (*path, index)) for index, each in enumerate(node.elts)]
        if isinstance(node, ast.Name):
            return self._named(node, path)
        if isinstance(node, ast.JoinedStr):
            return template(*(self._text(each, path) for each in node.values))
        if isinstance(node, ast.UnaryOp | ast.BinOp):
            return self._computed(node, path)
        if isinstance(node, ast.Call) and not node.args and (_is_dict(node.func) or self.is_class(node.func)):
            return self.keywords(node, path)[0]
        return self.names.as_written(node)

    def keywords(self, call: ast.Call, path: Path) -> tuple[dict[str, Any], bool]:
        """The arguments of a call by name, and whether that is all of them."""
        given: dict[str, Any] = {}
        complete = not call.args
        for keyword in call.keywords:
            if keyword.arg is None:
                unpacked = self.value(keyword.value, path)
                complete = complete and isinstance(unpacked, dict)
                given |= unpacked if isinstance(unpacked, dict) else {}
            else:
                self.places[*path, keyword.arg] = (keyword.lineno, keyword.col_offset + 1)
                given[keyword.arg] = self.value(keyword.value, (*path, keyword.arg))
        return given, complete

    def _constant(self, node: ast.Constant) -> Any:
        value = node.value
        if isinstance(value, bytes | complex) or value is Ellipsis:
            return self.names.as_written(node)
        return str(value) if isinstance(value, int) and abs(value) > MAX_INTEGER else value

    def _dict(self, node: ast.Dict, path: Path) -> Any:
        made: dict[str, Any] = {}
        for key, each in zip(node.keys, node.values, strict=True):
            if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
                return self.names.as_written(node)
            self.places[*path, key.value] = (key.lineno, key.col_offset + 1)
            made[key.value] = self.value(each, (*path, key.value))
        return made

    def _named(self, node: ast.Name, path: Path) -> Any:
        bound = self.names.literal(node.id)
        if bound is None or node.id in self._following:
            return self.names.as_written(node)
        self._following.add(node.id)
        try:
            return self.value(bound, path)
        finally:
            self._following.discard(node.id)

    def _text(self, node: ast.expr, path: Path) -> Any:
        inner = node.value if isinstance(node, ast.FormattedValue) else node
        if isinstance(node, ast.FormattedValue) and (node.format_spec is not None or node.conversion >= 0):
            return self.names.as_written(inner)
        found = self.value(inner, path)
        return found if isinstance(found, str | Ref | Raw | Expr) else str(found)

    def _computed(self, node: ast.UnaryOp | ast.BinOp, path: Path) -> Any:
        if isinstance(node, ast.UnaryOp):
            operand = self.value(node.operand, path)
            return -operand if isinstance(node.op, ast.USub) and _is_number(operand) else self.names.as_written(node)
        left, right = self.value(node.left, path), self.value(node.right, path)
        if isinstance(node.op, ast.Add) and isinstance(left, str) and isinstance(right, str | Raw | Expr):
            return template(left, right)
        if type(node.op) not in _OPERATORS or not (_is_number(left) and _is_number(right)):
            return self.names.as_written(node)
        try:
            result = _OPERATORS[type(node.op)](left, right)
        except (ArithmeticError, ValueError):
            return self.names.as_written(node)
        return result if abs(result) <= MAX_INTEGER else self.names.as_written(node)


def _is_dict(function: ast.expr) -> bool:
    return isinstance(function, ast.Name) and function.id == "dict"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _size(node: ast.expr) -> int:
    return 1 + (len(node.value) // 64 if isinstance(node, ast.Constant) and isinstance(node.value, str) else 0)
