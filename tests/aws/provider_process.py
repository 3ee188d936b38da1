"""One running AWS provider that many terraform calls attach to.

Starting the provider costs each terraform call most of its CPU time. Terraform attaches to a running one that
`TF_REATTACH_PROVIDERS` describes. Two limits follow. All configurations of a root share that one process, so a root
with aliases must not use it: the last configuration would answer for all. And the process opens files relative to its
own working directory, so each root gets one of its own; only the last is kept.
See https://developer.hashicorp.com/terraform/plugin/debugging
"""

import re
import subprocess
import tempfile
from pathlib import Path
from typing import IO

from tests.aws.environment import clean_environment

ANNOUNCEMENT = re.compile(r"TF_REATTACH_PROVIDERS='(.*)'")


class ProviderProcess:
    """Starts on first use, and again for another root or when it died: a provider that panics is gone for good."""

    def __init__(self, binary: Path) -> None:
        self._binary = binary
        self._process: subprocess.Popen[str] | None = None
        self._errors: IO[str] = tempfile.TemporaryFile("w+")  # noqa: SIM115 - lives as long as this object
        self._directory: Path | None = None
        self._reattach = ""

    def reattach(self, directory: Path) -> str:
        """The value of TF_REATTACH_PROVIDERS for the root in `directory`."""
        if self._process is None or self._process.poll() is not None or self._directory != directory:
            self._start(directory)
        return self._reattach

    def last_words(self) -> str:
        """What a dead provider wrote, which is where a panic is explained; empty while it lives."""
        if self._process is None or self._process.poll() is None:
            return ""
        self._errors.seek(0)
        return self._errors.read()[-4000:]

    def stop(self) -> None:
        """Ends the process, if there is one."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
        self._process = None

    def close(self) -> None:
        """Ends the process for good, and what it wrote."""
        self.stop()
        self._errors.close()

    def _start(self, directory: Path) -> None:
        self.stop()
        self._errors.seek(0)
        self._errors.truncate()
        self._process = subprocess.Popen(
            [self._binary, "-debug"],
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            cwd=directory,
            env=clean_environment(),
        )
        self._directory = directory
        self._reattach = self._announced()

    def _announced(self) -> str:
        assert self._process is not None
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if match := ANNOUNCEMENT.search(line):
                return match.group(1)
        self._process.wait()
        raise AssertionError(f"{self._binary.name} did not start:\n{self.last_words()}")
