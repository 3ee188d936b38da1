"""The scripts a fleet puts on its instances, in a folder of the test's own, with stand-ins for the programs they call.

Every stand-in writes a line into one journal, so that a test sees what happened in which order.
"""

import os
import re
import subprocess
import time
from pathlib import Path

from aicost_iac import SpotTrainingFleet
from aicost_iac.blueprints._fleet.expansion import workload_of

# `systemctl stop` sends SIGTERM to the work and waits for it, as systemd does.
SYSTEMCTL = """#!/bin/bash
echo "systemctl $*" >>"$JOURNAL"
if [ "$1" = stop ] && [ -e "$HERE/work.pid" ]; then
  kill -TERM "$(cat "$HERE/work.pid")"
  while [ -e "$HERE/work.pid" ]; do sleep 0.05; done
fi
"""
AWS = """#!/bin/bash
echo "aws $*" >>"$JOURNAL"
case "$1 $2" in
"s3 sync") sleep "${S3_SECONDS:-0}"; exit "${S3_STATUS:-0}" ;;
"autoscaling describe-auto-scaling-instances") echo "${GROUP:-}" ;;
"autoscaling describe-auto-scaling-groups") echo "${CAPACITY:-}" ;;
esac
"""
WORK = """#!/bin/bash
trap 'echo "work got SIGTERM" >>"$JOURNAL"; [ -n "${STUBBORN:-}" ] || { rm "$HERE/work.pid"; exit 0; }' TERM
echo "$$" >"$HERE/work.pid"
while :; do sleep 0.05; done
"""


class Instance:
    """Scripts below `home`; `run(name)` starts one of them."""

    def __init__(self, folder: Path, fleet: SpotTrainingFleet, metadata_url: str = "http://127.0.0.1:9") -> None:
        self.folder, self.home, self.journal = folder, folder / "home", folder / "journal"
        self.journal.touch()
        self._install(str(workload_of(fleet, "the-bucket").user_data()).replace("$${", "${").replace("%%{", "%{"))
        for name, text in (("systemctl", SYSTEMCTL), ("aws", AWS), ("work", WORK)):
            self._write(folder / "bin" / name, text)
        self.environment = {
            "AICOST_CHECKPOINTS": str(folder / "checkpoints"),
            "AICOST_HOME": str(self.home),
            "AICOST_IMDS": metadata_url,
            "AICOST_POLL": "0.1",
            "AICOST_RUN": str(folder / "run"),
            "HERE": str(folder),
            "JOURNAL": str(self.journal),
            "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
        }

    def start(self, name: str, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [self._path(name)],
            env={**self.environment, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, name: str, **environment: str) -> str:
        process = self.start(name, **environment)
        said, _ = process.communicate(timeout=60)
        assert process.returncode == 0, said
        return said

    def lines(self) -> list[str]:
        return self.journal.read_text().splitlines()

    def wait_for(self, path: str, seconds: float = 10) -> None:
        deadline = time.monotonic() + seconds
        while not (self.folder / path).exists():
            assert time.monotonic() < deadline, f"{path} did not appear"
            time.sleep(0.02)

    def _path(self, name: str) -> Path:
        return self.home / name if (self.home / name).exists() else self.folder / "bin" / name

    def _install(self, user_data: str) -> None:
        for mode, path, _, content in re.findall(r"^put (\d+) (\S+) <<'(\w+)'\n(.*?)^\3$", user_data, re.M | re.S):
            self._write(self.folder / "home" / Path(path).name, content, int(mode, 8))

    def _write(self, path: Path, text: str, mode: int = 0o755) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)
