"""A value against a structural schema, as the API server reads it, except that unknown fields are violations."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tests.kubernetes import cel

Schema = Mapping[str, Any]
ANYTHING: Schema = {"x-kubernetes-preserve-unknown-fields": True}
_TYPES: Mapping[str, tuple[type, ...]] = {
    "array": (list,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "object": (dict,),
    "string": (str,),
}
_FORMATS = {
    "date": re.compile(r"\d{4}-\d\d-\d\d"),
    "date-time": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"),
    "duration": re.compile(r"[-+]?(\d+(\.\d*)?(ns|us|µs|ms|s|m|h))+|0"),
}
_BITS = {"int32": 31, "int64": 63}


def violations(schema: Schema, value: Any, path: str) -> Iterator[str]:
    """Everything in a value that a schema does not allow; `path` is where the value stands."""
    if value is None:
        if not schema.get("nullable") and "type" in schema:
            yield f"{path}: null"
        return
    if not _is_of_type(schema, value):
        yield f"{path}: {value!r} is no {schema.get('type', 'integer or string')}"
        return
    yield from _limits(schema, value, path)
    if isinstance(value, dict):
        yield from _object(schema, value, path)
    elif isinstance(value, list):
        yield from _array(schema, value, path)
    yield from _combined(schema, value, path)
    for rule in schema.get("x-kubernetes-validations", ()):
        if (message := cel.refuses(rule, value)) is not None:
            yield f"{path}: {message}"


def _is_of_type(schema: Schema, value: Any) -> bool:
    if schema.get("x-kubernetes-int-or-string"):
        return isinstance(value, int | str) and not isinstance(value, bool)
    expected = schema.get("type")
    if expected is None:
        return True
    if isinstance(value, bool):
        return bool(expected == "boolean")
    return isinstance(value, _TYPES[expected])


def _limits(schema: Schema, value: Any, path: str) -> Iterator[str]:
    if "enum" in schema and value not in schema["enum"]:
        yield f"{path}: {value!r} is none of {', '.join(map(str, schema['enum']))}"
    if isinstance(value, str):
        yield from _text(schema, value, path)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from _number(schema, value, path)
    size = len(value) if isinstance(value, str | list | dict) else 0
    for kind, suffix in ((str, "Length"), (list, "Items"), (dict, "Properties")):
        if isinstance(value, kind) and not schema.get(f"min{suffix}", 0) <= size <= schema.get(f"max{suffix}", size):
            yield f"{path}: {size} is not within its min{suffix} and max{suffix}"


def _text(schema: Schema, value: str, path: str) -> Iterator[str]:
    # Go's regular expressions spell the ends of text differently.
    pattern = schema.get("pattern", "").replace(r"\z", r"\Z")
    if pattern and not re.search(pattern, value):
        yield f"{path}: {value!r} does not match {pattern}"
    written = _FORMATS.get(schema.get("format", ""))
    if written and not written.fullmatch(value):
        yield f"{path}: {value!r} is no {schema['format']}"


def _number(schema: Schema, value: float, path: str) -> Iterator[str]:
    low, high = schema.get("minimum", value), schema.get("maximum", value)
    if value < low or value > high:
        yield f"{path}: {value} is not within {low} and {high}"
    if (schema.get("exclusiveMinimum") and value == low) or (schema.get("exclusiveMaximum") and value == high):
        yield f"{path}: {value} is a bound that is excluded"
    bits = _BITS.get(schema.get("format", ""))
    if bits and not -(2**bits) <= value < 2**bits:
        yield f"{path}: {value} is no {schema['format']}"


def _object(schema: Schema, value: Mapping[str, Any], path: str) -> Iterator[str]:
    known, more = schema.get("properties", {}), schema.get("additionalProperties")
    for name in schema.get("required", ()):
        if name not in value:
            yield f"{path}: {name!r} is missing"
    for name, inner in value.items():
        place = f"{path}.{name}" if path else name
        if name in known:
            yield from violations(known[name], inner, place)
        elif isinstance(more, Mapping):
            yield from violations(more, inner, place)
        elif not more and not schema.get("x-kubernetes-preserve-unknown-fields"):
            yield f"{place}: unknown field"


def _array(schema: Schema, value: list[Any], path: str) -> Iterator[str]:
    for index, inner in enumerate(value):
        yield from violations(schema.get("items", ANYTHING), inner, f"{path}.{index}")
    kind = schema.get("x-kubernetes-list-type")
    if kind == "set" or schema.get("uniqueItems"):
        yield from _repeated(value, path)
    elif kind == "map":
        keys = schema["x-kubernetes-list-map-keys"]
        yield from _repeated(({key: each.get(key) for key in keys} for each in value if isinstance(each, dict)), path)


def _repeated(values: Iterable[Any], path: str) -> Iterator[str]:
    for text, count in Counter(json.dumps(each, sort_keys=True) for each in values).items():
        if count > 1:
            yield f"{path}: {text} stands {count} times"


def _combined(schema: Schema, value: Any, path: str) -> Iterator[str]:
    """`allOf`, `anyOf`, `oneOf` and `not` only restrict: a structural schema names every field outside them."""
    for part in schema.get("allOf", ()):
        yield from violations(_open(part), value, path)
    for word, allowed in (("anyOf", range(1, 1000)), ("oneOf", range(1, 2))):
        if word in schema:
            fitting = sum(not any(violations(_open(part), value, path)) for part in schema[word])
            if fitting not in allowed:
                yield f"{path}: fits {fitting} of the {len(schema[word])} forms it may have"
    if "not" in schema and not any(violations(_open(schema["not"]), value, path)):
        yield f"{path}: has a form it must not have"


def _open(part: Schema) -> Schema:
    """A restriction: fields that it does not name are somebody else's."""
    inner = {name: _open(each) for name, each in part.get("properties", {}).items()}
    return {**part, **ANYTHING, **({"properties": inner} if inner else {})}
