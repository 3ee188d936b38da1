"""Environments of their own, made once and kept in the user's cache: a library that must not sit beside ours."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]


def cache() -> Path:
    """Where environments are kept."""
    root = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "aicost-iac" / "envs"
    root.mkdir(parents=True, exist_ok=True)
    return root


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """One maker at a time, also among the workers of a parallel run."""
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def python_environment(name: str, requirements: Sequence[str]) -> Path:
    """The python of a virtual environment with these requirements; skips the test when they can not be had."""
    digest = hashlib.sha256("\n".join([sys.version, *requirements]).encode()).hexdigest()[:12]
    folder = cache() / f"{name}-{digest}"
    python = folder / "bin" / "python"
    with locked(folder):
        if not (folder / "complete").is_file():
            shutil.rmtree(folder, ignore_errors=True)
            subprocess.run([sys.executable, "-m", "venv", folder], check=True)
            install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *requirements]
            _run(install, f"the environment {name}")
            (folder / "complete").touch()
    return python


def node_environment(name: str) -> Path:
    """`node_modules/.bin` of the repository's package-lock.json; skips the test when node or packages are missing."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not on PATH: the real cdktf-cli is not run")
    lock = REPOSITORY / "package-lock.json"
    folder = cache() / f"{name}-{hashlib.sha256(lock.read_bytes()).hexdigest()[:12]}"
    with locked(folder):
        if not (folder / "complete").is_file():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            for file in (lock, REPOSITORY / "package.json"):
                shutil.copy(file, folder)
            _run(
                [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", folder],
                f"the packages of {name}",
            )
            (folder / "complete").touch()
    return folder / "node_modules" / ".bin"


def _run(command: Sequence[str | Path], what: str) -> None:
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode:
        pytest.skip(f"{what} can not be installed: {made.stderr.strip().splitlines()[-1]}")
