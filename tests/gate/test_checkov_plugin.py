"""Our rules as checks of the real Checkov, which runs in an environment that does not have this package."""

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from aicost_iac.gate.checkov_plugin import FOLDER
from aicost_iac.gate.checkov_rules import AloneRule, alone_rules
from aicost_iac.rules import page
from tests.gate.files import write
from tests.gate.real_checkov import checkov

pytestmark = pytest.mark.heavy

PLANTED = Path(__file__).parent / "planted"
NAMES = {"yaml": "manifests.yaml", "json": "main.tf.json"}
FRAMEWORKS = ("terraform", "terraform_json", "terraform_plan", "kubernetes")

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {}\n"

Failed = Mapping[str, set[str]]


def run(folder: Path, *frameworks: str) -> tuple[Failed, list[dict[str, Any]]]:
    """The ids of our checks that fail, by file; and Checkov's own entries."""
    command: list[str | Path] = [
        checkov(),
        "--external-checks-dir",
        FOLDER,
        "--check",
        "CKV_AICOST_*",
        "--directory",
        folder,
    ]
    options = [
        "--skip-download",
        "--output",
        "json",
        "--compact",
        "--soft-fail",
        "--framework",
        *(frameworks or FRAMEWORKS),
    ]
    done = subprocess.run([*command, *options], capture_output=True, text=True, check=True)
    reports = json.loads(done.stdout)
    entries = [
        each
        for report in (reports if isinstance(reports, list) else [reports])
        for each in report.get("results", {}).get("failed_checks", [])
    ]
    failed: dict[str, set[str]] = {}
    for each in entries:
        failed.setdefault(each["file_path"].lstrip("/"), set()).add(each["check_id"].removeprefix("CKV_AICOST_"))
    return failed, entries


def pages(side: str) -> Iterator[tuple[AloneRule, str, str]]:
    """The examples of every check: the check, a file's name, and its text."""
    for rule in alone_rules():
        for number, blocks in enumerate(getattr(page(rule.rule), side)):
            for block in blocks:
                if block.language in NAMES:
                    yield rule, f"{side}/{rule.rule.id}-{number}/{NAMES[block.language]}", block.text


def test_every_check_fails_its_bad_example_and_passes_its_good_one(tmp_path: Path) -> None:
    write(tmp_path, {name: text for side in ("bad", "good") for _, name, text in pages(side)})
    failed, _ = run(tmp_path, "terraform_json", "kubernetes")
    wanted = {rule.rule.id for rule in alone_rules()}
    found = {rule.rule.id for rule, name, _ in pages("bad") if rule.rule.id in failed.get(name, set())}
    assert wanted - found == set()
    assert [name for rule, name, _ in pages("good") if rule.rule.id in failed.get(name, set())] == []


@pytest.mark.parametrize(
    ("framework", "case", "file", "rules"),
    [
        ("terraform", "spot", "main.tf", {"SPOT001", "SPOT002", "SPOT004", "SPOT006", "BUD002", "BUD003", "BUD004"}),
        ("terraform_json", "training", "pipeline.tf.json", {"SM001"}),
        ("terraform_plan", "planned", "plan.json", {"BUD002"}),
        ("kubernetes", "serving", "autoscaling.yaml", {"KEDA001", "KEDA003", "KEDA004"}),
    ],
)
def test_planted_traps_are_found_and_corrected_twins_pass(
    framework: str, case: str, file: str, rules: set[str], tmp_path: Path
) -> None:
    shutil.copytree(PLANTED / case, tmp_path / case)
    failed, entries = run(tmp_path / case, framework)
    assert rules <= failed[f"bad/{file}"]
    assert [(name, found) for name, found in failed.items() if name.startswith("good/")] == []
    assert all(each["guideline"].startswith("https://") for each in entries)
    assert all("; write: " in detail for each in entries for detail in each["details"])


def test_what_is_known_only_after_apply_fails_nothing(tmp_path: Path) -> None:
    plan = json.loads((PLANTED / "planned" / "good" / "plan.json").read_text())
    write(tmp_path, {"plan.json": json.dumps(plan)})
    assert run(tmp_path, "terraform_plan")[0] == {}


def test_checkovs_own_suppressions_work(tmp_path: Path) -> None:
    text = (PLANTED / "serving" / "bad" / "autoscaling.yaml").read_text()
    skipped = text.replace(
        "metadata:\n", "metadata:\n  annotations: {checkov.io/skip1: CKV_AICOST_KEDA001=woken by hand}\n", 1
    )
    write(tmp_path, {"a.yaml": skipped})
    assert "KEDA001" not in run(tmp_path, "kubernetes")[0]["a.yaml"]


def test_our_own_suppressions_work(tmp_path: Path) -> None:
    note = {"aicost": {"suppress": [{"rule": "SPOT002", "reason": "ends with its group"}]}}
    body = {"iam_fleet_role": "arn:aws:iam::123456789012:role/fleet", "target_capacity": 1}
    document = {"resource": {"aws_spot_fleet_request": {"a": body, "b": {**body, "//": note}}}}
    write(tmp_path, {"main.tf.json": json.dumps(document)})
    _, entries = run(tmp_path, "terraform_json")
    assert [each["resource"] for each in entries if each["check_id"] == "CKV_AICOST_SPOT002"] == ["resource.a"]


def test_checks_that_can_not_be_loaded_fail_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"broken/aicost_iac/__init__.py": "raise RuntimeError('half installed')\n"})
    write(tmp_path / "in", {"a.yaml": POD, "main.tf": 'resource "aws_sqs_queue" "q" {}\n'})
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "broken"))
    failed, entries = run(tmp_path / "in")
    assert failed == {"a.yaml": {"000"}, "main.tf": {"000"}}
    assert "can not be loaded (RuntimeError: half installed)" in entries[0]["check_name"]
