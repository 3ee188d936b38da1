"""The local AWS as a process of its own: started, reset and given resources from a test."""

import json
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

from tests.aws.environment import clean_environment

REPOSITORY = Path(__file__).parents[2]
START_SECONDS = 60


class MotoServer:
    """A server on a free port of this machine; `url` is the endpoint for every service."""

    def __init__(self) -> None:
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when the server answers; its log is lost, its errors reach the caller of the failing request."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.aws.moto_server", str(self.port)],
            cwd=REPOSITORY,
            env=clean_environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
        )
        self._wait_until_it_answers()

    def reset(self) -> None:
        """An empty account."""
        self._post("/moto-api/reset", {})

    def give(self, **identifiers: Any) -> None:
        """Makes resources exist, by id: `give(region=..., vpc=..., subnets=[...], security_groups=..., images=...)`."""
        self._post("/given", identifiers)

    def stop(self) -> None:
        """Ends the process."""
        if self._process:
            self._process.terminate()
            self._process.wait(10)

    def _post(self, path: str, document: dict[str, Any]) -> None:
        request = urllib.request.Request(self.url + path, json.dumps(document).encode(), method="POST")
        with urllib.request.urlopen(request, timeout=60) as answer:
            answer.read()

    def _wait_until_it_answers(self) -> None:
        assert self._process is not None
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            assert self._process.poll() is None, f"the moto server ended with {self._process.returncode}"
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        raise AssertionError(f"the moto server does not answer after {START_SECONDS} seconds")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
