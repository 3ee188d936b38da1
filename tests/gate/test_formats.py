"""One judgement in every format: the contract for programs, the schema of SARIF, and what a person reads."""

import json
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import click
import jsonschema
import pytest

from aicost_iac.gate.formats import FORMATS, github, json_report, junit, markdown, sarif, text
from aicost_iac.gate.judging import Accepted, Checked, Judgement, Located, judge
from aicost_iac.gate.loading import load
from aicost_iac.gate.places import Place
from aicost_iac.rules import Finding
from tests.gate.files import TODAY
from tests.gate.sarif_schema import sarif_schema

PLANTED = Path(__file__).parent / "planted"
FIELDS = {
    *("rule", "name", "severity", "address", "file", "line", "message", "fix", "group", "column", "construct"),
    *("usd_month", "source"),
}


def finding(**changes: Any) -> Located:
    made = Finding(
        rule="KEDA001",
        name="scale-to-zero-never-wakes",
        severity="error",
        group="broken",
        address="v1/Pod/a/b",
        root="",
        path=(),
        message="the target goes to zero",
        fix="keep one",
        usd_month=None,
        source="https://keda.sh",
    )
    return Located(replace(made, **changes), Place("v1/Pod/a/b", "serving/chat.yaml", 9, 3, "Chat/b"))


def judgement(*findings: Located, accepted: tuple[Accepted, ...] = ()) -> Judgement:
    return Judgement(findings, accepted, Checked(1, 2, 3), ("serving/chat.yaml", "quiet.tf"))


PRICED = finding(usd_month=Decimal("5022.40"), priced_on="2026-07-20")
WARNED = finding(rule="SPOT006", severity="warning", name="lowest-price")
FOLDED = finding(rule="KEDA007", severity="warning", folded=True, usd_month=Decimal("1.50"))
CHECKOV = replace(finding(rule="CKV_K8S_9", name="readiness-probe"), tool="checkov")
MIXED = judgement(PRICED, WARNED, FOLDED, FOLDED, CHECKOV, accepted=(Accepted(finding(), "woken by a job"),))


@pytest.fixture(scope="module")
def planted() -> Judgement:
    return judge(load([str(PLANTED)]), TODAY)


def test_json_is_the_contract(planted: Judgement) -> None:
    for each in (MIXED, planted):
        report = json.loads(json_report.render(each))
        assert report.keys() == {"version", "findings", "suppressed", "checked"}
        assert report["version"] == 1
        assert report["checked"].keys() == {"files", "resources", "manifests"}
        assert all(entry.keys() == FIELDS for entry in report["findings"])
        assert all(entry.keys() == FIELDS | {"reason"} for entry in report["suppressed"])
        assert len(report["findings"]) == len(each.findings)


def test_json_has_places_and_amounts_as_decimal_text() -> None:
    first, second, *_ = json.loads(json_report.render(MIXED))["findings"]
    assert (first["usd_month"], second["usd_month"]) == ("5022.40", None)
    assert (first["file"], first["line"], first["column"], first["construct"]) == ("serving/chat.yaml", 9, 3, "Chat/b")


def test_sarif_is_valid(planted: Judgement) -> None:
    validator = jsonschema.validators.validator_for(sarif_schema())(sarif_schema())
    for each in (MIXED, planted, judgement()):
        assert [str(error.message) for error in validator.iter_errors(sarif.log(each))] == []


def test_sarif_names_the_tool_the_rule_and_the_place() -> None:
    ours, theirs = sarif.log(MIXED)["runs"]
    assert (ours["tool"]["driver"]["name"], theirs["tool"]["driver"]["name"]) == ("aicost", "Checkov")
    rules = ours["tool"]["driver"]["rules"]
    for result in ours["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        place = result["locations"][0]["physicalLocation"]
        assert place == {"artifactLocation": {"uri": "serving/chat.yaml"}, "region": {"startLine": 9, "startColumn": 3}}
    assert "## What happens" in rules[0]["help"]["markdown"]
    assert [each["suppressions"] for each in ours["results"] if "suppressions" in each] == [
        [{"kind": "inSource", "justification": "woken by a job"}]
    ]


def test_sarif_knows_a_finding_again_when_lines_move() -> None:
    moved = replace(PRICED, place=replace(PRICED.place, line=99))
    other = replace(PRICED, place=replace(PRICED.place, file="other.yaml"))
    assert sarif.fingerprint(PRICED) == sarif.fingerprint(moved) != sarif.fingerprint(other)


def test_sarif_paths_are_relative_to_the_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    def uri(file: str) -> str:
        each = replace(PRICED, place=replace(PRICED.place, file=file))
        result = sarif.log(judgement(each))["runs"][0]["results"][0]
        return str(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])

    assert uri(str(tmp_path / "a b.tf")) == "a%20b.tf"
    assert uri("./sub/../a.tf") == "sub/../a.tf"
    assert uri("/elsewhere/a.tf") == "file:///elsewhere/a.tf"


def test_junit_has_a_suite_per_file_and_a_failure_per_error() -> None:
    root = Xml.fromstring(junit.render(MIXED))
    suites = {suite.get("name"): suite for suite in root}
    assert suites.keys() == {"serving/chat.yaml", "quiet.tf"}
    assert (suites["serving/chat.yaml"].get("tests"), suites["serving/chat.yaml"].get("failures")) == ("5", "2")
    assert len(suites["serving/chat.yaml"].findall("testcase/failure")) == 2
    assert [case.get("name") for case in suites["quiet.tf"]] == ["no findings"]


def test_junit_writes_what_xml_can_not() -> None:
    hostile = finding(message="\x00 < & \ud800 \ufffe ]]>", fix="\x1b[31m")
    assert Xml.fromstring(junit.render(judgement(hostile))).find(".//failure") is not None


def test_annotations_are_one_line_each_and_escaped() -> None:
    hostile = replace(finding(message="a%b\r\n::error::c", fix="d"), place=Place("x", "a,b:c.yaml", 2, 1))
    [line, summary] = github.render(judgement(hostile)).splitlines()
    assert line == (
        "::error file=a%2Cb%3Ac.yaml,line=2,col=1,title=KEDA001 scale-to-zero-never-wakes::"
        "a%25b%0D%0A::error::c%0Awrite: d"
    )
    assert summary == "::notice title=aicost check::1 error, 0 warnings in 2 resources and 3 manifests in 1 file"


def test_annotations_fold_what_is_true_everywhere() -> None:
    lines = github.render(MIXED).splitlines()
    assert [line.partition(" ")[0] for line in lines] == ["::error", "::warning", "::error", "::notice", "::notice"]
    assert "2 places, $3.00 a month" in lines[3]


def test_markdown_is_one_comment_that_is_found_again() -> None:
    lines = markdown.render(MIXED).splitlines()
    assert lines[0] == markdown.MARKER
    assert lines[1] == "### aicost check: 2 errors, about $5,022 a month at list prices"
    row = next(line for line in lines if line.startswith("| `KEDA001`"))
    assert row == (
        "| `KEDA001` | `serving/chat.yaml:9:3`<br>v1/Pod/a/b | the target goes to zero | "
        "$5,022 a month at the list price of 2026-07-20 | keep one |"
    )
    assert "<details><summary>1 warning</summary>" in lines
    assert "- `KEDA007` in 2 places, $3.00 a month in all: the target goes to zero" in lines
    assert "- `KEDA001` `serving/chat.yaml:9:3`<br>v1/Pod/a/b: woken by a job" in lines


def test_markdown_shows_what_would_be_markup() -> None:
    hostile = replace(finding(message="a | b `c` <script>\nd"), place=Place("<img>|x", "a`b.yaml", 1, 1))
    row = next(line for line in markdown.render(judgement(hostile)).splitlines() if line.startswith("| `KEDA001`"))
    assert "a \\| b 'c' &lt;script> d" in row
    assert "`ab.yaml:1:1`<br>&lt;img>\\|x" in row
    assert len(re.findall(r"(?<!\\)\|", row)) == 6


def test_markdown_fits_into_a_comment() -> None:
    many = judgement(*(finding(rule=f"SPOT{number:03}", message="m" * 2000) for number in range(80)))
    made = markdown.render(many)
    assert len(made) <= 65_536
    assert made.endswith("*Cut here: `aicost check` shows everything.*")


def test_markdown_counts_the_rows_it_leaves_out() -> None:
    assert "*and 30 more*" in markdown.render(judgement(*[PRICED] * 80))


def test_nothing_to_say_is_said() -> None:
    assert "### aicost check: nothing to say" in markdown.render(judgement())
    assert click.unstyle(text.render(judgement())) == "0 errors, 0 warnings in 2 resources and 3 manifests in 1 file"


def test_text_is_by_file_with_the_line_and_what_to_do(planted: Judgement) -> None:
    shown = click.unstyle(text.render(planted))
    file = f"{PLANTED}/spot/bad/main.tf"
    assert shown.count(f"\n{file}\n") == 1
    block = shown.partition(f"\n{file}\n")[2]
    where = block.index("9:3      error  SPOT001 expiration-without-end  aws_spot_fleet_request.trainers")
    told = [line.strip() for line in block[where:].splitlines()[1:]]
    assert told[0] == "| terminate_instances_with_expiration = true  # <- SPOT001"
    assert told[1].startswith("terminate_instances_with_expiration acts at valid_until")
    assert any(re.fullmatch(r"costs: \$[\d,]+ a month at the list price of \d{4}-\d\d-\d\d", line) for line in told[:6])
    assert any(line.startswith("write: valid_until") for line in told[:7])
    assert "aicost explain SPOT001" in told


def test_text_folds_what_is_true_everywhere() -> None:
    shown = click.unstyle(text.render(MIXED))
    assert "2 places, as in serving/chat.yaml:9:3, $3.00 a month in all (aicost explain KEDA007)" in shown
    assert shown.count("KEDA007 scale") == 1
    counts, money = shown.splitlines()[-1].split("; ")
    assert counts == "2 errors, 3 warnings, 1 suppressed in 2 resources and 3 manifests in 1 file"
    assert money == "about $5,022 a month at list prices"


def test_a_node_that_is_wrong_in_two_ways_is_paid_once() -> None:
    assert "about $5,022 a month" in markdown.render(judgement(PRICED, PRICED))


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_takes_every_finding(name: str, planted: Judgement) -> None:
    nowhere = Located(finding().finding, Place("", "-"))
    assert FORMATS[name](judgement(nowhere, *planted.findings))
