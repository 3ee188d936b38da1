"""Which files below some paths are for the gate."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path

from aicost_iac.errors import UsageError
from aicost_iac.gate.limits import MAX_FILES
from aicost_iac.gate.reading.texts import STDIN

SUFFIXES = (".json", ".py", ".sh", ".tf", ".yaml", ".yml")
# Folders that hold what somebody else made: dependencies, caches, state. Hidden ones are passed over, too.
_OTHERS = frozenset({"__pycache__", "node_modules", "site-packages", "venv"})


def chosen(paths: Sequence[str], exclude: Sequence[str] = ()) -> list[str]:
    """Files in order, each once, as the user would write them. Raises `UsageError` for a path that is not there.

    A file that is named is always taken. `exclude` are patterns such as `tests/*` against the path as written or below
    the folder that was given.
    """
    found: dict[str, None] = {}
    for path in paths:
        if path == STDIN or Path(path).is_file():
            found[path] = None
        elif Path(path).is_dir():
            found.update(dict.fromkeys(_below(path, exclude)))
        else:
            raise UsageError(f"there is no file or folder {path!r}")
        if len(found) > MAX_FILES:
            raise UsageError(f"more than {MAX_FILES:,} files lie below {path!r}: name the folders to judge")
    return list(found)


def _below(folder: str, exclude: Sequence[str]) -> Iterator[str]:
    for parent, folders, names in os.walk(folder):
        here = Path(parent).relative_to(folder)
        folders[:] = sorted(
            each for each in folders if not _others(parent, each) and not _excluded(here / each, folder, exclude)
        )
        for name in sorted(names):
            if name.endswith(SUFFIXES) and not _excluded(here / name, folder, exclude):
                yield str(Path(parent) / name)


def _others(parent: str, folder: str) -> bool:
    if folder.startswith(".") or folder in _OTHERS:
        return True
    return (Path(parent) / folder / "pyvenv.cfg").is_file() or _is_helm_source(parent, folder)


def _is_helm_source(parent: str, folder: str) -> bool:
    """Helm's templates are no YAML before Helm has filled them in: pipe what it makes into the gate."""
    return folder == "templates" and (Path(parent) / "Chart.yaml").is_file()


def _excluded(path: Path, folder: str, exclude: Sequence[str]) -> bool:
    names = (path.as_posix(), (Path(folder) / path).as_posix())
    return any(fnmatch(name, pattern.rstrip("/")) for name in names for pattern in exclude)
