"""Documents inside documents: a MIG config in a ConfigMap, a state machine in a string, a policy in a policy.

Read with limits, so that a hostile file costs a message and not the memory of the machine. An expression inside a
JSON string makes that string unknown; an expression that makes up the structure makes the document unknown.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any

from aicost_iac.errors import UnreadableDocument
from aicost_iac.expr import Expr, Raw, Ref, template

# etcd refuses an object above 1.5 MiB, Step Functions a definition above 1 MiB.
MAX_CHARACTERS = 2 * 2**20
MAX_NODES = 200_000
MAX_DEPTH = 100

_HOLE = re.compile("\ue000(\\d+)\ue001")


def read_yaml(text: str, where: str) -> Any:
    """The data of one YAML document. Raises `UnreadableDocument`."""
    return _limited(_yaml(text, where), where)


def read_json(value: Any, where: str) -> Any:
    """The data of a JSON text, None where only Terraform knows it. Raises `UnreadableDocument`."""
    if isinstance(value, str):
        return _limited(_json(value, where), where)
    if isinstance(value, Expr):
        return _with_holes(value, where)
    return None


@lru_cache(maxsize=256)
def _yaml(text: str, where: str) -> Any:
    import yaml

    _short(text, where)
    try:
        return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        raise UnreadableDocument(where, str(error.problem), line, column) from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise UnreadableDocument(where, f"is no YAML that can be read: {error}") from None


@lru_cache(maxsize=256)
def _json(text: str, where: str) -> Any:
    _short(text, where)
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise UnreadableDocument(where, error.msg, error.lineno, error.colno) from None
    except (RecursionError, ValueError) as error:
        raise UnreadableDocument(where, f"is no JSON that can be read: {error}") from None


def _with_holes(value: Expr, where: str) -> Any:
    holes = [part for part in value.parts if not isinstance(part, str)]
    numbers = iter(range(len(holes)))
    text = "".join(part if isinstance(part, str) else f"\ue000{next(numbers)}\ue001" for part in value.parts)
    try:
        return _filled(_limited(_json(text, where), where), holes)
    except UnreadableDocument:
        return None


def _filled(value: Any, holes: list[Ref | Raw]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(item, holes) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, holes) for item in value]
    if isinstance(value, str) and "\ue000" in value:
        pieces = _HOLE.split(value)
        return template(*(holes[int(piece)] if i % 2 else piece for i, piece in enumerate(pieces)))
    return value


def _short(text: str, where: str) -> None:
    if len(text) > MAX_CHARACTERS:
        raise UnreadableDocument(where, f"has {len(text)} characters; more than {MAX_CHARACTERS} are not read")


def _limited(value: Any, where: str) -> Any:
    """The value, unless aliases make it larger than its text or nesting makes it bottomless."""
    if _size(value, {}, 0) > MAX_NODES:
        raise UnreadableDocument(where, f"unfolds into more than {MAX_NODES} values, or {MAX_DEPTH} levels")
    return value


def _size(value: Any, known: dict[int, int], depth: int) -> int:
    if not isinstance(value, dict | list):
        return 1
    if depth > MAX_DEPTH:
        return MAX_NODES + 1
    if id(value) not in known:
        # An alias to a list that is being measured is a cycle.
        known[id(value)] = MAX_NODES + 1
        inner = value.values() if isinstance(value, dict) else value
        known[id(value)] = 1 + sum(_size(each, known, depth + 1) for each in inner)
    return known[id(value)]
