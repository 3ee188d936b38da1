"""Terraform's functions, the few that build what the rules read. https://developer.hashicorp.com/terraform/language/functions

A function is given values of which some may be unknown; `Unknown` says that so is the result.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeGuard

from aicost_iac.expr import Expr, Raw, Ref, Text, json_document, template

_VERB = re.compile(r"%(%|[sdv])")


class Unknown(ValueError):
    """Only Terraform knows the value."""


def is_unknown(value: Any) -> TypeGuard[Ref | Raw | Expr]:
    """Whether a value is, or is made with, an expression."""
    return isinstance(value, Ref | Raw | Expr)


def as_text(value: Any) -> Text:
    """A value as it stands inside a string. Raises `Unknown` for what has no text."""
    if isinstance(value, str) or is_unknown(value):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"{value:.15g}" if isinstance(value, float) else str(value)
    raise Unknown


def call(name: str, arguments: list[Any]) -> Any:
    """The value of a function. Raises `Unknown`, also for functions that are not known here."""
    try:
        return _FUNCTIONS[name](*arguments)
    except (AttributeError, KeyError, IndexError, TypeError, ValueError):
        raise Unknown from None


def _merge(*objects: Any) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for each in objects:
        merged.update(each or {})
    return merged


def _concat(*lists: list[Any]) -> list[Any]:
    return [item for each in lists for item in _known_list(each)]


def _known_list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise Unknown
    return value


def _format(pattern: str, *values: Any) -> Text:
    """https://developer.hashicorp.com/terraform/language/functions/format, without widths and precisions."""
    pieces = _VERB.split(pattern)
    if any("%" in piece for piece in pieces[::2]) or sum(verb != "%" for verb in pieces[1::2]) != len(values):
        raise Unknown
    given = iter(values)
    verbs = [("%" if verb == "%" else as_text(next(given))) for verb in pieces[1::2]]
    return template(*(part for pair in zip(pieces[::2], [*verbs, ""], strict=True) for part in pair))


def _join(separator: str, values: list[Any]) -> Text:
    parts = [part for each in _known_list(values) for part in (separator, as_text(each))]
    return template(*parts[1:])


def _lookup(values: Mapping[str, Any], key: str, default: Any = None) -> Any:
    return values[key] if key in values else _given(default)


def _given(value: Any) -> Any:
    if value is None:
        raise Unknown
    return value


def _number(value: Any) -> Any:
    if isinstance(value, str):
        return float(value) if "." in value or "e" in value.lower() else int(value)
    return value


def _flag(value: Any) -> Any:
    return {"true": True, "false": False}[value] if isinstance(value, str) else value


_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "concat": _concat,
    "format": _format,
    "join": _join,
    "jsonencode": json_document,
    "lookup": _lookup,
    "lower": lambda text: str.lower(text),
    "merge": _merge,
    "tobool": _flag,
    "tolist": _known_list,
    "tomap": lambda value: _merge(value),
    "tonumber": _number,
    "toset": _known_list,
    "tostring": as_text,
    "upper": lambda text: str.upper(text),
    # JSON is YAML.
    "yamlencode": json_document,
}
