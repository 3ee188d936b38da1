"""The windows of a cron trigger as a curve.

KEDA takes a moment for inside when the next `end` comes no later than the next `start`: an `end` on more days than the
`start` has leaves the window open until the last of them.
https://keda.sh/docs/2.20/scalers/cron/
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from aicost_iac.errors import UsageError
from aicost_iac.kubernetes.autoscaling.curves import Step

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_FIELDS = ((0, 59, ()), (0, 23, ()), (1, 31, ()), (1, 12, _MONTHS), (0, 6, _DAYS))
# An expression that names no moment within so many days of the run names none at all, but for leap days.
_AHEAD = 1500


def cron_steps(metadata: Mapping[str, Any], start: datetime, until_s: float) -> list[Step]:
    """The curve of a trigger over a run that begins at `start`: `desiredReplicas` inside, 0 outside.

    Raises `UsageError` for a time zone or an expression that can not be read.
    """
    zone = _zone(str(metadata.get("timezone", "UTC")))
    last = start + timedelta(seconds=until_s)
    opens = _moments(str(metadata.get("start", "")), zone, start, last)
    closes = _moments(str(metadata.get("end", "")), zone, start, last)
    wanted = float(metadata.get("desiredReplicas", 0))
    changes = sorted({start, *(moment for moment in (*opens, *closes) if start < moment <= last)})
    return [((moment - start).total_seconds(), wanted if _inside(moment, opens, closes) else 0.0) for moment in changes]


def firings(expression: str, start: datetime, until: datetime) -> list[datetime]:
    """When an expression fires after `start` and up to `until`, in UTC. Raises `UsageError` for one that is none."""
    return [moment for moment in _moments(expression, _zone("UTC"), start, until) if moment <= until]


def _inside(moment: datetime, opens: Sequence[datetime], closes: Sequence[datetime]) -> bool:
    opening, closing = bisect_right(opens, moment), bisect_right(closes, moment)
    if closing == len(closes):
        return False
    return opening == len(opens) or closes[closing] <= opens[opening]


def _moments(expression: str, zone: ZoneInfo, start: datetime, last: datetime) -> list[datetime]:
    """When an expression fires from `start` on, up to the first time after `last`."""
    minutes, hours, *days = _parsed(expression)
    found: list[datetime] = []
    for day in _days(start.astimezone(zone).date(), days, expression):
        for hour in hours:
            for minute in minutes:
                moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone).astimezone(UTC)
                if moment > start:
                    found.append(moment)
        if found and found[-1] > last:
            break
    return found


def _days(first: date, days: Sequence[Sequence[int]], expression: str) -> Iterator[date]:
    """Days that match. With both a day of the month and a day of the week, either is enough."""
    of_month, months, of_week = days
    _, _, month_field, _, week_field = expression.split()
    either = not month_field.startswith(("*", "?")) and not week_field.startswith(("*", "?"))
    for ahead in range(_AHEAD):
        day = first + timedelta(days=ahead)
        by_month, by_week = day.day in of_month, day.isoweekday() % 7 in of_week
        if day.month in months and ((by_month or by_week) if either else (by_month and by_week)):
            yield day


def _parsed(expression: str) -> list[list[int]]:
    fields = expression.split()
    if len(fields) != len(_FIELDS):
        raise UsageError(f"{expression!r} is no cron expression: five fields are wanted, minute to day of the week")
    return [_field(text, *bounds, expression=expression) for text, bounds in zip(fields, _FIELDS, strict=True)]


def _field(text: str, least: int, most: int, names: Sequence[str], *, expression: str) -> list[int]:
    """The values of `*`, `1-5`, `mon,wed`, `*/15`."""
    found: set[int] = set()
    for part in text.split(","):
        span, slash, step = part.partition("/")
        low, dash, high = span.partition("-")
        try:
            first = least if low in ("*", "?") else _number(low, least, names)
            open_ended = low in ("*", "?") or (slash and not dash)
            final = most if open_ended else _number(high, least, names) if dash else first
            found.update(range(first, final + 1, int(step) if slash else 1))
        except ValueError:
            found.clear()
            break
    if not found or min(found) < least or max(found) > most:
        raise UsageError(f"{text!r} in the cron expression {expression!r} is not understood")
    return sorted(found)


def _number(text: str, least: int, names: Sequence[str]) -> int:
    word = text.lower()
    return names.index(word) + least if word in names else int(text)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError) as error:
        raise UsageError(
            f"there is no time zone {name!r}: write one of the IANA names, such as Europe/Berlin"
        ) from error
