"""Workflow commands of GitHub Actions: a note at each line of the diff.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#setting-an-error-message
"""

from __future__ import annotations

from aicost_iac.gate.formats.wording import at, cost, count, folds, unfolded, usd, verdict
from aicost_iac.gate.judging import Judgement, Located

# https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts
_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = {**_DATA, ":": "%3A", ",": "%2C"}


def render(judgement: Judgement) -> str:
    """One command a line."""
    lines = [_command(each) for each in unfolded(judgement.findings)]
    for fold in folds(judgement.findings):
        price = f", {usd(fold.usd_month)} a month" if fold.usd_month else ""
        said = f"{count(len(fold.findings), 'place')}{price}: {fold.first.finding.message} ({at(fold.first.place)})"
        lines.append(f"::notice title={_title(fold.first)}::{_escaped(said, _DATA)}")
    lines.append(f"::notice title=aicost check::{_escaped(verdict(judgement), _DATA)}")
    return "\n".join(lines)


def _command(located: Located) -> str:
    place = located.place
    where = {"file": place.file, "line": place.line or "", "col": place.column or ""}
    properties = ",".join(f"{key}={_escaped(str(value), _PROPERTY)}" for key, value in where.items() if value)
    said = [located.finding.message, cost(located), f"write: {located.finding.fix}"]
    message = _escaped("\n".join(filter(None, said)), _DATA)
    return f"::{located.finding.severity} {properties},title={_title(located)}::{message}"


def _title(located: Located) -> str:
    return _escaped(f"{located.finding.rule} {located.finding.name}", _PROPERTY)


def _escaped(text: str, characters: dict[str, str]) -> str:
    return "".join(characters.get(each, each) for each in text)
