"""The extras resolve, install and work together, both libraries side by side among them."""

import tomllib
from pathlib import Path

import pytest

from tests.environments import REPOSITORY, find_node
from tests.packaging.conftest import Installed, installed

pytestmark = pytest.mark.heavy
PROGRAM = Path(__file__).with_name("both_libraries.py")


@pytest.fixture(scope="module")
def whole(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel with every extra."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    assert {"aws", "cdktf", "cdktn", "gate"} <= extras.keys()
    return installed(tmp_path_factory.mktemp("whole") / "env", f"{wheel}[{','.join(extras)}]")


def test_their_requirements_agree(whole: Installed, tmp_path: Path) -> None:
    assert "No broken requirements" in whole.run("python", "-m", "pip", "check", cwd=tmp_path)


def test_nothing_they_bring_is_missing(whole: Installed, tmp_path: Path) -> None:
    said = whole.run("aicost", "doctor", cwd=tmp_path)
    for package in ("cdktf", "cdktn", "boto3", "python-hcl2"):
        assert f"ok      {package} " in said


@pytest.mark.parametrize("case", ["cdktf", "cdktn", "mixed"])
def test_a_blueprint_goes_to_the_library_its_scope_belongs_to(case: str, whole: Installed, tmp_path: Path) -> None:
    node = find_node().folder / "node"
    assert whole.run("python", PROGRAM, case, node, cwd=tmp_path) == f"{case}: as it should be\n"
