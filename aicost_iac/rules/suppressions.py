"""What became of the suppressions: which were used, and what is wrong with the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from aicost_iac.errors import did_you_mean
from aicost_iac.fields import Suppress
from aicost_iac.rules.findings import Finding
from aicost_iac.rules.registry import ids
from aicost_iac.rules.world import Subject, World

UNUSED = "ENGINE002"
UNKNOWN = "ENGINE003"
UNEXPLAINED = "ENGINE004"
# What `Suppress` asks of a reason; one read from a comment may be made without asking.
REASON = 8

# Who suppresses: a root, the blueprint (or else the node) in it, and what it wrote.
_Key = tuple[str, str, str, str]


@dataclass
class Ledger:
    """Every use of a suppression. `ran` are the rules that had a chance to use one."""

    ran: frozenset[str]
    used: set[_Key] = field(default_factory=set)

    def reason(self, subject: Subject, finding: Finding) -> str | None:
        """Why a finding stands, if its node says so. The engine's own findings are not open to that."""
        names = (finding.rule, f"{finding.rule}[{finding.part}]") if finding.rule in self.ran else ()
        for each in subject.node.suppress:
            if each.rule in names and _explained(each):
                self.used.add(_key(subject, each))
                return each.reason
        return None

    def complaints(self, world: World) -> Iterator[Finding]:
        """One finding per suppression that is unexplained, names no rule, or was needed nowhere."""
        seen: set[_Key] = set()
        used_in_root = {(root, rule, reason) for root, _, rule, reason in self.used}
        for subject in world.subjects:
            for each in subject.node.suppress:
                if (key := _key(subject, each)) in seen:
                    continue
                seen.add(key)
                # What a whole stack suppresses, every blueprint in it carries: one that needs it will do.
                by_stack = bool(subject.node.origin) and (key[0], *key[2:]) in used_in_root
                yield from self._complaint(subject, each, key in self.used or by_stack)

    def _complaint(self, subject: Subject, each: Suppress, needed: bool) -> Iterator[Finding]:
        rule = each.rule.partition("[")[0]
        if rule not in ids():
            hint = did_you_mean(rule, ids()) or "`aicost rules list` shows the ids"
            yield _finding(UNKNOWN, "suppression-of-no-rule", subject, f"suppresses {rule}, which is no rule", hint)
        elif not _explained(each):
            message = f"suppresses {each.rule} without saying why: it is not honoured"
            yield _finding(UNEXPLAINED, "suppression-without-reason", subject, message, "add the reason, a sentence")
        elif rule in self.ran and not needed:
            message = f"suppresses {each.rule}, which has nothing to say here"
            yield _finding(UNUSED, "suppression-unused", subject, message, "remove it: it would hide the next mistake")


def _explained(each: Suppress) -> bool:
    return len(each.reason.strip()) >= REASON


def _key(subject: Subject, each: Suppress) -> _Key:
    return (subject.root, subject.node.origin or subject.node.address, each.rule, each.reason)


def _finding(rule: str, name: str, subject: Subject, message: str, fix: str) -> Finding:
    return Finding(
        rule=rule,
        name=name,
        severity="warning",
        group="hygiene",
        address=subject.node.address,
        root=subject.root,
        path=(),
        message=message,
        fix=fix,
        usd_month=None,
        source="aicost_iac/rules/suppressions.py",
    )
