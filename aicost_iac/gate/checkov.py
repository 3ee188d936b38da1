"""Checkov, side by side: a process of its own, started before our rules run, and merged into one report.

It is never imported: it takes seconds to, and pins libraries that ours must not sit beside.
https://www.checkov.io/2.Basics/CLI%20Command%20Reference.html
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from aicost_iac.errors import UsageError
from aicost_iac.gate.checkov_findings import Nodes, located
from aicost_iac.gate.judging import Accepted, Located
from aicost_iac.gate.loading import Loaded
from aicost_iac.gate.settings import CheckovSettings

ENVIRONMENT = "AICOST_CHECKOV"
HOW_TO_GET = f"`pipx install checkov`, or name the program with --checkov-bin or ${ENVIRONMENT}"
_FRAMEWORKS = ("terraform", "terraform_json", "terraform_plan", "kubernetes")
_TIMEOUT_SECONDS = 1800
# Folders the gate passes over and Checkov does not.
_OTHERS = r"(^|.*/)(site-packages|venv|__pycache__)(/.*|$)"


def program(settings: CheckovSettings) -> str | None:
    """The Checkov to run, None where there is none. Raises `UsageError` for one that is named and is not there."""
    named = settings.command or os.environ.get(ENVIRONMENT)
    found = shutil.which(named or "checkov")
    if named and not found:
        raise UsageError(f"there is no program {named!r} to run Checkov with; {HOW_TO_GET}")
    return found


@dataclass(frozen=True, slots=True)
class Run:
    """Checkov at work. `names` are the names that the report knows files by."""

    processes: tuple[_Process, ...]
    names: Mapping[str, str]

    def findings(self, loaded: Loaded) -> list[Located]:
        """Wait for it; what it found in the files that were given. Raises `UsageError` when it fails."""
        nodes = Nodes(loaded)
        failed = [each for process in self.processes for each in process.failed_checks()]
        named = ((each, self.names.get(os.path.realpath(each["file_abs_path"]))) for each in failed)
        return [located(each, file, nodes) for each, file in named if file is not None]


@dataclass(frozen=True, slots=True)
class _Process:
    running: subprocess.Popen[bytes]
    output: Path
    messages: Path

    def failed_checks(self) -> Iterator[Mapping[str, Any]]:
        try:
            code = self.running.wait(_TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            raise UsageError(f"Checkov did not end within {_TIMEOUT_SECONDS} seconds") from None
        try:
            reports = json.loads(self.output.read_bytes())
        except ValueError:
            code = code or -1
        if code:
            said = self.messages.read_text(errors="replace").strip().splitlines()[-1:]
            raise UsageError(f"Checkov failed (exit {code}): {said or 'it said nothing'}; --no-checkov leaves it out")
        for report in reports if isinstance(reports, list) else [reports]:
            yield from report.get("results", {}).get("failed_checks", ())


@contextmanager
def running(
    command: str, paths: Sequence[str], files: Sequence[str], texts: Mapping[str, str]
) -> Generator[Run, None, None]:
    """Checkov over folders and files as they were named, and over texts that are in no file.

    `files` are those that the gate chose: findings in others are not reported. What still runs at the end is stopped.
    """
    with tempfile.TemporaryDirectory(prefix="aicost-checkov-") as name:
        folder = Path(name)
        held = dict(_held(folder / "texts", texts))
        folders = [*(path for path in paths if Path(path).is_dir()), *([str(folder / "texts")] if held else [])]
        single = [path for path in paths if not Path(path).is_dir()]
        targets = [[word for each in folders for word in ("--directory", each)], ["--file", *single] if single else []]
        started = tuple(_started([command, *each], folder) for each in targets if each)
        try:
            yield Run(started, {**{os.path.realpath(file): file for file in files}, **held})
        finally:
            for each in started:
                each.running.kill()
                each.running.wait()


def accept(findings: Sequence[Located], skip: Mapping[str, str]) -> tuple[list[Located], list[Accepted]]:
    """Findings, and those that the settings give a reason for: `CKV_AWS_18`, or `CKV_AWS_18[aws_s3_bucket.logs]`."""
    reasons = [(each, next(_reasons(each, skip), None)) for each in findings]
    accepted = [Accepted(each, reason, external=True) for each, reason in reasons if reason is not None]
    return [each for each, reason in reasons if reason is None], accepted


def _reasons(each: Located, skip: Mapping[str, str]) -> Iterator[str]:
    for named, reason in skip.items():
        check, _, node = named.removesuffix("]").partition("[")
        if check == each.finding.rule and fnmatch(each.place.address, node or "*"):
            yield reason


def _held(folder: Path, texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Texts written into files: the files' real names, and the texts' own."""
    for number, (name, text) in enumerate(texts.items()):
        file = folder / str(number) / (Path(name).name if Path(name).suffix else _guessed(text))
        file.parent.mkdir(parents=True)
        file.write_text(text, encoding="utf-8")
        yield os.path.realpath(file), name


def _guessed(text: str) -> str:
    return "stdin.json" if text.lstrip().startswith("{") else "stdin.yaml"


def _started(arguments: Sequence[str], folder: Path) -> _Process:
    """Offline, and without code in its output; its exit code says only whether it worked."""
    fixed = ["--framework", *_FRAMEWORKS, "--output", "json", "--quiet", "--compact", "--soft-fail", "--skip-download"]
    stem = "files" if "--file" in arguments else "folders"
    output, messages = folder / f"{stem}.json", folder / f"{stem}.messages"
    with output.open("wb") as said, messages.open("wb") as told:
        process = subprocess.Popen(
            [*arguments, "--skip-path", _OTHERS, *fixed], stdin=subprocess.DEVNULL, stdout=said, stderr=told
        )
    return _Process(process, output, messages)
