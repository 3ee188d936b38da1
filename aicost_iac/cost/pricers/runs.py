"""Work that ends: which part of a month it runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from aicost_iac.catalog import HOURS_PER_MONTH
from aicost_iac.cost.amounts import ZERO, Range, unit_price, written
from aicost_iac.cost.assumptions import RUN_HOURS, RUNS_PER_MONTH, number
from aicost_iac.cost.estimates import Line
from aicost_iac.cost.prices import Missing
from aicost_iac.errors import UsageError
from aicost_iac.kubernetes.autoscaling.cron import firings
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.world import Subject

_ONE = Decimal(1)
_ENDLESS = Range(_ONE, _ONE, _ONE)
_YEAR = datetime(2027, 1, 1, tzinfo=UTC) - timedelta(seconds=1), datetime(2027, 12, 31, 23, 59, tzinfo=UTC)
_MACROS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_JOBS = ("Job", "JobSet", "MPIJob", "PyTorchJob", "RayJob")


@dataclass(frozen=True, slots=True)
class Time:
    """The part of a month that something runs, of 1; hours of one run, where it has an end; and what is not known."""

    part: Range
    note: str = ""
    missing: tuple[Missing, ...] = ()
    run_hours: Range | None = None


def share_of_month(subject: Subject) -> Time:
    """All of it for what serves. For jobs: runs in a month times hours of a run.

    A run takes the assumption `run_hours`, at most `activeDeadlineSeconds`; a Job runs once, a CronJob as often as
    its schedule, or the assumption `runs_per_month`, says. Nothing at the floor: a job need not run.
    """
    spec = Block(subject.body).block("spec")
    if subject.kind == "CronJob":
        deadline = spec.block("jobTemplate", "spec").whole("activeDeadlineSeconds")
        return part_of_month(subject, runs_of(spec.text("schedule") or ""), deadline)
    if subject.kind in _JOBS:
        return part_of_month(subject, _ONE, spec.whole("activeDeadlineSeconds"))
    return Time(_ENDLESS)


@lru_cache(maxsize=256)
def runs_of(schedule: str) -> Decimal | None:
    """How often a cron expression fires in a month, on the average of a year; None for one that is none.

    https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax
    """
    try:
        fired = firings(_MACROS.get(schedule, schedule), *_YEAR)
    except UsageError:
        return None
    return unit_price(Decimal(len(fired)), 12)


def part_of_month(subject: Subject, runs: Decimal | None, deadline_seconds: int | None) -> Time:
    """The part of a month that so many runs take, at most until their deadline; all month where nothing ends them."""
    assumed = number(subject.node, RUNS_PER_MONTH)
    runs = runs if assumed is None else assumed
    hours = number(subject.node, RUN_HOURS)
    deadline = hours if deadline_seconds is None else Decimal(deadline_seconds) / 3600
    hours = deadline if hours is None else hours
    run_hours = None if hours is None or deadline is None else Range(ZERO, hours, max(hours, deadline))
    expected, most = _part(runs, hours), _part(runs, deadline)
    ceiling = _ONE if most is None else most
    if expected is None:
        words = [word for word, known in ((RUNS_PER_MONTH, runs), (RUN_HOURS, hours)) if known is None]
        reason = f"how long it runs in a month is not known: {' and '.join(map(repr, words))} would say it"
        unknown = Missing(f"{reason}; only the ceiling counts it")
        return Time(Range(ZERO, ZERO, ceiling), "", (unknown,), run_hours)
    count = round(runs or ZERO, 2)
    note = f"{written(count)} run{'' if count == 1 else 's'} a month of {written(hours or ZERO)} h"
    return Time(Range(ZERO, min(expected, ceiling), ceiling), note, (), run_hours)


def _part(runs: Decimal | None, hours: Decimal | None) -> Decimal | None:
    if runs is None or hours is None:
        return None
    return min(_ONE, unit_price(runs * hours, HOURS_PER_MONTH))


def run_of(lines: tuple[Line, Line, Line], count: Range, time: Time) -> Range | None:
    """USD of one run of `count` things that cost what the lines say, None for what has no end."""
    if time.run_hours is None:
        return None
    _, expected, ceiling = (line.quote.usd_hour for line in lines)
    hours = time.run_hours
    return Range(ZERO, expected * count.expected * hours.expected, ceiling * count.ceiling * hours.ceiling)
