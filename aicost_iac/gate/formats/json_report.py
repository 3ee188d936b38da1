"""The contract for programs. Amounts are decimal strings; 0 as a line or column is unknown."""

from __future__ import annotations

import json
from typing import Any

from aicost_iac.gate.judging import Judgement, Located

VERSION = 1


def render(judgement: Judgement) -> str:
    """One JSON object."""
    return json.dumps(report(judgement), indent=2, ensure_ascii=False)


def report(judgement: Judgement) -> dict[str, Any]:
    """The report as data."""
    checked = judgement.checked
    return {
        "version": VERSION,
        "findings": [entry(each) for each in judgement.findings],
        "suppressed": [{**entry(each.located), "reason": each.reason} for each in judgement.accepted],
        "checked": {"files": checked.files, "resources": checked.resources, "manifests": checked.manifests},
    }


def entry(located: Located) -> dict[str, Any]:
    """One finding."""
    finding, place = located.finding, located.place
    return {
        "rule": finding.rule,
        "name": finding.name,
        "severity": finding.severity,
        "address": place.address,
        "file": place.file,
        "line": place.line,
        "message": finding.message,
        "fix": finding.fix,
        "group": finding.group,
        "column": place.column,
        "construct": place.construct,
        "usd_month": None if finding.usd_month is None else str(finding.usd_month),
        "source": finding.source,
    }
