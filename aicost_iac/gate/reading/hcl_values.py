"""Expressions of Terraform's language as values, as far as they are constants.

Literals, variables with defaults, locals, and the few functions and operators that put constants together. What
stays unknown is a `Ref` or a `Raw` with its source: no rule guesses about it.
https://developer.hashicorp.com/terraform/language/expressions
"""

from __future__ import annotations

import json
import operator
import re
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from aicost_iac.canonical import MAX_INTEGER
from aicost_iac.expr import Expr, Raw, Ref, parse, template
from aicost_iac.gate.limits import MAX_VALUES
from aicost_iac.gate.reading import hcl_functions
from aicost_iac.gate.reading.hcl_functions import Unknown, as_text, is_unknown
from aicost_iac.gate.reading.hcl_syntax import Body, Expression, Syntax, children, expression, name_of

_HEREDOC = re.compile(r"<<(-?)([\w.-]+)\r?\n(.*?)(?:\r?\n)?[ \t]*\2\s*\Z", re.DOTALL)
_OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "&&": lambda one, other: one and other,
    "||": lambda one, other: one or other,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
_CONSTANTS: Mapping[str, Any] = {"true": True, "false": False, "null": None}


@dataclass
class Scope:
    """What names mean in one Terraform root: `var.x` and `local.x`. A name that leads to itself is unknown."""

    named: Mapping[tuple[str, str], Expression] = field(default_factory=dict)
    _known: dict[tuple[str, str], tuple[Any, int]] = field(default_factory=dict, init=False)
    _spent: int = field(default=0, init=False)

    def value(self, kind: str, name: str) -> Any:
        """Raises `Unknown`. Values that multiply each other beyond all measure are unknown, too."""
        key = (kind, name)
        if key not in self.named:
            raise Unknown
        if key not in self._known:
            self._known[key] = (Raw(f"{kind}.{name}"), 1)
            found = value(self.named[key], self)
            self._known[key] = (found, _size(found))
        known, size = self._known[key]
        self._spent += size
        if self._spent > MAX_VALUES:
            raise Unknown
        return known


def value(given: Expression, scope: Scope) -> Any:
    """What an expression is worth."""
    return _Evaluation(given.text, scope).value(given.syntax)


def attributes(body: Body, scope: Scope) -> dict[str, Any]:
    """A body as data: attributes, and blocks as lists of such, as Terraform's own JSON has them."""
    data = {name: value(each.expression, scope) for name, each in body.attributes.items()}
    for block in body.blocks:
        inner: Any = attributes(block.body, scope)
        for label in reversed(block.labels):
            inner = {label: inner}
        data.setdefault(block.kind, [])
        if isinstance(data[block.kind], list):
            data[block.kind].append(inner)
    return data


@dataclass(frozen=True, slots=True)
class _Evaluation:
    text: str
    scope: Scope

    def value(self, syntax: Syntax) -> Any:
        reader = getattr(self, f"_{syntax.data}", None)
        try:
            return reader(syntax) if reader else self._as_written(syntax)
        except Unknown:
            return self._as_written(syntax)

    def known(self, syntax: Syntax) -> Any:
        found = self.value(syntax)
        if is_unknown(found):
            raise Unknown
        return found

    def _as_written(self, syntax: Syntax) -> Ref | Raw:
        code = Expression(syntax, self.text).code
        try:
            read = parse(f"${{{code}}}")
        except ValueError:
            return Raw(code)
        return read if isinstance(read, Ref | Raw) else Raw(code)

    def _expr_term(self, syntax: Syntax) -> Any:
        (only,) = children(syntax)
        return self.value(only)

    def _literal_value(self, syntax: Syntax) -> Any:
        return _CONSTANTS[name_of(syntax)]

    def _int_lit(self, syntax: Syntax) -> int | str:
        digits = name_of(syntax)
        return int(digits) if abs(int(digits)) <= MAX_INTEGER else digits

    def _float_lit(self, syntax: Syntax) -> float:
        return float(name_of(syntax))

    def _string(self, syntax: Syntax) -> Any:
        parts = [self._part(each) for each in children(syntax, "string_part")]
        return parts[0] if len(parts) == 1 else template(*map(as_text, parts))

    def _part(self, syntax: Syntax) -> Any:
        (only,) = syntax.children
        if hasattr(only, "data"):
            if only.data != "interpolation":
                raise Unknown
            return self.value(children(only)[0])
        return _unescaped(str(only)) if only.type == "STRING_CHARS" else str(only)[1:]

    def _heredoc_template(self, syntax: Syntax) -> Any:
        found = _HEREDOC.match(name_of(syntax))
        if found is None:
            raise Unknown
        lines = f"{found[3]}\n" if found[3] else ""
        return self._template(textwrap.dedent(lines) if found[1] else lines)

    _heredoc_template_trim = _heredoc_template

    def _template(self, written: str) -> Any:
        try:
            read = parse(written)
        except ValueError:
            raise Unknown from None
        parts = read.parts if isinstance(read, Expr) else (read,)
        return template(*(as_text(self._inserted(part)) for part in parts))

    def _inserted(self, part: Any) -> Any:
        inner = _standing_alone(part.code) if isinstance(part, Raw) and part.sigil == "$" else None
        return value(inner, self.scope) if inner else part

    def _tuple(self, syntax: Syntax) -> list[Any]:
        return [self.value(each) for each in children(syntax)]

    def _object(self, syntax: Syntax) -> dict[str, Any]:
        pairs = (children(each) for each in children(syntax, "object_elem"))
        return {self._key(key): self.value(given) for key, given in pairs}

    def _key(self, syntax: Syntax) -> str:
        """A bare word is a name; in parentheses it is an expression."""
        (written,) = children(syntax)
        if written.data == "keyword":
            return name_of(written)
        (inner,) = written.children[:1]
        if getattr(inner, "data", "") in ("identifier", "literal_value"):
            return name_of(inner)
        return str(as_text(self.value(written)))

    def _get_attr_expr_term(self, syntax: Syntax) -> Any:
        base, attribute = children(syntax)
        name = name_of(children(attribute)[0])
        root = _bare(base)
        if root in ("var", "local"):
            return self.scope.value(root, name)
        return _item(self.known(base), name)

    def _index_expr_term(self, syntax: Syntax) -> Any:
        base, index = children(syntax)
        key = self.known(children(index)[0]) if index.data == "braces_index" else int(str(index.children[-1]))
        return _item(self.known(base), key)

    def _function_call(self, syntax: Syntax) -> Any:
        name, *given = children(syntax)
        if len(given) > 1 or (given and any(str(each) == "..." for each in given[0].children)):
            raise Unknown
        arguments = [self.value(each) for each in (children(given[0]) if given else [])]
        return hcl_functions.call(name_of(name), arguments)

    def _conditional(self, syntax: Syntax) -> Any:
        condition, then, other = children(syntax)
        chosen = self.value(condition)
        if isinstance(chosen, bool):
            return self.value(then if chosen else other)
        one, two = self.value(then), self.value(other)
        if is_unknown(one) or one != two:
            raise Unknown
        return one

    def _binary_op(self, syntax: Syntax) -> Any:
        left, term = children(syntax)
        sign, right = children(term)
        return _computed(_OPERATORS.get(name_of(sign), _unknown), self.known(left), self.known(right))

    def _unary_op(self, syntax: Syntax) -> Any:
        found = self.known(children(syntax)[0])
        return _computed(operator.not_ if str(syntax.children[0]) == "!" else operator.neg, found)


def _bare(syntax: Syntax) -> str:
    inner = children(syntax)
    return name_of(inner[0]) if syntax.data == "expr_term" and inner and inner[0].data == "identifier" else ""


def _item(container: Any, key: Any) -> Any:
    try:
        return container[key] if isinstance(container, dict | list) else _unknown()
    except (KeyError, IndexError, TypeError):
        raise Unknown from None


def _computed(compute: Callable[..., Any], *operands: Any) -> Any:
    try:
        return compute(*operands)
    except TypeError:
        raise Unknown from None


def _unknown(*_: Any) -> Any:
    raise Unknown


@lru_cache(maxsize=1024)
def _standing_alone(code: str) -> Expression | None:
    return expression(code)


def _unescaped(written: str) -> str:
    """Escapes of quoted strings are JSON's; what else stands behind a backslash stands for itself."""
    if "\\" not in written:
        return written
    try:
        return str(json.loads(f'"{written}"', strict=False))
    except ValueError:
        return written.replace('\\"', '"').replace("\\\\", "\\")


def _size(found: Any) -> int:
    """How much a value adds to whatever takes it up."""
    if isinstance(found, dict):
        return 1 + sum(map(_size, found.values()))
    if isinstance(found, list):
        return 1 + sum(map(_size, found))
    return 1 + (len(found) // 64 if isinstance(found, str) else len(str(found)) // 64 if is_unknown(found) else 0)
