"""`aicost init` writes a project that synthesizes, and never writes over anything."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from aicost_iac.cli import main
from tests.environments import REPOSITORY


def test_a_new_project_synthesizes(tmp_path: Path) -> None:
    folder = tmp_path / "GPU platform"
    done = CliRunner().invoke(main, ["init", str(folder), "--team", "it's-us", "--region", "eu-central-1"])
    assert done.exit_code == 2  # a tag that is no label
    assert not folder.exists()
    done = CliRunner().invoke(main, ["init", str(folder), "--team", "search", "--region", "eu-central-1"])
    assert done.exit_code == 0, done.output
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    command = [sys.executable, "-m", "aicost_iac", "synth"]
    made = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    written = json.loads((folder / "cdktf.out/stacks/training/cdk.tf.json").read_text())
    assert written["provider"]["aws"][0]["region"] == "eu-central-1"
    assert 'name = "gpu-platform"' in (folder / "pyproject.toml").read_text()


@pytest.mark.parametrize("there", ["README.md", "stacks/__init__.py"])
def test_what_is_there_stays(tmp_path: Path, there: str) -> None:
    kept = tmp_path / there
    kept.parent.mkdir(exist_ok=True)
    kept.write_text("mine")
    done = CliRunner().invoke(main, ["init", str(tmp_path)])
    assert done.exit_code == 2
    assert f"holds {there} already: nothing was written" in done.stderr
    assert kept.read_text() == "mine"
    assert not (tmp_path / "pyproject.toml").exists()


def test_a_region_that_is_none_is_refused(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["init", str(tmp_path / "new"), "--region", "europe"])
    assert done.exit_code == 2
    assert "is not an AWS region" in done.stderr
