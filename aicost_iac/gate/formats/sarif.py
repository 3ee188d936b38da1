"""SARIF 2.1.0, for code scanning. https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html

What GitHub takes of it: https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aicost_iac import __version__
from aicost_iac.gate.formats.wording import cost
from aicost_iac.gate.judging import Accepted, Judgement, Located

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_TOOLS = {"aicost": {"name": "aicost", "version": __version__}, "checkov": {"name": "Checkov"}}


def render(judgement: Judgement) -> str:
    """One log, with a run for each tool."""
    return json.dumps(log(judgement), indent=2, ensure_ascii=False)


def log(judgement: Judgement) -> dict[str, Any]:
    """The log as data."""
    used = {"aicost", *(each.tool for each in judgement.findings), *(each.located.tool for each in judgement.accepted)}
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(tool, judgement) for tool in sorted(used)]}


def _run(tool: str, judgement: Judgement) -> dict[str, Any]:
    findings = [each for each in judgement.findings if each.tool == tool]
    accepted = [each for each in judgement.accepted if each.located.tool == tool]
    every = [*findings, *(each.located for each in accepted)]
    rules = {each.finding.rule: each for each in sorted(every, key=lambda each: each.finding.rule)}
    index = {rule: number for number, rule in enumerate(rules)}
    return {
        "tool": {"driver": {**_TOOLS[tool], "rules": [_rule(each) for each in rules.values()]}},
        "columnKind": "unicodeCodePoints",
        "results": [
            *(_result(each, index) for each in findings),
            *({**_result(each.located, index), "suppressions": _suppressions(each)} for each in accepted),
        ],
    }


def _rule(located: Located) -> dict[str, Any]:
    finding = located.finding
    page = f"{finding.message}\n\nWrite: {finding.fix}" if located.tool != "aicost" else _page(finding.rule)
    about = {
        "id": finding.rule,
        "name": finding.name,
        "shortDescription": {"text": finding.name.replace("-", " ")},
        "help": {"text": page, "markdown": page},
        "defaultConfiguration": {"level": finding.severity},
        "properties": {"tags": [finding.group]},
    }
    return {**about, "helpUri": finding.source} if finding.source.startswith("https://") else about


def _page(rule: str) -> str:
    from aicost_iac.gate.explaining import explanation

    return explanation(rule)


def _result(located: Located, index: dict[str, int]) -> dict[str, Any]:
    finding = located.finding
    price = cost(located)
    text = f"{finding.message}.{f' It costs {price}.' if price else ''} Write: {finding.fix}"
    return {
        "ruleId": finding.rule,
        "ruleIndex": index[finding.rule],
        "level": finding.severity,
        "message": {"text": text},
        "locations": [_location(located)],
        "partialFingerprints": {"aicost/v1": fingerprint(located)},
        "properties": {"usd_month": None if finding.usd_month is None else str(finding.usd_month)},
    }


def _location(located: Located) -> dict[str, Any]:
    place = located.place
    region = {"startLine": max(place.line, 1), **({"startColumn": place.column} if place.column else {})}
    where: dict[str, Any] = {"physicalLocation": {"artifactLocation": _artifact(place.file), "region": region}}
    names = [name for name in (place.address, place.construct) if name]
    if names:
        where["logicalLocations"] = [{"fullyQualifiedName": name} for name in names]
    return where


def _artifact(file: str) -> dict[str, str]:
    """Relative to the repository where the file lies in it: that is how code scanning finds it."""
    path = Path(file)
    if path.is_absolute() and path.is_relative_to(Path.cwd()):
        path = path.relative_to(Path.cwd())
    return {"uri": path.as_uri() if path.is_absolute() else quote(path.as_posix())}


def fingerprint(located: Located) -> str:
    """The same as long as rule, file and node are: lines may move."""
    finding, place = located.finding, located.place
    return hashlib.sha256("\0".join((finding.rule, finding.part, place.file, place.address)).encode()).hexdigest()[:32]


def _suppressions(accepted: Accepted) -> Sequence[dict[str, str]]:
    return [{"kind": "external" if accepted.external else "inSource", "justification": accepted.reason}]
