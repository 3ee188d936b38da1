"""The wheel carries what it needs, and works elsewhere with its runtime dependencies alone."""

import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from aicost_iac import output
from stacks import app
from tests.environments import REPOSITORY
from tests.packaging.conftest import Installed, installed

pytestmark = pytest.mark.heavy


@pytest.fixture(scope="module")
def bare(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel without any extra."""
    return installed(tmp_path_factory.mktemp("bare") / "env", str(wheel))


def files_of(folder: Path, prefix: str) -> set[str]:
    return {
        f"{prefix}/{path.relative_to(folder).as_posix()}"
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


def test_the_wheel_holds_the_package_its_data_and_its_templates_and_nothing_else(wheel: Path) -> None:
    package = files_of(REPOSITORY / "aicost_iac", "aicost_iac")
    assert names(wheel) == package | files_of(REPOSITORY / "templates", "aicost_iac/templates")


def test_the_source_distribution_makes_the_same_wheel(distributions: Path, wheel: Path, tmp_path: Path) -> None:
    [source] = distributions.glob("*.tar.gz")
    with tarfile.open(source) as archive:
        archive.extractall(tmp_path, filter="data")
    [unpacked] = [path for path in tmp_path.iterdir() if path.is_dir()]
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(tmp_path / "made")]
    subprocess.run([*pip, str(unpacked)], check=True, capture_output=True)
    [made] = (tmp_path / "made").glob("*.whl")
    assert names(made) == names(wheel)


def test_what_is_installed_writes_the_same_bytes_elsewhere(bare: Installed, tmp_path: Path) -> None:
    shutil.copytree(REPOSITORY / "stacks", tmp_path / "stacks", ignore=shutil.ignore_patterns("__pycache__"))
    bare.run("aicost", "synth", cwd=tmp_path)
    out = tmp_path / "cdktf.out"
    written = {path.relative_to(out).as_posix(): path.read_text() for path in out.rglob("*") if path.is_file()}
    assert written == output.files(app.stacks)


def test_a_first_project_is_made_synthesized_and_current(bare: Installed, tmp_path: Path) -> None:
    bare.run("aicost", "init", "first", cwd=tmp_path)
    assert "cdk.tf.json" in bare.run("aicost", "synth", cwd=tmp_path / "first")
    bare.run("aicost", "synth", "--check", cwd=tmp_path / "first")


def test_every_command_explains_itself_without_any_extra(bare: Installed, tmp_path: Path) -> None:
    listed = bare.run("aicost", "--help", cwd=tmp_path).partition("Commands:")[2]
    commands = re.findall(r"^  (\w+)  ", listed, re.M)
    assert {"check", "cost", "doctor", "synth"} <= set(commands)
    for command in commands:
        assert bare.run("aicost", command, "--help", cwd=tmp_path).startswith("Usage: aicost")


def test_types_are_published(wheel: Path) -> None:
    assert "aicost_iac/py.typed" in names(wheel)
