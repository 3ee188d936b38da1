"""How amounts, counts and places read, whatever the format."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from aicost_iac.gate.judging import Judgement, Located
from aicost_iac.gate.places import Place


@dataclass(frozen=True, slots=True)
class Fold:
    """Findings of one rule that is true of nearly every file, told in one line."""

    findings: tuple[Located, ...]

    @property
    def first(self) -> Located:
        return self.findings[0]

    @property
    def usd_month(self) -> Decimal:
        return sum((each.usd_month for each in self.findings), Decimal(0))


def folds(findings: Iterable[Located]) -> list[Fold]:
    """The folded findings, by rule."""
    by_rule: dict[str, list[Located]] = {}
    for each in findings:
        if each.finding.folded:
            by_rule.setdefault(each.finding.rule, []).append(each)
    return [Fold(tuple(those)) for those in by_rule.values()]


def unfolded(findings: Iterable[Located]) -> list[Located]:
    """The findings that are told one by one."""
    return [each for each in findings if not each.finding.folded]


def usd(amount: Decimal) -> str:
    """`$5,022` or `$0.42`."""
    return f"${amount:,.2f}" if amount < 100 else f"${amount:,.0f}"


def cost(located: Located) -> str:
    """What it costs, and when that price was stated; empty where no price is known."""
    finding = located.finding
    if finding.usd_month is None:
        return ""
    dated = f" of {finding.priced_on}" if finding.priced_on else ""
    return f"{usd(finding.usd_month)} a month at the list price{dated}"


def at(place: Place) -> str:
    """`file:line:column`, as far as it is known."""
    return ":".join(map(str, (place.file, *(number for number in (place.line, place.column) if number))))


def count(number: int, one: str) -> str:
    """`1 error`, `2 errors`."""
    return f"{number} {one}{'' if number == 1 else 's'}"


def looked_at(judgement: Judgement) -> str:
    """What was judged."""
    checked = judgement.checked
    parts = (count(checked.resources, "resource"), count(checked.manifests, "manifest"), count(checked.files, "file"))
    return f"{parts[0]} and {parts[1]} in {parts[2]}"


def verdict(judgement: Judgement) -> str:
    """`2 errors, 3 warnings (1 suppressed) in 14 resources ...`."""
    counts = [count(len(judgement.errors), "error"), count(len(judgement.warnings), "warning")]
    accepted = f", {len(judgement.accepted)} suppressed" if judgement.accepted else ""
    return f"{', '.join(counts)}{accepted} in {looked_at(judgement)}"


def total(findings: Sequence[Located]) -> Decimal:
    """What findings cost together: the most per node, for one node may be wrong in several ways."""
    by_node: dict[tuple[str, str], Decimal] = {}
    for each in findings:
        key = (each.place.file, each.place.address)
        by_node[key] = max(by_node.get(key, Decimal(0)), each.usd_month)
    return sum(by_node.values(), Decimal(0))
