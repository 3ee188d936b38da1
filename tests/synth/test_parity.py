"""The same stacks natively, through cdktf and through cdktn: equal bodies, addresses, meta-arguments and settings."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from aicost_iac import App, output
from stacks import app as own
from tests.environments import REPOSITORY, python_environment
from tests.examples import examples
from tests.synth import whole

APPS = {
    "stacks:app": own,
    "tests.synth.whole:app": whole.app,
    **{f"examples.{name}:app": app for name, app in examples().items()},
}
CDKTN = ["cdktn>=0.24,<0.25", "click>=8.1", "jinja2>=3.1", "pydantic>=2.11,<3", "pyyaml>=6.0.2"]


def through(python: str | Path, path: str, library: str, folder: Path) -> dict[str, Any]:
    """Stack name -> document, as the library writes it."""
    environment = {**os.environ, "CDKTF_OUTDIR": str(folder), "PYTHONPATH": str(REPOSITORY)}
    command = [python, "-m", "tests.synth.run_app", path, library]
    done = subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return {
        written.parent.name: json.loads(written.read_text(encoding="utf-8"))
        for written in folder.glob(f"stacks/*/{output.DOCUMENT}")
    }


def comparable(document: Any) -> Any:
    """Without comments, where a library keeps its own; and one provider as a list of one."""
    if isinstance(document, dict):
        return {key: comparable(value) for key, value in document.items() if key != "//"}
    return [comparable(item) for item in document] if isinstance(document, list) else document


def native(app: App) -> dict[str, Any]:
    written = output.files(app.stacks)
    return {path.split("/")[1]: json.loads(text) for path, text in written.items() if path.endswith(output.DOCUMENT)}


@pytest.mark.parametrize("path", APPS)
def test_cdktf_gives_what_native_synthesis_gives(path: str, tmp_path: Path) -> None:
    assert comparable(through(sys.executable, path, "cdktf", tmp_path)) == comparable(native(APPS[path]))


@pytest.mark.parametrize("path", APPS)
def test_cdktn_gives_what_native_synthesis_gives(path: str, tmp_path: Path) -> None:
    python = python_environment("cdktn", CDKTN)
    assert comparable(through(python, path, "cdktn", tmp_path)) == comparable(native(APPS[path]))


def test_what_is_noted_beside_a_resource_survives_cdktf(tmp_path: Path) -> None:
    [document] = through(sys.executable, "examples.mixed_sizes:app", "cdktf", tmp_path).values()
    noted = document["resource"]["aws_autoscaling_group"]["embedder_group"]["//"]["aicost"]
    assert noted["origin"] == "SpotTrainingFleet/embedder"
    assert noted["assume"][0]["name"] == "spot_price_usd_hour"
