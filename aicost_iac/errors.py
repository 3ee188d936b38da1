"""Every error this library raises on purpose.

    AicostError
    |-- InvalidBlueprint      (also a ValueError) what a user described can not work; holds every problem found
    |-- PlanError             resources that contradict each other
    |   |-- DuplicateAddress
    |   `-- UnresolvedReference
    |-- NotPlainData          (also a TypeError) a value that has no faithful JSON form
    |-- UnreadableDocument    a file that is not what its name says, with its place
    |-- CatalogError          (also a LookupError)
    |   |-- UnknownName       no such row; carries the nearest names
    |   |-- NoPrice           the row exists, no source states a price for it
    |   `-- NoMig             the accelerator exists and can not be partitioned
    |-- SynthError            cdktf or cdktn is missing, mixed, or was used in a way it can not honour
    `-- UsageError            the command line was asked for something it can not do

A message says what is wrong, where, the value that was given and what to write instead.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_SHOWN = 120


def shown(value: object) -> str:
    """`repr` of a value, cut so that a message stays readable."""
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."


def nearest(name: str, known: Iterable[str], count: int = 3) -> list[str]:
    """The known names most like `name`, best first."""
    return difflib.get_close_matches(name, list(known), n=count, cutoff=0.6)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`did you mean 'a' or 'b'?`, or nothing when no known name is close."""
    names = [repr(near) for near in nearest(name, known)]
    return f"did you mean {' or '.join(names)}?" if names else ""


class AicostError(Exception):
    """Root of the hierarchy."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with one field of a blueprint."""

    field: str
    message: str
    value: object = None
    remedy: str = ""

    def __str__(self) -> str:
        got = "" if self.value is None else f" (got {shown(self.value)})"
        way_out = f"; {self.remedy}" if self.remedy else ""
        return f"{self.field}: {self.message}{got}{way_out}"


class InvalidBlueprint(AicostError, ValueError):
    """A description that can not work for anybody. All problems found are listed together."""

    def __init__(self, blueprint: str, problems: Sequence[Problem]) -> None:
        self.blueprint = blueprint
        self.problems = tuple(problems)
        lines = "".join(f"\n  - {problem}" for problem in self.problems)
        count = len(self.problems)
        super().__init__(f"{blueprint}: {count} problem{'s' if count != 1 else ''}{lines}")


class PlanError(AicostError):
    """Resources of one plan contradict each other."""


class DuplicateAddress(PlanError):
    """Two nodes claim the same address."""


class UnresolvedReference(PlanError):
    """An expression names a resource that is neither in the plan nor declared external."""


class NotPlainData(AicostError, TypeError):
    """A value that can not be written as JSON without changing it."""

    def __init__(self, where: str, path: str, value: object, reason: str) -> None:
        self.where, self.path, self.value, self.reason = where, path, value, reason
        super().__init__(f"{where}: {path or '(whole body)'} holds {shown(value)}: {reason}")


class UnreadableDocument(AicostError):
    """A document that can not be read. `line` and `column` count from 1; 0 means unknown."""

    def __init__(self, file: str, reason: str, line: int = 0, column: int = 0) -> None:
        self.file, self.reason, self.line, self.column = file, reason, line, column
        place = f"{file}:{line}:{column}" if line else file
        super().__init__(f"{place}: {reason}")


class CatalogError(AicostError, LookupError):
    """The catalog can not answer."""


class UnknownName(CatalogError):
    """A name the catalog does not hold; `listed_by` is the command that lists what it holds."""

    def __init__(self, kind: str, name: str, known: Iterable[str], listed_by: str = "aicost catalog show") -> None:
        self.kind, self.name, self.near = kind, name, nearest(name, known)
        hint = f"did you mean {' or '.join(map(repr, self.near))}?" if self.near else f"`{listed_by}` lists them"
        super().__init__(f"unknown {kind} {name!r}; {hint}")


class NoPrice(CatalogError):
    """The catalog knows the thing but no source states its price: unknown is never zero."""


class NoMig(CatalogError):
    """The accelerator is known and has no Multi-Instance GPU."""


class SynthError(AicostError):
    """Synthesis through cdktf or cdktn can not go on."""


class UsageError(AicostError):
    """The command line was asked for something it can not do."""
