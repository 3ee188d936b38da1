"""The real Checkov beside our rules: one report, one exit code; our own output passes it."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from aicost_iac import output
from aicost_iac.cli import main
from tests.environments import REPOSITORY
from tests.examples import all_stacks
from tests.gate.files import write
from tests.gate.real_checkov import checkov

pytestmark = pytest.mark.heavy

QUEUE = """\
resource "aws_sqs_queue" "work" {
  name = "work"
%s}
"""
KEY = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
OPEN = QUEUE % ""
ENCRYPTED = QUEUE % f'  kms_master_key_id = "{KEY}"\n'
POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: worker
  namespace: work
spec:
  automountServiceAccountToken: false
  containers:
    - name: worker
      image: registry.example/work/worker@sha256:%s
      imagePullPolicy: Always
      securityContext:
        privileged: true
""" % ("0" * 64)
SETTINGS = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["aicost"]


def check(*arguments: str) -> tuple[int, dict[str, Any]]:
    done = CliRunner().invoke(main, ["check", "--checkov-bin", str(checkov()), "--format", "json", *arguments])
    assert done.exit_code in (0, 1), done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return done.exit_code, report


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_planted_bad_stack_fails_and_its_fixed_twin_passes() -> None:
    for text, code, wanted in ((OPEN, 1, {"CKV_AWS_27"}), (ENCRYPTED, 0, set())):
        write(Path(), {"main.tf": text})
        exit_code, report = check(".")
        assert (exit_code, {each["rule"] for each in report["findings"]}) == (code, wanted)


def test_its_findings_have_our_places_in_every_kind_of_file() -> None:
    document = {
        "resource": {"aws_sqs_queue": {"other": {"name": "other", "//": {"metadata": {"path": "stack/queue"}}}}}
    }
    files = {"a/main.tf": f"\n\n{OPEN}", "b/cdk.tf.json": json.dumps(document, indent=2), "c/pod.yaml": POD}
    write(Path(), files)
    _, report = check(".")
    places = {(each["file"], each["rule"]): each for each in report["findings"]}
    hcl = places["a/main.tf", "CKV_AWS_27"]
    assert (hcl["line"], hcl["address"]) == (3, "aws_sqs_queue.work")
    synthesized = places["b/cdk.tf.json", "CKV_AWS_27"]
    assert (synthesized["address"], synthesized["construct"]) == ("aws_sqs_queue.other", "stack/queue")
    pod = places["c/pod.yaml", "CKV_K8S_16"]
    assert (pod["line"], pod["address"]) == (13, "v1/Pod/work/worker")


def test_files_and_what_is_piped_in_are_given_to_it() -> None:
    write(Path(), {"main.tf": OPEN})
    assert {each["rule"] for each in check("main.tf")[1]["findings"]} == {"CKV_AWS_27"}
    done = CliRunner().invoke(main, ["check", "--checkov-bin", str(checkov()), "--format", "json", "-"], input=POD)
    assert ("-", "CKV_K8S_16") in {(each["file"], each["rule"]) for each in json.loads(done.stdout)["findings"]}


def test_our_own_stacks_and_examples_pass_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, stack in all_stacks().items():
        write(Path(name), dict(output.files([stack])))
    write(Path(), {"settings.yaml": json.dumps({"checkov": SETTINGS["checkov"], "rules": SETTINGS.get("rules", {})})})
    _, report = check("--config", "settings.yaml", ".")
    theirs = [each for each in report["findings"] if each["rule"].startswith("CKV")]
    assert [f"{each['rule']} {each['file']}:{each['line']} {each['message']}" for each in theirs] == []
    used = {each["rule"] for each in report["suppressed"]}
    named = {name.partition("[")[0] for name in SETTINGS["checkov"]["skip"]}
    assert named <= used, f"nothing needs {named - used} any more"
