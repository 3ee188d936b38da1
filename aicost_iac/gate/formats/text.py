"""Text for a terminal: by file; the line, what happens, what it costs, what to write instead, where to read on."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from pathlib import Path

import click

from aicost_iac.gate.formats.wording import Fold, at, cost, count, folds, total, unfolded, usd, verdict
from aicost_iac.gate.judging import Judgement, Located

_WIDTH = 108
_COLOURS = {"error": "red", "warning": "yellow"}


def render(judgement: Judgement) -> str:
    """The report; colours are for the caller to take out."""
    return "\n".join(_lines(judgement))


def _lines(judgement: Judgement) -> Iterator[str]:
    told = sorted(unfolded(judgement.findings), key=lambda each: Path(each.place.file).parts)
    for file, findings in groupby(told, key=lambda each: each.place.file):
        yield click.style(file, bold=True, underline=True)
        for each in sorted(findings, key=lambda each: (each.place.line, each.place.column, each.finding.rule)):
            yield from _finding(each)
        yield ""
    if notes := folds(judgement.findings):
        yield click.style("True of many places", bold=True)
        yield from map(_note, notes)
        yield ""
    yield _summary(judgement)


def _finding(located: Located) -> Iterator[str]:
    finding, place = located.finding, located.place
    where = f"{place.line}:{place.column}" if place.line else "-"
    severity = click.style(finding.severity, fg=_COLOURS[finding.severity])
    yield f"  {where:<8} {severity}  {click.style(finding.rule, bold=True)} {finding.name}  {_owner(located)}"
    if line := _source(place.file, place.line):
        yield click.style(f"           | {line}", dim=True)
    yield from _wrapped("", finding.message)
    if price := cost(located):
        yield from _wrapped("costs: ", price)
    yield from _wrapped("write: ", finding.fix)
    read_on = f"aicost explain {finding.rule}" if located.tool == "aicost" else finding.source
    if read_on:
        yield from _wrapped("", click.style(read_on, dim=True))


def _owner(located: Located) -> str:
    place = located.place
    return click.style(f"{place.address} ({place.construct})" if place.construct else place.address, fg="cyan")


def _note(fold: Fold) -> str:
    finding, place = fold.first.finding, fold.first.place
    price = f", {usd(fold.usd_month)} a month in all" if fold.usd_month else ""
    places = f"{count(len(fold.findings), 'place')}, as in {at(place)}{price}"
    said = textwrap.fill(finding.message, _WIDTH, initial_indent=" " * 11, subsequent_indent=" " * 11)
    return f"  {click.style(finding.rule, bold=True)} {finding.name}: {places} (aicost explain {finding.rule})\n{said}"


def _wrapped(label: str, text: str) -> Sequence[str]:
    indent = " " * 11
    return textwrap.wrap(text, _WIDTH, initial_indent=indent + label, subsequent_indent=indent + " " * len(label))


def _summary(judgement: Judgement) -> str:
    money = total(judgement.findings)
    costs = f"; about {usd(money)} a month at list prices" if money else ""
    colour = "red" if judgement.errors else "yellow" if judgement.warnings else "green"
    return click.style(f"{verdict(judgement)}{costs}", fg=colour, bold=True)


def _source(file: str, line: int) -> str:
    """The line of a file, as far as it fits; empty for what is no file."""
    lines = _read(file)
    text = lines[line - 1].strip() if 0 < line <= len(lines) else ""
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 3]}..."


@lru_cache(maxsize=64)
def _read(file: str) -> Sequence[str]:
    try:
        return Path(file).read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError:
        return ()
