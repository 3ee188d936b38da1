"""JUnit XML, as Jenkins, GitLab and Azure Pipelines read it: a suite per file, a failed case per error.

https://docs.gitlab.com/ci/testing/unit_test_reports/
"""

from __future__ import annotations

import re
from xml.etree import ElementTree as Xml

from aicost_iac.gate.formats.wording import at, cost
from aicost_iac.gate.judging import Judgement, Located

# What XML 1.0 has no way to write.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(judgement: Judgement) -> str:
    """One document; a file without findings is one case that passed."""
    by_file: dict[str, list[Located]] = {file: [] for file in judgement.files}
    for each in judgement.findings:
        by_file.setdefault(each.place.file, []).append(each)
    suites = Xml.Element("testsuites", name="aicost check")
    for file, findings in by_file.items():
        failures = sum(each.is_error for each in findings)
        name = _clean(file)
        suite = Xml.SubElement(
            suites, "testsuite", name=name, tests=str(max(len(findings), 1)), failures=str(failures), errors="0"
        )
        for each in findings:
            _case(suite, each)
        if not findings:
            Xml.SubElement(suite, "testcase", classname=name, name="no findings")
    Xml.indent(suites)
    return Xml.tostring(suites, encoding="unicode", xml_declaration=True)


def _case(suite: Xml.Element, located: Located) -> None:
    finding, place = located.finding, located.place
    name = _clean(f"{finding.rule} {place.address}".strip())
    case = Xml.SubElement(suite, "testcase", classname=_clean(place.file), name=name, file=_clean(place.file))
    told = [at(place), finding.message, cost(located), f"write: {finding.fix}", finding.source]
    body = _clean("\n".join(filter(None, told)))
    if located.is_error:
        failure = Xml.SubElement(case, "failure", message=_clean(finding.message), type=finding.name)
        failure.text = body
    else:
        Xml.SubElement(case, "system-out").text = body


def _clean(text: str) -> str:
    return _UNWRITABLE.sub("\ufffd", text)
