"""The data files behind the catalog: read when first asked for, parsed once, never changed.

Each file in `data/` is one JSON object: `about` says what its columns mean, every other key holds a list of
rows, one row per line. A row names its `source` codes (see `sources.json`) and its `date`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from aicost_iac.errors import UnknownName

Row = Mapping[str, Any]

_DATA = Path(__file__).parent / "data"


@cache
def table(name: str) -> Mapping[str, Any]:
    """The whole file `data/<name>.json`."""
    parsed: dict[str, Any] = json.loads((_DATA / f"{name}.json").read_text(encoding="utf-8"))
    return parsed


def about(name: str) -> Row:
    """What the file says of itself: the meaning of its columns, and for prices `as_of` and `max_age_days`."""
    head: Row = table(name)["about"]
    return head


def rows(name: str, part: str) -> Sequence[Row]:
    """The rows of one list of a file."""
    listed: list[Row] = table(name)[part]
    return listed


@cache
def index(name: str, part: str, *columns: str) -> Mapping[tuple[str, ...], Row]:
    """The rows of one list by the values of `columns`, which identify a row."""
    return {tuple(row[column] for column in columns): row for row in rows(name, part)}


@cache
def grouped(name: str, part: str, *columns: str) -> Mapping[tuple[str, ...], Sequence[Row]]:
    """The rows of one list in groups that share the values of `columns`."""
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows(name, part):
        groups.setdefault(tuple(row[column] for column in columns), []).append(row)
    return groups


def unknown(kind: str, name: str, known: Iterable[str]) -> UnknownName:
    """The error for a name that is not there. Names that begin with it are nearer than names that look like it."""
    names = list(known)
    longer = [each for each in names if each.startswith(name)]
    return UnknownName(kind, name, longer or names)
