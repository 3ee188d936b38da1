"""Wall time. The best of several runs is what the machine can do; the others say what else it did."""

from __future__ import annotations

import compileall
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]


def best(run: Callable[[], object], times: int = 5) -> float:
    """Seconds of the fastest of several calls in this process."""
    return min(_seconds(run) for _ in range(times))


def best_of_both(one: Callable[[], object], other: Callable[[], object], times: int = 5) -> tuple[float, float]:
    """Seconds of both, measured in turn: what else the machine does falls on either."""
    pairs = [(_seconds(one), _seconds(other)) for _ in range(times)]
    return min(pair[0] for pair in pairs), min(pair[1] for pair in pairs)


def process(command: Sequence[str | Path], times: int = 5, **environment: str) -> float:
    """Seconds of the fastest of several runs of a whole process, after one that warms the caches."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}

    def run() -> None:
        done = subprocess.run(
            command, cwd=REPOSITORY, env={**inherited, **environment}, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{command} ended with {done.returncode}: {done.stderr.strip()[-2000:]}")

    run()
    return best(run, times)


def python(*arguments: str, times: int = 5, **environment: str) -> float:
    """Seconds of this Python, as a whole process in the repository's folder."""
    return process([sys.executable, *arguments], times, **environment)


def compile_bytecode(*folders: Path) -> None:
    """So that no side pays for compiling, which would take as long again."""
    for folder in folders:
        compileall.compile_dir(folder, quiet=2, workers=1)


def _seconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start
