"""Markdown for one comment of a pull request, which is updated in place: the marker in its first line finds it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aicost_iac.cost.amounts import Range
from aicost_iac.cost.comparing import Change, Comparison
from aicost_iac.cost.estimates import Estimate, Item
from aicost_iac.cost.formats.wording import (
    arithmetic,
    between,
    by_reason,
    count,
    derived,
    headline,
    notes,
    per_request,
    place,
    prices,
    signed,
    usd,
)

MARKER = "<!-- aicost cost -->"
# GitHub takes 65,536 characters, GitLab more.
MAX_CHARACTERS = 60_000
_MAX_ROWS = 50


def estimate(made: Estimate) -> str:
    """The estimate as a comment: the expectation, a table by blueprint, details folded."""
    return _fitting("\n".join(_estimate(made)))


def comparison(changed: Comparison, made: Estimate) -> str:
    """The difference as a comment: what it adds to a month, a table of what changed, details folded."""
    return _fitting("\n".join(_comparison(changed, made)))


def _estimate(made: Estimate) -> Iterator[str]:
    yield MARKER
    yield f"### Cost: {between(made.month)} a month"
    yield ""
    yield "| blueprint | floor | expected | ceiling |"
    yield "|---|--:|--:|--:|"
    for origin, hour in made.by_origin.items():
        yield f"| {_cell(origin or 'no blueprint')} | {_amounts(hour.month)} |"
    yield f"| **in all** | {_amounts(made.month)} |"
    yield from _details(count(len(made.items), "item"), list(_items(made.items)))
    yield from _rest(made)


def _comparison(changed: Comparison, made: Estimate) -> Iterator[str]:
    yield MARKER
    yield f"### Cost: {headline(changed)}"
    if changed.changes:
        yield ""
        yield "| | change a month (expected) | now | at most |"
        yield "|---|--:|--:|--:|"
        yield from map(_row, changed.changes[:_MAX_ROWS])
        if len(changed.changes) > _MAX_ROWS:
            yield f"| and {len(changed.changes) - _MAX_ROWS} more | | | |"
        month = changed.after.month
        yield f"| **in all** | **{signed(changed.month.expected)}** | {usd(month.expected)} | {usd(month.ceiling)} |"
    if changed.unpriced:
        yield from _details(
            f"{count(len(changed.unpriced), 'node')} new without a price",
            list(_reasons([(place(each.stack, each.address), each.reason) for each in changed.unpriced])),
        )
    yield from _details(f"the whole estimate, {between(made.month)} a month", list(_items(made.items)))
    yield from _rest(made)


def _row(change: Change) -> str:
    after = change.after.month
    name = _cell(place(change.stack, change.address))
    return (
        f"| {change.kind} `{name}` | {signed(change.month.expected)} | {usd(after.expected)} | {usd(after.ceiling)} |"
    )


def _items(items: Sequence[Item]) -> Iterator[str]:
    yield "| | floor | expected | ceiling | how |"
    yield "|---|--:|--:|--:|---|"
    for item in sorted(items, key=lambda each: -each.hour.ceiling)[:_MAX_ROWS]:
        how = [f"{part.what}: {arithmetic(part)}" for part in item.parts]
        said = "<br>".join(map(_cell, [*how, derived(item)] if derived(item) else how))
        yield f"| `{_cell(place(item.stack, item.address))}` | {_amounts(item.hour.month)} | {said} |"
    if len(items) > _MAX_ROWS:
        yield f"| and {len(items) - _MAX_ROWS} more | | | | |"


def _rest(made: Estimate) -> Iterator[str]:
    """What the figures come to for a request, what they lack and what they rest on."""
    for line in per_request(made):
        yield from ("", _cell(line))
    if made.unpriced:
        missing = [(place(each.stack, each.address), each.reason) for each in made.unpriced]
        nodes = count(len({address for address, _ in missing}), "node")
        yield from _details(f"{nodes} not priced, and not in these figures", list(_reasons(missing)))
    if said := notes(made.items):
        yield from _details("what the figures rest on", list(_reasons(said)))
    yield ""
    yield f"<sub>{prices(made)} A month is 730 hours.</sub>"


def _reasons(missing: Sequence[tuple[str, str]]) -> Iterator[str]:
    for reason, addresses in by_reason(missing):
        yield f"- {', '.join(f'`{_cell(each)}`' for each in addresses)}: {_cell(reason)}"


def _details(title: str, lines: Sequence[str]) -> Iterator[str]:
    yield from ("", f"<details><summary>{title}</summary>", "", *lines, "", "</details>")


def _amounts(month: Range) -> str:
    return " | ".join(map(usd, (month.floor, month.expected, month.ceiling)))


def _cell(text: str) -> str:
    """Text that stays inside one cell of a table."""
    return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")


def _fitting(text: str) -> str:
    if len(text) <= MAX_CHARACTERS:
        return f"{text}\n"
    cut = text[:MAX_CHARACTERS].rpartition("\n")[0]
    return f"{cut}\n\n*Cut here: `aicost cost` shows everything.*\n"
