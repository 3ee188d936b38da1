"""Same input, same bytes: in two runs, under two hash seeds, in two folders, whatever the clock, locale or terminal."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.environments import REPOSITORY
from tests.examples import examples

APPS = ["stacks:app", *(f"examples.{name}:app" for name in examples())]
HERE = {"PYTHONHASHSEED": "0"}
ELSEWHERE = {"PYTHONHASHSEED": "4242", "LC_ALL": "C", "TZ": "Asia/Kolkata", "HOME": "/nonexistent", "COLUMNS": "40"}


def synthesized(app: str, folder: Path, **settings: str) -> dict[str, bytes]:
    folder.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), **settings}
    command = [sys.executable, "-m", "aicost_iac", "synth", "--app", app]
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("app", APPS)
def test_the_bytes_depend_on_the_app_only(app: str, tmp_path: Path) -> None:
    written = synthesized(app, tmp_path / "here", **HERE)
    assert written
    assert synthesized(app, tmp_path / "a much longer path, with blanks", **ELSEWHERE) == written


@pytest.mark.parametrize("app", APPS)
def test_no_path_of_this_machine_is_in_the_bytes(app: str, tmp_path: Path) -> None:
    for data in synthesized(app, tmp_path / "here").values():
        for place in (tmp_path, REPOSITORY, Path.home(), Path(sys.prefix)):
            assert f"{place}/".encode() not in data
