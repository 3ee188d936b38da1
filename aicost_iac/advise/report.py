"""An advice as text, Markdown and JSON (version 1, amounts as decimal strings)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from aicost_iac.advise.commitment import Advice, Outcome
from aicost_iac.advise.history import History
from aicost_iac.advise.usage import Usage, per_unit
from aicost_iac.catalog import HOURS_PER_MONTH

Table = tuple[tuple[str, ...], list[tuple[str, ...]]]
_CENT = Decimal("0.01")
_SHARE = Decimal("0.0001")
_HEAD = ("commitment", "cost/h", "saving/month", "used", "covers")


def usd(amount: Decimal) -> str:
    """Dollars and cents."""
    return f"-${-amount:,.2f}" if amount < 0 else f"${amount:,.2f}"


def percent(share: Decimal) -> str:
    """One decimal."""
    return f"{share * 100:.1f} %"


def headline(advice: Advice) -> str:
    """The advice in a sentence."""
    terms, chosen = advice.terms, advice.outcome
    if not chosen.usd_hour:
        return f"{advice.series.name}: commit to nothing"
    return (
        f"{advice.series.name}: commit to ${chosen.usd_hour} an hour for {terms.years} year"
        f"{'s' if terms.years > 1 else ''}, which saves {usd(chosen.saving * HOURS_PER_MONTH)} a month"
    )


def because(advice: Advice) -> Iterator[str]:
    """What the headline rests on, a sentence a line."""
    terms, series = advice.terms, advice.series
    yield (
        f"{len(series.usd_hour)} hours from {series.start}, on-demand spend that no commitment covers, spot left out; "
        f"mean {usd(sum(series.usd_hour, Decimal(0)) / len(series.usd_hour))} an hour"
    )
    yield f"discount {percent(terms.discount)} ({advice.discount_source})"
    if terms.price_decline:
        yield (
            f"on-demand prices expected to fall {percent(terms.price_decline)} a year: "
            f"{percent(terms.price_level)} of today's over the term"
        )
    if terms.quantile > 0:
        yield (
            f"least cost where {percent(terms.quantile)} of the hours are fully covered; "
            f"a plan pays from {percent(terms.break_even)} utilisation on"
        )
    yield from advice.remarks


def table(advice: Advice) -> Table:
    """The advised commitment, the unrounded optimum, AWS's, and the sensitivity."""
    rows = [("advised", advice.outcome), ("least cost", advice.optimum)]
    if advice.recommended_outcome is not None:
        rows.append(("AWS's own", advice.recommended_outcome))
    rows += [(case.label, case.outcome) for case in advice.cases]
    return ("", *_HEAD), [(label, *_cells(outcome)) for label, outcome in rows]


def _cells(outcome: Outcome) -> tuple[str, ...]:
    return (
        f"${outcome.usd_hour:.3f}",
        f"${outcome.cost:.3f}",
        usd(outcome.saving * HOURS_PER_MONTH),
        percent(outcome.utilisation),
        percent(outcome.coverage),
    )


def held(history: History) -> Iterator[str]:
    """What covers what, what the account has already, and what could not be read."""
    if {"COMPUTE_SP", "EC2_INSTANCE_SP"} <= {each.plan for each in history.series}:
        yield (
            "note: COMPUTE_SP and EC2_INSTANCE_SP cover the same EC2 hours: take the family's plan for what will not "
            "move to another type or region, then read the account again before a Compute plan"
        )
    for each in history.held:
        yield f"held: {each.plan} {each.scope} ${each.usd_hour} an hour until {each.end}".replace("  ", " ")
    for reading in history.readings:
        parts = [
            f"{share * 100:.1f} % {word}"
            for word, share in (("used", reading.utilisation), ("of the spend covered", reading.coverage))
            if share is not None
        ]
        yield f"{reading.what}: {', '.join(parts)}"
    yield from (f"note: {note}" for note in history.notes)


def markdown(history: History, advices: Sequence[Advice]) -> str:
    """For a ticket or a wiki page."""
    parts = ["# Commitments\n"]
    for advice in advices:
        head, rows = table(advice)
        lines = [f"## {headline(advice)}\n", *(f"- {line}" for line in because(advice)), "", *_rows(head, rows), ""]
        parts.append("\n".join(lines))
    if lines := list(held(history)):
        parts.append("\n".join(["## What the account holds\n", *(f"- {line}" for line in lines), ""]))
    return "\n".join(parts)


def data(history: History, advices: Sequence[Advice]) -> dict[str, Any]:
    """The JSON contract, version 1."""
    return {
        "version": 1,
        "currency": history.currency,
        "lookback_days": history.lookback_days,
        "advice": [_advice(advice) for advice in advices],
        "held": [each.model_dump(mode="json") for each in history.held],
        "readings": [each.model_dump(mode="json") for each in history.readings],
        "notes": list(history.notes),
    }


def usage_tables(usage: Usage) -> Iterator[Table]:
    """Spend by instance type, by tag and by day."""
    types = _spent(usage.by(lambda each: each.instance_type))
    yield ("instance type", "spent"), [*types, ("total", usd(usage.total))]
    yield (usage.tag_key, "spent"), _spent(usage.by(lambda each: each.tag))
    yield ("day", "spent"), sorted(_spent(usage.by(lambda each: each.day)))


def usage_lines(usage: Usage, units: Decimal | None, unit: str) -> Iterator[str]:
    """What the tables do not say: untagged spend, idle candidates, the cost of a unit, what could not be seen."""
    if (share := usage.untagged_share) is not None:
        yield f"{percent(share)} of it carries no tag {usage.tag_key!r}"
    for each in usage.idle:
        price = "at a price that is not known" if each.usd_month is None else f"{usd(each.usd_month)} a month"
        yield f"idle: {each.instance_id} ({each.instance_type}), GPUs at {each.gpu_percent:.1f} %, {price}"
    if units is not None:
        yield f"${per_unit(usage, units):.6f} per {unit}"
    yield from (f"note: {note}" for note in usage.notes)


def usage_markdown(usage: Usage, units: Decimal | None, unit: str) -> str:
    """For a ticket or a wiki page."""
    parts = ["# Accelerator spend\n", *(f"- {line}" for line in usage_lines(usage, units, unit)), ""]
    for head, rows in usage_tables(usage):
        parts += [*_rows(head, rows), ""]
    return "\n".join(parts)


def usage_data(usage: Usage, units: Decimal | None, unit: str) -> dict[str, Any]:
    """Usage as JSON, version 1."""
    share = usage.untagged_share
    return {
        "version": 1,
        "currency": "USD",
        "total_usd": str(usage.total.quantize(_CENT)),
        "tag": usage.tag_key,
        "untagged_share": None if share is None else str(share.quantize(_SHARE)),
        "by_instance_type": _amounts(usage.by(lambda each: each.instance_type)),
        "by_tag": _amounts(usage.by(lambda each: each.tag)),
        "by_day": dict(sorted(_amounts(usage.by(lambda each: each.day)).items())),
        "idle": [
            {
                "instance_id": each.instance_id,
                "instance_type": each.instance_type,
                "gpu_percent": str(each.gpu_percent.quantize(_CENT)),
                "usd_month": None if each.usd_month is None else str(each.usd_month.quantize(_CENT)),
            }
            for each in usage.idle
        ],
        "usd_per_unit": None if units is None else {"unit": unit, "usd": f"{per_unit(usage, units):.6f}"},
        "notes": list(usage.notes),
    }


def _advice(advice: Advice) -> dict[str, Any]:
    theirs = advice.recommended
    return {
        "plan": advice.series.plan,
        "scope": advice.series.scope,
        "term_years": advice.terms.years,
        "hours": len(advice.series.usd_hour),
        "discount": str(advice.terms.discount),
        "discount_source": advice.discount_source,
        "price_decline": str(advice.terms.price_decline),
        "quantile": str(advice.terms.quantile.quantize(_SHARE)),
        "break_even_utilisation": str(advice.terms.break_even.quantize(_SHARE)),
        "advised": _outcome(advice.outcome),
        "least_cost": _outcome(advice.optimum),
        "aws": None if theirs is None else theirs.model_dump(mode="json"),
        "sensitivity": [{"case": case.label, **_outcome(case.outcome)} for case in advice.cases],
        "remarks": list(advice.remarks),
    }


def _outcome(outcome: Outcome) -> dict[str, str]:
    return {
        "commitment_usd_hour": f"{outcome.usd_hour:.5f}",
        "cost_usd_hour": f"{outcome.cost:.5f}",
        "on_demand_usd_hour": f"{outcome.on_demand:.5f}",
        "saving_usd_month": str((outcome.saving * HOURS_PER_MONTH).quantize(_CENT)),
        "utilisation": str(outcome.utilisation.quantize(_SHARE)),
        "coverage": str(outcome.coverage.quantize(_SHARE)),
    }


def _amounts(sums: dict[str, Decimal]) -> dict[str, str]:
    return {key: str(amount.quantize(_CENT)) for key, amount in sums.items()}


def _spent(sums: dict[str, Decimal]) -> list[tuple[str, ...]]:
    return [(key, usd(amount)) for key, amount in sums.items()]


def _rows(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A table of Markdown."""
    return [_row(head), _row(("---",) * len(head)), *map(_row, rows)]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
