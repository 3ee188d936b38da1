"""Programs on loopback: the LiteLLM proxy in an environment of its own, and a Redis server."""

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.environments import python_environment

# The release whose image is the router's default.
LITELLM = "1.108.5"
_PATIENCE = 60


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


class Program:
    """A program that writes to a log and is ended with the test."""

    def __init__(self, command: list[str | Path], log: Path, environment: Mapping[str, str]) -> None:
        self.log = log
        with log.open("w") as written:
            self._process = subprocess.Popen(command, stdout=written, stderr=subprocess.STDOUT, env=environment)

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(timeout=20)

    def wait_for(self, port: int) -> None:
        """Until something listens."""
        for _ in range(_PATIENCE * 10):
            assert self._process.poll() is None, self.log.read_text()
            with socket.socket() as tried:
                tried.settimeout(1)
                if tried.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.1)
        raise AssertionError(f"nothing listens at {port}:\n{self.log.read_text()}")

    def wait_until_alive(self, url: str) -> None:
        """Until a health path answers."""
        for _ in range(_PATIENCE * 5):
            assert self._process.poll() is None, self.log.read_text()
            try:
                with urlopen(url, timeout=2):
                    return
            except (URLError, OSError):
                time.sleep(0.2)
        raise AssertionError(f"{url} does not answer:\n{self.log.read_text()}")


@contextmanager
def redis_server(folder: Path, password: str) -> Iterator[tuple[Program, int]]:
    """A real Redis without the search module."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("redis-server is not installed (Debian: apt-get install redis-server)")
    port = free_port()
    options = [
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--appendonly",
        "no",
        "--requirepass",
        password,
    ]
    server = Program([program, *options], folder / "redis.log", os.environ)
    try:
        server.wait_for(port)
        yield server, port
    finally:
        server.stop()


@contextmanager
def litellm_proxy(folder: Path, config: str, environment: Mapping[str, str]) -> Iterator[tuple[Program, str]]:
    """The proxy with a configuration file, at an address on loopback."""
    python = python_environment("litellm", [f"litellm[proxy]=={LITELLM}", "prometheus-client", "redisvl>=0.4,<1"])
    file, port = folder / "config.yaml", free_port()
    file.write_text(config)
    kept = {key: value for key, value in os.environ.items() if not re.match(r"(REDIS|LITELLM|OPENAI|DATABASE)_", key)}
    own = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1", **environment}
    command: list[str | Path] = [
        python.parent / "litellm",
        "--config",
        file,
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    proxy = Program([*command, "--num_workers", "1"], folder / "litellm.log", {**kept, **own})
    try:
        proxy.wait_until_alive(f"http://127.0.0.1:{port}/health/liveliness")
        yield proxy, f"http://127.0.0.1:{port}"
    finally:
        proxy.stop()
