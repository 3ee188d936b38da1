"""The engine: every rule over every node it reads, and what became of the suppressions.

Its own findings have ids of their own: a rule that crashes is an error and never a pass, and a suppression is there
to be used, known and explained.
"""

from __future__ import annotations

import traceback
from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType

from aicost_iac.rules.findings import Finding, Report, Severity, Suppressed, Told
from aicost_iac.rules.registry import Rule, ids, some_rules
from aicost_iac.rules.suppressions import Ledger
from aicost_iac.rules.world import Subject, World

CRASHED = "ENGINE001"
_NONE: Mapping[str, Severity] = MappingProxyType({})


def check(
    world: World,
    *,
    only: Collection[str] | None = None,
    disabled: Collection[str] = frozenset(),
    severities: Mapping[str, Severity] = _NONE,
) -> Report:
    """Judge a world. `only` and `disabled` are rule ids; `severities` replaces a rule's own severity."""
    chosen = some_rules(frozenset(ids() if only is None else only) - frozenset(disabled))
    ledger = Ledger(ran=frozenset(each.id for each in chosen))
    findings: list[Finding] = []
    suppressed: list[Suppressed] = []
    for subject, rule in _pairs(world, chosen):
        for finding in _judged(rule, subject, world, severities.get(rule.id)):
            if (reason := ledger.reason(subject, finding)) is None:
                findings.append(finding)
            else:
                suppressed.append(Suppressed(finding, reason))
    findings += ledger.complaints(world)
    return Report(tuple(findings), tuple(suppressed))


def _pairs(world: World, rules: tuple[Rule, ...]) -> Iterator[tuple[Subject, Rule]]:
    """Node by node, so that the cost of one more node is the cost of the rules that read it."""
    readers: dict[str, list[Rule]] = {}
    for rule in rules:
        for kind in dict.fromkeys(rule.reads):
            readers.setdefault(kind, []).append(rule)
    for subject in world.subjects:
        for rule in readers.get(subject.kind, ()):
            yield subject, rule


def _judged(rule: Rule, subject: Subject, world: World, severity: Severity | None) -> Iterator[Finding]:
    try:
        for told in rule.judge(subject, world):
            yield _finding(rule, subject, told, severity)
    except Exception as error:
        yield _crash(rule, subject, error)


def _finding(rule: Rule, subject: Subject, told: Told, severity: Severity | None) -> Finding:
    return Finding(
        rule=rule.id,
        name=rule.name,
        severity=_severity(rule, told, severity),
        group=rule.group,
        address=subject.node.address,
        root=subject.root,
        path=told.path,
        message=told.message,
        fix=told.fix,
        usd_month=told.cost.usd_month if told.cost else None,
        source=rule.source,
        part=told.part,
        priced_on=told.cost.as_of if told.cost else "",
        folded=rule.folded or told.folded,
    )


def _severity(rule: Rule, told: Told, override: Severity | None) -> Severity:
    """Where a rule only tells, because something was not seen, it does not refuse whatever its severity is."""
    if told.severity == "warning":
        return "warning"
    return override or told.severity or rule.severity


def _crash(rule: Rule, subject: Subject, error: Exception) -> Finding:
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{last.filename.rpartition('/')[2]}:{last.lineno}"
    return Finding(
        rule=CRASHED,
        name="rule-crashed",
        severity="error",
        group="broken",
        address=subject.node.address,
        root=subject.root,
        path=(),
        message=f"{rule.id} crashed here ({type(error).__name__}: {error}, {place}): this node was not judged by it",
        fix=f"report the body that does this, and disable {rule.id} meanwhile",
        usd_month=None,
        source=rule.path,
        part=rule.id,
    )
