"""The distributions of this checkout, and environments to install them in."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.environments import REPOSITORY, python_environment


@dataclass(frozen=True)
class Installed:
    """A fresh environment that holds the package."""

    folder: Path

    def run(self, *command: str | Path, cwd: Path) -> str:
        """Standard output of a program of the environment, which must succeed and see nothing of this checkout."""
        program = self.folder / "bin" / command[0]
        clean = {"PATH": "/usr/bin:/bin", "HOME": str(cwd)}
        done = subprocess.run(
            [program, *command[1:]], cwd=cwd, env=clean, capture_output=True, text=True, check=False, timeout=300
        )
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        return done.stdout


@pytest.fixture(scope="session")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source distribution."""
    python = python_environment("hatchling", ["hatchling>=1.27"])
    folder = tmp_path_factory.mktemp("distributions")
    subprocess.run([python, "-m", "hatchling", "build", "-d", folder], cwd=REPOSITORY, capture_output=True, check=True)
    return folder


@pytest.fixture(scope="session")
def wheel(distributions: Path) -> Path:
    [found] = distributions.glob("*.whl")
    return found


def installed(folder: Path, requirement: str) -> Installed:
    """A virtual environment in `folder`, with one requirement; skips the test where its dependencies can not be had."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    pip: list[str | Path] = [folder / "bin" / "python", "-m", "pip", "--disable-pip-version-check", "--quiet"]
    done = subprocess.run([*pip, "install", requirement], capture_output=True, text=True, check=False)
    if "No matching distribution" in done.stderr or "connection" in done.stderr.lower():
        pytest.skip(f"{requirement} can not be installed: {done.stderr.strip().splitlines()[-1]}")
    assert done.returncode == 0, done.stderr
    return Installed(folder)
