"""A judgement for people and for machines: text, markdown, JSON, SARIF, JUnit, GitHub annotations."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from aicost_iac.gate.formats import github, json_report, junit, markdown, sarif, text
from aicost_iac.gate.judging import Judgement

FORMATS: Mapping[str, Callable[[Judgement], str]] = {
    "text": text.render,
    "markdown": markdown.render,
    "json": json_report.render,
    "sarif": sarif.render,
    "junit": junit.render,
    "github": github.render,
}
