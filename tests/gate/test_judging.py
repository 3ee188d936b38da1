"""What becomes of findings: settings, suppressions, what is missing, what is accepted."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from aicost_iac.errors import InvalidBlueprint, UsageError
from aicost_iac.gate import baselines
from aicost_iac.gate.judging import Judgement, facts_of
from aicost_iac.gate.loading import load
from aicost_iac.gate.settings import Settings, read_settings
from tests.gate.files import TODAY, judged, of, rules

FLEET = """
resource "aws_spot_fleet_request" "f" {
  iam_fleet_role      = "arn:aws:iam::123456789012:role/fleet"
  target_capacity     = 1
  allocation_strategy = "priceCapacityOptimized"
  launch_template_config {
    launch_template_specification {
      id      = "lt-0a1b2c3d4e5f60718"
      version = "1"
    }
  }
}
"""
SCALED = """apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  name: chat
  namespace: a
spec:
  scaleTargetRef: {name: chat}
  minReplicaCount: 1
  maxReplicaCount: 2
  triggers: [{type: cron, metadata: {timezone: UTC, start: 0 8 * * *, end: 0 18 * * *, desiredReplicas: "2"}}]
"""
ANNOTATION = "annotations: {aicost.dev/ignore: KEDA005 made by the operator}"
DEPLOYMENT = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: other, namespace: a}\nspec: {}\n"


def fleet(**settings: Any) -> Judgement:
    return judged({"main.tf": FLEET}, Settings(**settings))


def test_a_rule_or_a_group_is_switched_off_and_on() -> None:
    assert {"SPOT002", "SPOT007"} <= rules(fleet())
    assert "SPOT002" not in rules(fleet(rules={"SPOT002": "off"}))
    assert "SPOT002" not in rules(fleet(rules={"money": "off"}))
    assert "SPOT002" in rules(fleet(rules={"money": "off", "SPOT002": "on"}))


def test_a_rules_severity_is_replaced() -> None:
    assert of(fleet(), "SPOT002").is_error
    assert not of(fleet(rules={"SPOT002": "warning"}), "SPOT002").is_error
    assert of(fleet(rules={"SPOT007": "error"}), "SPOT007").is_error


def test_what_may_be_elsewhere_is_told_and_not_refused() -> None:
    whole = of(judged({"a.yaml": SCALED, "b.yaml": DEPLOYMENT}), "KEDA005")
    part = of(judged({"a.yaml": SCALED, "b.yaml": DEPLOYMENT}, complete=False), "KEDA005")
    alone = of(judged({"a.yaml": SCALED}), "KEDA005")
    assert (whole.is_error, part.is_error, alone.is_error) == (True, False, False)
    assert part.finding.message.endswith("(not seen in what was checked)")


def test_what_is_broken_is_an_error_and_the_rest_is_judged() -> None:
    result = judged({"a.yaml": "apiVersion: v1\nkind: [\n", "main.tf": FLEET})
    broken = of(result, "GATE001")
    assert (broken.is_error, broken.place.file, broken.place.line) == (True, "a.yaml", 3)
    assert "SPOT002" in rules(result)


def test_errors_come_first_then_files_then_lines() -> None:
    places = [
        (not each.is_error, each.finding.folded, each.place.file, each.place.line)
        for each in judged({"b.tf": FLEET, "a.tf": FLEET.replace('"f"', '"g"')}).findings
    ]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("main.tf", f"# aicost:ignore SPOT002 ends with its group\n{FLEET.strip()}\n"),
        ("a.yaml", SCALED.replace("spec:", "spec:  # aicost:ignore KEDA005 made by the operator", 1)),
        ("a.yaml", f"# aicost:ignore KEDA005 made by the operator\n{SCALED}"),
        ("a.yaml", SCALED.replace("  name: chat\n", f"  name: chat\n  {ANNOTATION}\n", 1)),
    ],
)
def test_a_suppression_with_a_reason_is_kept_apart(name: str, text: str) -> None:
    result = judged({name: text})
    [accepted] = [each for each in result.accepted if each.located.finding.rule in ("SPOT002", "KEDA005")]
    assert accepted.reason in ("ends with its group", "made by the operator")
    assert not rules(result) & {"SPOT002", "KEDA005", "ENGINE002"}


@pytest.mark.parametrize(
    ("comment", "rule"),
    [
        ("aicost:ignore SPOT001 never was a mistake", "ENGINE002"),
        ("aicost:ignore SPOT999 no such rule", "ENGINE003"),
        ("aicost:ignore SPOT002", "ENGINE004"),
        ("aicost:ignore", "ENGINE003"),
    ],
)
def test_a_suppression_that_does_nothing_is_reported(comment: str, rule: str) -> None:
    result = judged({"main.tf": f"# {comment}\n{FLEET.strip()}\n"})
    assert of(result, rule).place.line == 2
    assert "SPOT002" in rules(result)


def test_the_region_is_the_files_own_where_they_agree() -> None:
    def region(*regions: str, settings: Settings = TODAY) -> str | None:
        texts = {f"{i}/main.tf": f'provider "aws" {{\n  region = {each}\n}}\n' for i, each in enumerate(regions)}
        return facts_of(load((), texts=texts), settings).region

    assert region('"eu-west-1"') == region('"eu-west-1"', '"eu-west-1"') == "eu-west-1"
    assert region('"eu-west-1"', '"us-east-1"') is region("var.region") is region() is None
    assert region('"eu-west-1"', settings=Settings(region="us-east-2")) == "us-east-2"


def test_a_baseline_accepts_what_is_there_and_nothing_new(tmp_path: Path) -> None:
    file = tmp_path / "baseline.json"
    before = judged({"main.tf": FLEET})
    file.write_text(baselines.written(before.findings))
    after, stale = baselines.read(file).over(judged({"main.tf": f"# moved\n\n{FLEET}"}))
    assert (after.findings, stale) == ((), 0)
    assert {each.reason for each in after.accepted} == {f"in the baseline {file}"}
    grown = FLEET + FLEET.replace('"f"', '"g"')
    new, _ = baselines.read(file).over(judged({"main.tf": grown}))
    assert {each.place.address for each in new.findings} == {"aws_spot_fleet_request.g"}
    mended, stale = baselines.read(file).over(
        judged({"main.tf": FLEET.replace("target_capacity", "terminate_instances_on_delete = true\ntarget_capacity")})
    )
    assert (mended.findings, stale) == ((), 1)


def test_a_baseline_is_one_finding_a_line_and_the_same_every_time() -> None:
    findings = judged({"main.tf": FLEET}).findings
    text = baselines.written(findings)
    assert text == baselines.written(tuple(reversed(findings)))
    assert len(text.splitlines()) == len(findings) + 2
    assert baselines.written(()) == '{"version": 1, "findings": []}\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is no baseline"),
        ('{"version": 2, "findings": []}', "version 2"),
        ('{"version": 1}', "is no baseline"),
        ("[]", "is no baseline"),
    ],
)
def test_what_is_no_baseline_is_refused(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text(text)
    with pytest.raises(UsageError, match=said):
        baselines.read(tmp_path / "b.json")
    with pytest.raises(UsageError, match="--write-baseline makes one"):
        baselines.read(tmp_path / "none.json")


YAML = """\
rules: {SPOT005: off, hygiene: on, KEDA001: warning}
now: 2026-11-20
region: eu-west-1
external_tags: [team, workload-type=training]
cluster: {flavour: eks, mig_strategy: mixed, honor_labels: false}
models:
  ours: {parameters: 8000000000, layers: 32, hidden: 4096, attention_heads: 32, kv_heads: 8, vocab: 128256}
checkov:
  skip: {CKV_AWS_144: checkpoints are made again}
"""


def test_settings_are_read_from_yaml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".aicost.yaml").write_text(YAML)
    settings = read_settings({})
    assert settings.rules == {"SPOT005": "off", "hygiene": "on", "KEDA001": "warning"}
    facts = settings.facts()
    assert (facts.now, facts.region) == (date(2026, 11, 20), "eu-west-1")
    assert facts.external_tags == {"team", "workload-type=training"}
    assert (facts.cluster.mig_strategy, facts.cluster.honor_labels) == ("mixed", False)
    assert facts.models["ours"].head_dim == 128
    assert read_settings({}, tmp_path / ".aicost.yaml") == settings


def test_the_clock_is_read_only_where_it_is_asked_for() -> None:
    assert Settings().facts().now is None
    assert Settings(now="today").facts().now == date.today()


def test_settings_stand_in_one_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert read_settings({"app": "stacks:app", "region": "us-east-1"}).region == "us-east-1"
    (tmp_path / ".aicost.yaml").write_text("region: us-east-1\n")
    assert read_settings({"app": "stacks:app"}).region == "us-east-1"
    with pytest.raises(UsageError, match=r"both \.aicost\.yaml and \[tool\.aicost\]"):
        read_settings({"region": "us-east-1"})


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"rules": {"SPOT99": "off"}}, "neither a rule's id nor a group"),
        ({"rules": {"SPOT001": "loud"}}, "rules.SPOT001"),
        ({"rulez": {}}, "rulez: is not a field here"),
        ({"checkov": {"skip": {"CKV_AWS_1": "no"}}}, "checkov.skip.CKV_AWS_1"),
        ({"cluster": {"flavour": "openshift"}}, "cluster.flavour"),
        ({"now": "yesterday"}, "now"),
    ],
)
def test_what_is_wrong_in_settings_is_named(table: dict[str, object], said: str) -> None:
    with pytest.raises(InvalidBlueprint, match=said):
        read_settings(table)


@pytest.mark.parametrize("text", ["[a]", "a: [", "\udcff"])
def test_a_file_that_is_no_settings_is_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "settings.yaml"
    file.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(UsageError, match=r"settings\.yaml"):
        read_settings({}, file)
    with pytest.raises(UsageError, match="can not be read"):
        read_settings({}, tmp_path / "none.yaml")
