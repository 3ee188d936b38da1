"""A load as a CSV file: a column of times, and one for each trigger.

    time,gateway,kv
    0,0,
    60,12,0.35
    120,error,0.6

Times are seconds, or ISO 8601 moments, from which seconds are counted. A cell is a number, empty (an empty result) or
`error` (a failed read). A column bears the `name` of its trigger, or `trigger-0`, `trigger-1`; where only one trigger
needs a column its heading is free. Cron triggers need none where the run has a date.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aicost_iac.errors import UnreadableDocument, UsageError
from aicost_iac.kubernetes.autoscaling.cron import cron_steps
from aicost_iac.kubernetes.autoscaling.curves import Step, Value

Rows = Mapping[str, list[Step]]


@dataclass(frozen=True, slots=True)
class Load:
    """Columns by heading. `start` is the moment of second 0, where the file says; `end_s` its last time."""

    columns: Rows
    start: datetime | None
    end_s: float

    def curves(self, triggers: Sequence[Mapping[str, Any]], until_s: float, start: datetime | None) -> list[list[Step]]:
        """A curve for each trigger. `start` is the moment of second 0 where the file does not say it."""
        needing = [index for index, each in enumerate(triggers) if not self._has_clock(each, start)]
        return [
            self._column(triggers[index], index, needing)
            if index in needing
            else cron_steps(triggers[index].get("metadata", {}), self._moment(start), until_s)
            for index in range(len(triggers))
        ]

    def _moment(self, start: datetime | None) -> datetime:
        moment = self.start or start
        if moment is None:
            raise UsageError("cron triggers need the date on which the load begins")
        return moment

    def _has_clock(self, trigger: Mapping[str, Any], start: datetime | None) -> bool:
        named = str(trigger.get("name", "")) in self.columns
        return trigger.get("type") == "cron" and not named and (self.start or start) is not None

    def _column(self, trigger: Mapping[str, Any], index: int, needing: Sequence[int]) -> list[Step]:
        names = [name for name in (trigger.get("name"), f"trigger-{index}") if name]
        for name in names:
            if name in self.columns:
                return self.columns[name]
        if len(needing) == 1 and len(self.columns) == 1:
            return next(iter(self.columns.values()))
        hint = "; for a cron trigger the date of the start is enough" if trigger.get("type") == "cron" else ""
        known = ", ".join(self.columns)
        raise UsageError(f"trigger {index} needs a column {' or '.join(map(repr, names))}; the load has {known}{hint}")


def read_load(text: str, file: str) -> Load:
    """The load in a CSV file's text. Raises `UnreadableDocument` with the line that can not be read."""
    rows = [(line, row) for line, row in enumerate(csv.reader(text.splitlines()), start=1) if any(map(str.strip, row))]
    if len(rows) < 2 or len(rows[0][1]) < 2:
        raise UnreadableDocument(file, "a load has a heading, a column of times and one or more of values")
    names = [name.strip() for name in rows[0][1][1:]]
    times = list(_times(rows[1:], file))
    columns: dict[str, list[Step]] = {name: [] for name in names}
    for (line, row), (moment, _) in zip(rows[1:], times, strict=True):
        if len(row) != len(names) + 1:
            raise UnreadableDocument(file, f"{len(names) + 1} cells are wanted, {len(row)} are there", line)
        for name, cell in zip(names, row[1:], strict=True):
            columns[name].append((moment, _value(cell.strip(), file, line)))
    return Load(columns, times[0][1], max(moment for moment, _ in times))


def _times(rows: Sequence[tuple[int, Sequence[str]]], file: str) -> Iterator[tuple[float, datetime | None]]:
    """Seconds, and the moment of second 0 where the times are dates."""
    first: datetime | None = None
    for line, row in rows:
        text = row[0].strip()
        try:
            yield float(text), None
        except ValueError:
            moment = _moment(text, file, line)
            first = first or moment
            yield (moment - first).total_seconds(), first


def _moment(text: str, file: str, line: int) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UnreadableDocument(file, f"{text!r} is neither seconds nor an ISO 8601 time", line) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _value(cell: str, file: str, line: int) -> Value:
    if cell == "" or cell == "error":
        return "error" if cell else None
    try:
        return float(cell)
    except ValueError:
        reason = f"{cell!r} is no value: a number, nothing (an empty result) or error"
        raise UnreadableDocument(file, reason, line) from None
