"""`aicost synth` writes nothing that a rule calls an error; `aicost check` judges the app where no path is given."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.environments import REPOSITORY
from tests.gate.files import write

APP = """\
from aicost_iac import App, CostTags, Resource, Stack, Suppress
tags = CostTags(workload_type="training", cost_center="x", team="y")
fleet = Resource(
    "aws_spot_fleet_request",
    "f",
    {"iam_fleet_role": "arn:aws:iam::123456789012:role/fleet", "target_capacity": 1, **MORE},
    SUPPRESS
)
app = App(stacks=[Stack(name="only", region="us-east-1", tags=tags, items=[fleet])])
"""


def synth(folder: Path, app: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    write(folder, {"stacks.py": app})
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-P", "-m", "aicost_iac", *(arguments or ("synth",))]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_synth_refuses_what_a_rule_calls_an_error(tmp_path: Path) -> None:
    wrong = APP.replace("MORE", "{}").replace("SUPPRESS", "")
    for arguments in (("synth",), ("synth", "--check")):
        done = synth(tmp_path, wrong, *arguments)
        assert (done.returncode, done.stdout) == (1, "")
        assert "SPOT002" in done.stderr
        assert "cdktf.out/stacks/only/cdk.tf.json" in done.stderr
        assert "nothing is written" in done.stderr
        assert not (tmp_path / "cdktf.out").exists()


@pytest.mark.parametrize(
    ("more", "suppress"),
    [
        ('{"terminate_instances_on_delete": "true"}', ""),
        ("{}", 'suppress=(Suppress(rule="SPOT002", reason="ends with its group"),),'),
    ],
)
def test_synth_writes_what_is_mended_or_suppressed(tmp_path: Path, more: str, suppress: str) -> None:
    done = synth(tmp_path, APP.replace("MORE", more).replace("SUPPRESS", suppress))
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "cdktf.out/stacks/only/cdk.tf.json").is_file()


def test_synth_heeds_the_settings(tmp_path: Path) -> None:
    write(tmp_path, {"pyproject.toml": '[tool.aicost.rules]\nSPOT002 = "off"\n'})
    assert synth(tmp_path, APP.replace("MORE", "{}").replace("SUPPRESS", "")).returncode == 0


def test_check_judges_the_app_where_no_path_is_given(tmp_path: Path) -> None:
    wrong = APP.replace("MORE", "{}").replace("SUPPRESS", "")
    done = synth(tmp_path, wrong, "check", "--no-checkov", "--format", "json")
    report = json.loads(done.stdout)
    assert done.returncode == 1
    found = next(each for each in report["findings"] if each["rule"] == "SPOT002")
    assert (found["file"], found["line"] > 0) == ("cdktf.out/stacks/only/cdk.tf.json", True)
    assert not (tmp_path / "cdktf.out").exists()
    named = synth(tmp_path, wrong, "check", "--no-checkov", "--app", "stacks:nothing")
    assert named.returncode == 2
