"""The command line in an empty folder, in which there is no Checkov."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from aicost_iac.cli import main

Aicost = Callable[..., Result]


@pytest.fixture
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder a command runs in; programs are looked for there only."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AICOST_CHECKOV", "")
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


@pytest.fixture
def aicost(empty_folder: Path) -> Aicost:
    """`aicost` in that folder."""
    runner = CliRunner()

    def run(*arguments: str, stdin: str | None = None) -> Result:
        result = runner.invoke(main, list(arguments), input=stdin)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
        return result

    return run
