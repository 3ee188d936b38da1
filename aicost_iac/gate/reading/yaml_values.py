"""What YAML nodes mean to the API server's reader, as far as JSON can carry it.

Keys are text, a date is text, and so is a number that a double does not hold. `1:30` is text: Go's readers know no
numbers to the base of sixty. https://github.com/kubernetes-sigs/yaml
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from aicost_iac.canonical import MAX_INTEGER
from aicost_iac.gate.limits import MAX_DEPTH, MAX_VALUES

# A node of PyYAML's graph: `id` is scalar, sequence or mapping.
Node = Any

_TAG = "tag:yaml.org,2002:"
_NULL, _BOOL, _INT, _FLOAT = (f"{_TAG}{name}" for name in ("null", "bool", "int", "float"))
_MERGE, _STR = f"{_TAG}merge", f"{_TAG}str"
# YAML 1.1 wants a point in such a number, Go does not.
_EXPONENT = re.compile(r"[-+]?\d+[eE][-+]?\d+")
_TRUE = frozenset({"yes", "true", "on"})


# What stands for a value that some other tool fills in.
FILLED_IN = "{{ }}"


class TooLarge(ValueError):
    """A document beyond the limits; `node` is where it became that."""

    def __init__(self, node: Node, reason: str) -> None:
        self.node = node
        super().__init__(reason)


def value_of(node: Node) -> Any:
    """The data of a document. Raises `TooLarge`."""
    return _Builder().value(node, 0)


def entries(node: Node) -> Iterator[tuple[str, Node, Node]]:
    """Keys of a mapping, and the nodes of key and value; what it merges comes first."""
    for key, value in node.value:
        if key.tag == _MERGE:
            for merged in value.value if value.id == "sequence" else [value]:
                if merged.id == "mapping":
                    yield from entries(merged)
    for key, value in node.value:
        if key.tag != _MERGE and key.id == "scalar":
            yield key.value, key, value


@dataclass(slots=True)
class _Builder:
    """Builds the data, counting values as often as they occur: an alias costs what it stands for."""

    count: int = 0
    known: dict[int, tuple[Any, int]] = field(default_factory=dict)

    def value(self, node: Node, depth: int) -> Any:
        if node.id == "scalar":
            self.count += 1
            return _scalar(node)
        if depth > MAX_DEPTH:
            raise TooLarge(node, f"is nested deeper than {MAX_DEPTH} levels")
        if id(node) in self.known:
            value, cost = self.known[id(node)]
            self._spend(node, cost)
            return value
        before = self.count
        # An alias to what is being built is a cycle: it costs everything.
        self.known[id(node)] = (None, MAX_VALUES)
        self._spend(node, 1)
        value = self._mapping(node, depth) if node.id == "mapping" else self._sequence(node, depth)
        self.known[id(node)] = (value, self.count - before)
        return value

    def _mapping(self, node: Node, depth: int) -> dict[str, Any] | str:
        """`{{ ... }}` of a template reads as a mapping with a mapping for its key: it is as unknown as it was."""
        if any(key.id != "scalar" for key, _ in node.value):
            return FILLED_IN
        return {key: self.value(value, depth + 1) for key, _, value in entries(node)}

    def _sequence(self, node: Node, depth: int) -> list[Any]:
        return [self.value(each, depth + 1) for each in node.value]

    def _spend(self, node: Node, cost: int) -> None:
        self.count += cost
        if self.count > MAX_VALUES:
            raise TooLarge(node, f"unfolds into more than {MAX_VALUES:,} values: its aliases multiply each other")


def _scalar(node: Node) -> Any:
    tag, text = node.tag, node.value
    if tag == _INT:
        return _integer(text)
    if tag == _FLOAT:
        return _float(text)
    if tag == _BOOL:
        return text.lower() in _TRUE
    if tag == _STR and not node.style and _EXPONENT.fullmatch(text):
        return _float(text)
    return None if tag == _NULL else text


def _integer(text: str) -> int | str:
    digits = text.replace("_", "")
    if ":" in digits:
        return text
    sign, digits = (-1, digits[1:]) if digits.startswith("-") else (1, digits.lstrip("+"))
    base = 8 if digits.startswith("0") and digits.isdigit() and len(digits) > 1 else 0
    try:
        number = sign * int(digits, base)
    except ValueError:
        return text
    return number if abs(number) <= MAX_INTEGER else str(number)


def _float(text: str) -> float | str:
    try:
        number = float(text.replace("_", ""))
    except ValueError:
        return text
    if not isfinite(number):
        return text
    return number if not number.is_integer() or abs(number) <= MAX_INTEGER else text
