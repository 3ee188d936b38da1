"""One page for people: what things cost as bars, what was found, what has no price. Self-contained, without a script.

Pure: the same estimate, findings and title give the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from aicost_iac.catalog import HOURS_PER_MONTH
from aicost_iac.cost import amounts
from aicost_iac.cost.amounts import Range, total
from aicost_iac.cost.budgets import Covered, covered
from aicost_iac.cost.cuts import Cut, cuts
from aicost_iac.cost.estimates import Estimate, Item
from aicost_iac.cost.formats import wording
from aicost_iac.cost.pipelines import Pipeline, pipelines
from aicost_iac.cost.prices import Prices
from aicost_iac.cost.site import Root
from aicost_iac.rules import Finding, Report
from aicost_iac.templating import render_template

_PERCENT = Decimal("0.01")
# Items whose bar would be shorter than this percentage are folded into one line, where there are so many.
_SMALL, _FEW = Decimal("0.5"), 4


@dataclass(frozen=True, slots=True)
class Bar:
    """A range on a scale from nothing to the largest ceiling beside it; in percent of the width."""

    floor: Decimal
    expected: Decimal
    ceiling: Decimal

    @property
    def span(self) -> Decimal:
        """From the floor to the ceiling."""
        return self.ceiling - self.floor


@dataclass(frozen=True)
class Row:
    """A line of a table: a name, its amounts of a month, its bar, and what stands below it."""

    name: str
    month: Range
    bar: Bar
    items: tuple[Row, ...] = ()
    how: tuple[str, ...] = ()
    derived: str = ""


@dataclass(frozen=True)
class Page:
    """Everything the template shows. Sections without content do not appear."""

    title: str
    month: Range
    hour: Range
    stacks: tuple[Row, ...]
    blueprints: tuple[Row, ...]
    pipelines: tuple[Pipeline, ...]
    cuts: tuple[Cut, ...]
    budgets: tuple[Covered, ...]
    findings: tuple[Finding, ...]
    suppressed: int
    unpriced: tuple[tuple[str, tuple[str, ...]], ...]
    included: tuple[tuple[str, tuple[str, ...]], ...]
    notes: tuple[tuple[str, tuple[str, ...]], ...]
    prices: str


def page(title: str, roots: Sequence[Root], estimate: Estimate, findings: Report, prices: Prices | None = None) -> Page:
    """The page of an estimate, and of what the rules found in the same roots."""
    return Page(
        title=title,
        month=estimate.month,
        hour=estimate.hour,
        stacks=_stacks(estimate.items),
        blueprints=_blueprints(estimate.items),
        pipelines=pipelines(estimate),
        cuts=cuts(roots, prices),
        budgets=covered(roots, estimate),
        findings=tuple(sorted(findings.findings, key=_order)),
        suppressed=len(findings.suppressed),
        unpriced=_reasons((wording.place(each.stack, each.address), each.reason) for each in estimate.unpriced),
        included=_reasons((wording.place(each.stack, each.address), each.reason) for each in estimate.included),
        notes=_reasons(wording.notes(estimate.items)),
        prices=wording.prices(estimate),
    )


def html(shown: Page) -> str:
    """The page as one HTML file."""
    return render_template("report/report.html.j2", page=shown, wording=wording, amounts=amounts)


def _stacks(items: Sequence[Item]) -> tuple[Row, ...]:
    """A row per stack, where there are several."""
    groups = _grouped(items, lambda item: item.stack)
    return _rows([(name or "(no stack)", list(group)) for name, group in groups]) if len(groups) > 1 else ()


def _blueprints(items: Sequence[Item]) -> tuple[Row, ...]:
    groups = _grouped(items, lambda item: wording.place(item.stack, item.origin or "no blueprint"))
    return _rows(groups, details=True)


def _grouped(items: Sequence[Item], key: Callable[[Item], str]) -> list[tuple[str, list[Item]]]:
    return [(name, list(group)) for name, group in groupby(sorted(items, key=key), key=key)]


def _rows(groups: Sequence[tuple[str, list[Item]]], *, details: bool = False) -> tuple[Row, ...]:
    """Rows on one scale, the dearest first; with `details`, the items of each on the same scale."""
    hours = {name: total(item.hour for item in group) for name, group in groups}
    scale = max((hour.ceiling for hour in hours.values()), default=Decimal(0))
    rows = [
        Row(name, hours[name].month, _bar(hours[name], scale), _items(group, scale) if details else ())
        for name, group in groups
    ]
    return tuple(sorted(rows, key=lambda row: -row.month.ceiling))


def _items(items: Iterable[Item], scale: Decimal) -> tuple[Row, ...]:
    rows = [
        Row(
            item.address,
            item.hour.month,
            _bar(item.hour, scale),
            how=tuple(f"{part.what}: {wording.arithmetic(part)}" for part in item.parts),
            derived=wording.derived(item),
        )
        for item in items
    ]
    rows.sort(key=lambda row: (-row.month.ceiling, row.name))
    small = [row for row in rows if row.bar.ceiling < _SMALL]
    if len(small) < _FEW:
        return tuple(rows)
    return (*(row for row in rows if row.bar.ceiling >= _SMALL), _folded(small, scale))


def _folded(rows: Sequence[Row], scale: Decimal) -> Row:
    """What is too small to be seen, in one line."""
    month = total(row.month for row in rows)
    how = tuple(f"{row.name}: {wording.between(row.month)} a month" for row in rows)
    return Row(f"{len(rows)} smaller ones", month, _bar(month, scale * HOURS_PER_MONTH), how=how)


def _bar(hour: Range, scale: Decimal) -> Bar:
    if not scale:
        return Bar(Decimal(0), Decimal(0), Decimal(0))
    return Bar(*((100 * amount / scale).quantize(_PERCENT) for amount in (hour.floor, hour.expected, hour.ceiling)))


def _order(finding: Finding) -> tuple[bool, Decimal, str, str]:
    """Errors first, and of each the dearest."""
    return finding.severity != "error", -(finding.usd_month or Decimal(0)), finding.rule, finding.address


def _reasons(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((reason, tuple(addresses)) for reason, addresses in wording.by_reason(list(pairs)))
