"""Bodies as different hands write them, and the difference between absent and unknown.

A Terraform block may stand as a one-element list (ours, HCL readers), an object (hand-written JSON) or a `dynamic`
block (nobody knows). A value may be an expression, or text that some other tool fills in (`${VAR}`, `{{ .Values.x }}`,
`$(POD_IP)`): such a value is unknown, and unknown is None in every look-up here. Only `absent` says that something is
not there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aicost_iac.expr import Expr, Raw, Ref
from aicost_iac.rules.findings import Path

_FILLED_IN = re.compile(r"\$\{|\{\{|\$\(|%\{|\{%")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_FLAGS: Mapping[Any, bool] = {True: True, False: False, "true": True, "false": False}


def literal(value: Any) -> str | None:
    """Text that says what it means; numbers and flags as Terraform and YAML would write them."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    return value if isinstance(value, str) and not _FILLED_IN.search(value) else None


def number(value: Any) -> float | None:
    """A number, or text that is one."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    return float(value) if isinstance(value, str) and _NUMBER.fullmatch(value) else None


def whole(value: Any) -> int | None:
    """A whole number, or text that is one."""
    found = number(value)
    return int(found) if found is not None and found == int(found) else None


def flag(value: Any) -> bool | None:
    """True or false, or their names."""
    return _FLAGS.get(value) if isinstance(value, bool | str) else None


@dataclass(frozen=True, slots=True)
class Block:
    """A mapping inside a node's body, and the way to it."""

    body: Mapping[str, Any]
    path: Path = ()

    def at(self, *keys: str | int) -> Path:
        """The path of something below this block."""
        return (*self.path, *keys)

    def get(self, key: str) -> Any:
        """The value as it stands, None when there is none."""
        return self.body.get(key)

    def text(self, key: str) -> str | None:
        return literal(self.body.get(key))

    def number(self, key: str) -> float | None:
        return number(self.body.get(key))

    def whole(self, key: str) -> int | None:
        return whole(self.body.get(key))

    def flag(self, key: str) -> bool | None:
        return flag(self.body.get(key))

    def absent(self, key: str) -> bool:
        """Whether it is certain that nothing is said of `key`."""
        return self.body.get(key) in (None, [], {}) and key not in self.made

    def unsure(self, key: str) -> bool:
        """Whether blocks called `key` may be there that no one can read: an expression, or a `dynamic` block."""
        value = self.body.get(key)
        listed = value if isinstance(value, list) else [value]
        return key in self.made or any(isinstance(each, Ref | Raw | Expr | str) for each in listed)

    def blocks(self, key: str) -> tuple[Block, ...]:
        """The blocks called `key`: a list of them, or one that stands alone."""
        value = self.body.get(key)
        if isinstance(value, Mapping):
            return (Block(value, self.at(key)),)
        listed = value if isinstance(value, list) else []
        return tuple(Block(each, self.at(key, i)) for i, each in enumerate(listed) if isinstance(each, Mapping))

    def block(self, key: str, *more: str) -> Block:
        """The first block called `key`, or an empty one in its place; then the ones inside it."""
        found = next(iter(self.blocks(key)), Block({}, self.at(key)))
        return found.block(*more) if more else found

    def texts(self, key: str) -> tuple[tuple[Path, str], ...]:
        """The literal texts of a list (or of one that stands alone), each with its path."""
        value = self.body.get(key)
        listed = value if isinstance(value, list) else [value]
        paths = (self.at(key, i) if isinstance(value, list) else self.at(key) for i in range(len(listed)))
        return tuple(
            (path, text) for path, each in zip(paths, listed, strict=True) if (text := literal(each)) is not None
        )

    def entries(self) -> Iterator[Block]:
        """The mappings that stand under a name of the author's."""
        return (entry for key in self.body for entry in self.blocks(key))

    @property
    def made(self) -> frozenset[str]:
        """The blocks that are made when Terraform runs.

        https://developer.hashicorp.com/terraform/language/expressions/dynamic-blocks
        """
        made = self.body.get("dynamic")
        listed = made if isinstance(made, list) else [made]
        return frozenset(str(key) for each in listed if isinstance(each, Mapping) for key in each)


def blocks(body: Mapping[str, Any], key: str) -> tuple[Block, ...]:
    """The blocks called `key` of a body, however they are written."""
    return Block(body).blocks(key)
