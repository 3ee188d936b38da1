"""What changed between a saved estimate and this one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from aicost_iac.cost.amounts import Range, monthly, total
from aicost_iac.cost.contract import VERSION, document
from aicost_iac.cost.estimates import Estimate
from aicost_iac.errors import UnreadableDocument

_CASES = ("floor", "expected", "ceiling")
Kind = Literal["added", "removed", "changed"]
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """A node whose price is another one now; USD an hour."""

    stack: str
    address: str
    before: Range
    after: Range
    kind: Kind

    @property
    def month(self) -> Range:
        """What it adds to a month, in cents; negative is less."""
        return difference(self.before, self.after)


@dataclass(frozen=True, slots=True)
class Unknown:
    """A node without a price, and why."""

    stack: str
    address: str
    reason: str


@dataclass(frozen=True)
class Comparison:
    """Before and after, per hour; `unpriced` are nodes that have no price now and were not there before."""

    before: Range
    after: Range
    changes: tuple[Change, ...]
    unpriced: tuple[Unknown, ...]
    priced_now: tuple[Unknown, ...]

    @property
    def month(self) -> Range:
        """What a month costs more, in cents; negative is less."""
        return difference(self.before, self.after)


def difference(before: Range, after: Range) -> Range:
    """What a month costs more, in cents."""
    return Range(*(monthly(getattr(after, case) - getattr(before, case)) for case in _CASES))


def compare(saved: Mapping[str, Any], estimate: Estimate) -> Comparison:
    """The difference to a saved estimate, the greatest change of the expectation first."""
    new = document(estimate)
    before, after = _amounts(saved), _amounts(new)
    changes = [
        Change(*key, before.get(key, Range()), after.get(key, Range()), _kind(key, before, after))
        for key in sorted(before.keys() | after.keys())
        if before.get(key, Range()) != after.get(key, Range())
    ]
    changes.sort(key=lambda each: -abs(each.after.expected - each.before.expected))
    old_unknown, unknown = _unpriced(saved), _unpriced(new)
    return Comparison(
        total(before.values()),
        total(after.values()),
        tuple(changes),
        tuple(Unknown(*key) for key in sorted(unknown - old_unknown)),
        tuple(Unknown(*key) for key in sorted(old_unknown - unknown)),
    )


def read_saved(text: str, file: str) -> Mapping[str, Any]:
    """A file that `--save` wrote. Raises `UnreadableDocument` for anything else."""
    try:
        saved = json.loads(text)
        if not isinstance(saved, dict) or saved.get("version") != VERSION:
            raise UnreadableDocument(file, f"is no estimate of version {VERSION}: `aicost cost --save` writes one")
        _amounts(saved)
        _unpriced(saved)
    except json.JSONDecodeError as error:
        raise UnreadableDocument(file, error.msg, error.lineno, error.colno) from error
    except (KeyError, TypeError, InvalidOperation) as error:
        raise UnreadableDocument(file, f"is no estimate as `aicost cost --save` writes it ({error!r})") from error
    return saved


def _amounts(saved: Mapping[str, Any]) -> dict[Key, Range]:
    return {
        (each.get("stack", ""), each["address"]): Range(*(Decimal(each[f"{case}_hour"]) for case in _CASES))
        for each in saved["items"]
    }


def _unpriced(saved: Mapping[str, Any]) -> set[tuple[str, str, str]]:
    return {(each.get("stack", ""), each["address"], each["reason"]) for each in saved["unpriced"]}


def _kind(key: Key, before: Mapping[Key, Range], after: Mapping[Key, Range]) -> Kind:
    if key not in before:
        return "added"
    return "changed" if key in after else "removed"
