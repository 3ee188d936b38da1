"""One run of the terraform binary."""

import os
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TIMEOUT_SECONDS = 900


@dataclass(frozen=True)
class Result:
    """What a command answered."""

    command: str
    exit_code: int
    stdout: str
    stderr: str

    @property
    def diagnostics(self) -> str:
        """What it complained about: terraform writes to stderr, but `validate` and some refusals to stdout."""
        return self.stderr or self.stdout


def run_terraform(terraform: Path, arguments: list[str], directory: Path, environment: dict[str, str]) -> Result:
    """Runs to the end, or for `TIMEOUT_SECONDS`: then it takes the providers that it started with it."""
    process = subprocess.Popen(
        [terraform, *arguments],
        cwd=directory,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    command = f"terraform {' '.join(arguments)}"
    try:
        stdout, stderr = process.communicate(timeout=TIMEOUT_SECONDS)
    except BaseException as interruption:
        os.killpg(process.pid, signal.SIGKILL)
        stdout, stderr = process.communicate()
        if not isinstance(interruption, subprocess.TimeoutExpired):
            raise
        stderr += f"\nno answer after {TIMEOUT_SECONDS} seconds"
    return Result(command, process.returncode, stdout, stderr)


def readable(diagnostic: dict[str, Any]) -> str:
    """One diagnostic of terraform's JSON output as a line: where, what, why."""
    context = (diagnostic.get("snippet") or {}).get("context") or "root"
    file = (diagnostic.get("range") or {}).get("filename", "")
    return f"{file} {context}: {diagnostic['summary']}: {diagnostic.get('detail', '')}".strip()
