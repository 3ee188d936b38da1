"""Lines and columns of a JSON text. Built only for a file that has findings."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property

from aicost_iac.gate.places import NOWHERE, Position
from aicost_iac.rules.findings import Path

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


@dataclass(slots=True)
class _Value:
    """A value: where it (or its key) starts, and what is inside."""

    start: int
    keyed: bool
    inside: dict[str | int, _Value] = field(default_factory=dict)


@dataclass
class JsonPlaces:
    """Positions in a text that is known to be JSON."""

    text: str

    @cached_property
    def _root(self) -> _Value:
        return _values(self.text)

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(found.end() for found in re.finditer("\n", self.text))]

    def position(self, path: Path) -> Position:
        """The place of a path, or of the nearest value above it that is there."""
        value = self._root
        for key in path:
            inner = value.inside.get(key)
            if inner is None:
                break
            value = inner
        return self._position(value.start)

    def has(self, path: Path) -> bool:
        """Whether there is a value at a path."""
        value = self._root
        for key in path:
            if key not in value.inside:
                return False
            value = value.inside[key]
        return True

    def _position(self, offset: int) -> Position:
        line = bisect_right(self._lines, offset)
        return (line, offset - self._lines[line - 1] + 1) if line else NOWHERE


def _values(text: str) -> _Value:
    """One pass over the tokens, with a stack of its own: depth costs no recursion."""
    root = _Value(0, keyed=False)
    stack: list[_Value] = []
    key: str | None = None
    key_start = 0
    for token in _TOKEN.finditer(text):
        word, start = token[0], token.start()
        if word in "}]":
            stack.pop()
        elif word == ":" or word == ",":
            continue
        elif stack and stack[-1].keyed and key is None:
            key, key_start = _unquoted(word), start
        else:
            value = _Value(start, keyed=word == "{")
            if stack:
                holder = stack[-1]
                holder.inside[len(holder.inside) if key is None else key] = value
                value.start = start if key is None else key_start
            else:
                root = value
            key = None
            if word in "{[":
                stack.append(value)
    return root


def _unquoted(word: str) -> str:
    return str(json.loads(word)) if "\\" in word else word[1:-1]
