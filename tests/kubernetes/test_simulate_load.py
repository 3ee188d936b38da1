"""Loads as CSV files, and the hours of cron triggers."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest

from aicost_iac.errors import UnreadableDocument, UsageError
from aicost_iac.kubernetes.autoscaling.cron import cron_steps
from aicost_iac.kubernetes.autoscaling.load import Load, read_load

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
HOUR, DAY = 3600.0, 86_400.0
QUEUE, KV = {"type": "prometheus", "name": "queue"}, {"type": "prometheus", "name": "kv"}
CRON = {
    "type": "cron",
    "metadata": {"timezone": "UTC", "start": "0 8 * * *", "end": "0 18 * * *", "desiredReplicas": "2"},
}


def load(text: str) -> Load:
    return read_load(text, "load.csv")


def windows(start: str, end: str, *, zone: str = "UTC", begin: datetime = MONDAY, days: float = 7) -> list[float]:
    """The hours at which the trigger changes, counted from `begin`."""
    metadata = {"timezone": zone, "start": start, "end": end, "desiredReplicas": "1"}
    steps = cron_steps(metadata, begin, days * DAY)
    changed = [steps[0], *(other for one, other in pairwise(steps) if one[1] != other[1])]
    assert [value for _, value in changed] == [float(index % 2) for index in range(len(changed))]
    return [moment / HOUR for moment, _ in changed[1:]]


def test_cells_are_numbers_nothing_or_error() -> None:
    made = load("seconds,queue,kv\n0,1,\n30,2.5,error\n\n60,0,0.9\n")
    assert made.columns == {"queue": [(0, 1), (30, 2.5), (60, 0)], "kv": [(0, None), (30, "error"), (60, 0.9)]}
    assert (made.start, made.end_s) == (None, 60)


def test_times_may_be_moments() -> None:
    made = load("time,queue\n2026-11-23T08:00+01:00,1\n2026-11-23T08:30,2\n")
    assert made.start == datetime.fromisoformat("2026-11-23T08:00+01:00")
    assert made.columns["queue"] == [(0, 1), (5400, 2)], "a time without a zone is UTC"


def test_columns_find_their_triggers_by_name_or_place() -> None:
    made = load("time,kv,trigger-0\n0,1,2\n")
    assert made.curves([{"type": "prometheus"}, KV], 60, None) == [[(0, 2)], [(0, 1)]]


def test_the_only_column_is_the_only_triggers() -> None:
    assert load("time,whatever\n0,5\n").curves([QUEUE], 60, None) == [[(0, 5)]]


def test_a_cron_trigger_follows_the_date() -> None:
    dated = load("time,queue\n2026-11-23T00:00Z,5\n2026-11-24T00:00Z,0\n")
    expected = [(0.0, 0.0), (8 * HOUR, 2.0), (18 * HOUR, 0.0)]
    assert dated.curves([QUEUE, CRON], DAY, None)[1] == expected
    assert load("time,queue\n0,5\n").curves([QUEUE, CRON], DAY, MONDAY)[1] == expected
    assert load("time,queue,trigger-1\n0,5,7\n").curves([QUEUE, CRON], DAY, None)[1] == [(0, 7)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a load has a heading"),
        ("time\n1\n", "a column of times and one or more of values"),
        ("time,a\n", "a load has a heading"),
        ("time,a\n0,1\n1,2,3\n", "load.csv:3:0: 2 cells are wanted, 3 are there"),
        ("time,a\n0,1\nsoon,2\n", "load.csv:3:0: 'soon' is neither seconds nor an ISO 8601 time"),
        ("time,a\n0,many\n", "load.csv:2:0: 'many' is no value"),
    ],
)
def test_what_can_not_be_read_is_named_with_its_line(text: str, message: str) -> None:
    with pytest.raises(UnreadableDocument) as refusal:
        load(text)
    assert message in str(refusal.value)


def test_a_trigger_without_a_column_is_named() -> None:
    with pytest.raises(UsageError, match="trigger 1 needs a column 'kv' or 'trigger-1'; the load has queue"):
        load("time,queue\n0,5\n").curves([QUEUE, KV], 60, None)
    with pytest.raises(UsageError, match="the date of the start is enough"):
        load("time,queue\n0,5\n").curves([QUEUE, CRON], 60, None)


@pytest.mark.parametrize(
    ("start", "end", "changes"),
    [
        ("0 8 * * 1-5", "0 18 * * 1-5", [8 + 24 * day + more for day in range(5) for more in (0, 10)]),
        ("0 8 * * mon,wed", "0 18 * * mon,wed", [8, 18, 56, 66]),
        ("30 6 24 * *", "45 6 24 * *", [30.5, 30.75]),
        ("0 0 1 dec *", "0 12 1 dec *", []),
        ("*/30 9 * * 0", "0 10 * * 0", [153.5, 154]),
        ("0 0 24 * 6", "0 6 24 * 6", [24, 30, 120, 126]),
    ],
)
def test_windows_of_a_week(start: str, end: str, changes: list[float]) -> None:
    assert windows(start, end) == changes


def test_an_end_on_more_days_than_the_start_leaves_the_window_open() -> None:
    assert windows("0 8 * * mon,wed", "0 18 * * *") == [8, 42, 56, 162]


def test_a_run_may_begin_inside_a_window() -> None:
    metadata = {"timezone": "UTC", "start": "0 8 * * *", "end": "0 18 * * *", "desiredReplicas": "3"}
    steps = cron_steps(metadata, MONDAY.replace(hour=12), DAY)
    assert steps == [(0.0, 3.0), (6 * HOUR, 0.0), (20 * HOUR, 3.0)]


def test_hours_are_those_of_the_zone_through_the_change_of_the_clock() -> None:
    begin = datetime(2026, 10, 24, tzinfo=UTC)
    assert windows("0 8 * * *", "0 18 * * *", zone="Europe/Berlin", begin=begin, days=2) == [6, 16, 31, 41]


@pytest.mark.parametrize(
    ("metadata", "message"),
    [
        ({"timezone": "Mars/Olympus"}, "there is no time zone 'Mars/Olympus'"),
        ({"start": "0 8 * *"}, "is no cron expression: five fields"),
        ({"start": "0 25 * * *"}, "'25' in the cron expression '0 25 \\* \\* \\*' is not understood"),
        ({"end": "0 8-x * * *"}, "'8-x' in the cron expression"),
        ({"end": "0 8 * foo *"}, "'foo' in the cron expression"),
    ],
)
def test_what_is_no_window_is_refused(metadata: dict[str, str], message: str) -> None:
    whole = {"timezone": "UTC", "start": "0 8 * * *", "end": "0 18 * * *", "desiredReplicas": "3"}
    with pytest.raises(UsageError, match=message):
        cron_steps(whole | metadata, MONDAY, DAY)
