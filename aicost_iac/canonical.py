"""The one place that decides bytes.

`normal` gives a body its one form when a node is made: nothing that JSON could not carry, no None, no empty
block, whole numbers as integers. `plain` turns expressions into Terraform's text. `document` writes a file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from aicost_iac.errors import NotPlainData
from aicost_iac.expr import TOKEN, Expr, Raw, Ref, escape

# The largest integer a double holds exactly. Terraform, JavaScript and most JSON readers round beyond it.
MAX_INTEGER = 2**53
# cdktf encodes number tokens as doubles below this bound.
_NUMBER_TOKEN = -1.8e289
_GONE: Any = object()


def normal(body: Any, where: str) -> Any:
    """A copy of `body` in normal form; `where` (an address) and the key path name what is refused."""
    result = _normal(body, where, ())
    return {} if result is _GONE else result


def whole(value: Any, where: str, path: tuple[str, ...] = ()) -> Any:
    """A copy in normal form from which nothing is dropped: in Kubernetes `{}`, `[]` and null mean something."""
    if isinstance(value, Mapping):
        return {_key(key, where, path): whole(item, where, (*path, str(key))) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [whole(item, where, (*path, str(index))) for index, item in enumerate(value)]
    if isinstance(value, Ref | Raw | Expr):
        raise NotPlainData(where, ".".join(path), value, "only Terraform evaluates expressions")
    return None if value is None else _normal(value, where, path)


def plain(value: Any) -> Any:
    """A normal body as JSON data: references written, literals escaped for Terraform's template syntax."""
    kind = type(value)
    if kind is str:
        return escape(value) if "{" in value else value
    if kind is dict:
        return {(escape(key) if "{" in key else key): plain(item) for key, item in value.items()}
    if kind is list:
        return [plain(item) for item in value]
    if kind is Ref or kind is Raw or kind is Expr:
        return str(value)
    return value


def document(data: Any) -> str:
    """Sorted keys, two blanks, UTF-8 as it is, one newline at the end."""
    return json.dumps(data, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"


def refuse_tokens(value: Any, where: str, path: tuple[str, ...] = ()) -> None:
    """Only `synth.mount` can resolve a cdktf token: native output must not carry one."""
    if isinstance(value, dict):
        for key, item in value.items():
            refuse_tokens(key, where, path)
            refuse_tokens(item, where, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            refuse_tokens(item, where, (*path, str(index)))
    elif _is_token(value):
        reason = "a cdktf token has a value only inside cdktf: mount the blueprint with aicost_iac.synth.mount"
        raise NotPlainData(where, ".".join(path), value, reason)


def _is_token(value: Any) -> bool:
    kind = type(value)
    if kind is int or kind is float or kind is bool:
        return bool(value < _NUMBER_TOKEN)
    written = value if kind is str else str(value)
    return "TfToken[" in written and TOKEN.search(written) is not None


def _normal(value: Any, where: str, path: tuple[str, ...]) -> Any:
    kind = type(value)
    if kind is str:
        return _text(value, where, path)
    if value is None:
        return _GONE
    if kind is bool or kind is Ref or kind is Raw or kind is Expr:
        return value
    if kind is int or kind is float:
        return _number(value, where, path)
    if isinstance(value, Mapping):
        return _mapping(value, where, path)
    if isinstance(value, list | tuple):
        items = [kept for i, item in enumerate(value) if (kept := _normal(item, where, (*path, str(i)))) is not _GONE]
        return items or _GONE
    if isinstance(value, str):
        return _text(str.__str__(value), where, path)
    raise NotPlainData(where, ".".join(path), value, f"{kind.__name__} has no JSON form")


def _mapping(value: Mapping[Any, Any], where: str, path: tuple[str, ...]) -> Any:
    kept: dict[str, Any] = {}
    for key, item in value.items():
        name = _key(key, where, path)
        result = _normal(item, where, (*path, name))
        if result is not _GONE:
            kept[name] = result
    return kept or _GONE


def _key(key: Any, where: str, path: tuple[str, ...]) -> str:
    if not isinstance(key, str):
        raise NotPlainData(where, ".".join(path), key, "keys must be strings")
    return _text(str.__str__(key), where, path)


def _text(value: str, where: str, path: tuple[str, ...]) -> str:
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise NotPlainData(where, ".".join(path), value, "a lone surrogate has no UTF-8 form") from None
    return value


def _number(value: float, where: str, path: tuple[str, ...]) -> float:
    if isinstance(value, float):
        if value < _NUMBER_TOKEN and value != float("-inf"):
            return value
        if value != value or value in (float("inf"), float("-inf")):
            raise NotPlainData(where, ".".join(path), value, "JSON has no such number")
        if not value.is_integer():
            return value
        value = int(value)
    if abs(value) > MAX_INTEGER:
        reason = "whole numbers beyond 2^53 are silently rounded by Terraform's JSON and by cdktf; give a string"
        raise NotPlainData(where, ".".join(path), value, reason)
    return value
