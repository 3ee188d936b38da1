"""Markdown for one comment of a pull request, which is updated in place: the marker in its first line finds it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aicost_iac.gate.formats.wording import Fold, at, cost, count, folds, total, unfolded, usd, verdict
from aicost_iac.gate.judging import Accepted, Judgement, Located

MARKER = "<!-- aicost check -->"
# GitHub takes 65,536 characters, GitLab more.
MAX_CHARACTERS = 60_000
_MAX_ROWS = 50


def render(judgement: Judgement) -> str:
    """The comment; what does not fit is counted."""
    text = "\n".join(_lines(judgement))
    if len(text) <= MAX_CHARACTERS:
        return text
    cut = text[:MAX_CHARACTERS].rpartition("\n")[0]
    return f"{cut}\n\n*Cut here: `aicost check` shows everything.*"


def _lines(judgement: Judgement) -> Iterator[str]:
    yield MARKER
    yield f"### aicost check: {_headline(judgement)}"
    yield ""
    yield f"{verdict(judgement).capitalize()}."
    errors, warnings = unfolded(judgement.errors), unfolded(judgement.warnings)
    if errors:
        yield ""
        yield from _table(errors)
    if warnings:
        yield from _details(f"{count(len(warnings), 'warning')}", list(_table(warnings)))
    if notes := folds(judgement.findings):
        yield from _details(f"{count(len(notes), 'note')} on many places", [_note(each) for each in notes])
    if judgement.accepted:
        rows = [
            f"- `{each.located.finding.rule}` {_place(each.located)}: {_cell(each.reason)}"
            for each in judgement.accepted
        ]
        yield from _details(f"{len(judgement.accepted)} suppressed", rows)


def _headline(judgement: Judgement) -> str:
    if not judgement.findings:
        return "nothing to say"
    money = total(judgement.findings)
    costs = f", about {usd(money)} a month at list prices" if money else ""
    return f"{count(len(judgement.errors), 'error') if judgement.errors else 'no errors'}{costs}"


def _table(findings: Sequence[Located]) -> Iterator[str]:
    yield "| rule | where | what happens | costs | write instead |"
    yield "|---|---|---|---|---|"
    for each in findings[:_MAX_ROWS]:
        finding = each.finding
        cells = (f"`{finding.rule}`", _place(each), _cell(finding.message), cost(each), _cell(finding.fix))
        yield f"| {' | '.join(cells)} |"
    if len(findings) > _MAX_ROWS:
        yield f"| | *and {len(findings) - _MAX_ROWS} more* | | | |"


def _note(fold: Fold) -> str:
    price = f", {usd(fold.usd_month)} a month in all" if fold.usd_month else ""
    finding = fold.first.finding
    return f"- `{finding.rule}` in {count(len(fold.findings), 'place')}{price}: {_cell(finding.message)}"


def _accepted(each: Accepted) -> str:
    return f"- `{each.located.finding.rule}` {_place(each.located)}: {_cell(each.reason)}"


def _details(summary: str, lines: Sequence[str]) -> Iterator[str]:
    yield ""
    yield f"<details><summary>{summary}</summary>"
    yield ""
    yield from lines
    yield ""
    yield "</details>"


def _place(located: Located) -> str:
    place = located.place
    node = f"<br>{_cell(place.address)}" if place.address else ""
    return f"`{at(place).replace('`', '')}`{node}"


def _cell(text: str) -> str:
    """One line of a table: what Markdown or HTML would take for its own is shown as it is."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace("|", "\\|").replace("`", "'")
    return " ".join(escaped.split())
