"""The real cdktf-cli runs `cdktf synth` on this repository."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from aicost_iac import output
from stacks import app
from tests.environments import REPOSITORY, find_node, node_environment, with_path
from tests.synth.test_parity import comparable, native


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of what `cdktf synth` needs of this repository."""
    for name in ("aicost_iac", "stacks", "templates"):
        shutil.copytree(REPOSITORY / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(REPOSITORY / "cdktf.json", tmp_path)
    return tmp_path


def test_cdktf_synth_writes_what_native_synthesis_writes(project: Path) -> None:
    tools = node_environment("cdktf-cli")
    environment = {
        **os.environ,
        "CI": "1",
        "CHECKPOINT_DISABLE": "1",
        "PATH": with_path(Path(sys.executable).parent, tools, find_node().folder),
        "PYTHONPATH": str(project),
    }
    done = subprocess.run(
        [tools / "cdktf", "synth"], cwd=project, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    written = {
        path.parent.name: json.loads(path.read_text(encoding="utf-8"))
        for path in (project / "cdktf.out").glob(f"stacks/*/{output.DOCUMENT}")
    }
    assert comparable(written) == comparable(native(app))
    assert (project / "cdktf.json").read_text() == (REPOSITORY / "cdktf.json").read_text()
