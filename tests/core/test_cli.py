"""The command line: results on stdout, messages on stderr, exit 0 fine, 1 a difference, 2 an error in plain words."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from aicost_iac import __version__
from aicost_iac.cli import main
from tests.environments import REPOSITORY

Aicost = Callable[..., "subprocess.CompletedProcess[str]"]

APP = """\
from aicost_iac import App, CostTags, Resource, Stack
tags = CostTags(workload_type="training", cost_center="x", team="y")
vpc = Resource("aws_vpc", "v", {"cidr_block": "10.0.0.0/16"})
first = Stack(name="first", region="us-east-1", tags=tags, items=[vpc])
second = Stack(name="second", region="us-east-1", tags=tags)
app = App(stacks=[first, second])
nothing_else = 7
"""
INVALID = """\
from aicost_iac import CostTags
CostTags(team="a b", project="a#b")
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with an app in `stacks.py`, and one that can not work in `broken.py`."""
    (tmp_path / "stacks.py").write_text(APP)
    (tmp_path / "broken.py").write_text(INVALID)
    return tmp_path


@pytest.fixture
def aicost(project: Path) -> Aicost:
    """The program, as its own process, in that folder."""
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONDONTWRITEBYTECODE": "1"}

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-P", "-m", "aicost_iac", *arguments]
        return subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)

    return run


def test_synth_writes_and_names_the_documents_on_stdout(aicost: Aicost, project: Path) -> None:
    done = aicost("synth")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [f"cdktf.out/stacks/{name}/cdk.tf.json" for name in ("first", "second")]
    assert all((project / line).is_file() for line in done.stdout.splitlines())


def test_check_is_silent_on_stdout_when_all_is_current(aicost: Aicost) -> None:
    aicost("synth")
    done = aicost("synth", "--check")
    assert (done.returncode, done.stdout) == (0, "")
    assert "cdktf.out is current" in done.stderr


def test_check_writes_nothing_and_shows_a_unified_diff(aicost: Aicost, project: Path) -> None:
    aicost("synth")
    document = project / "cdktf.out/stacks/first/cdk.tf.json"
    document.write_text(document.read_text().replace("10.0.0.0/16", "10.1.0.0/16"))
    done = aicost("synth", "--check")
    assert done.returncode == 1
    assert '-        "cidr_block": "10.1.0.0/16"' in done.stdout
    assert '+        "cidr_block": "10.0.0.0/16"' in done.stdout
    assert "is not current: run `aicost synth`" in done.stderr
    assert "10.1.0.0/16" in document.read_text()


def test_check_before_the_first_synth_is_a_difference_and_makes_no_folder(aicost: Aicost, project: Path) -> None:
    assert aicost("synth", "--check", "--out", "elsewhere").returncode == 1
    assert not (project / "elsewhere").exists()


def test_only_the_stacks_that_are_named(aicost: Aicost, project: Path) -> None:
    done = aicost("synth", "--stack", "second", "--stack", "second", "--out", "o")
    assert done.stdout.splitlines() == ["o/stacks/second/cdk.tf.json"]
    assert not (project / "o/stacks/first").exists()


def test_state_of_a_stack_that_is_gone_is_left_and_named(aicost: Aicost, project: Path) -> None:
    (project / "cdktf.out/stacks/old").mkdir(parents=True)
    for name in ("cdk.tf.json", "terraform.tfstate"):
        (project / "cdktf.out/stacks/old" / name).write_text("{}")
    done = aicost("synth")
    assert done.returncode == 0
    assert "left alone: cdktf.out/stacks/old" in done.stderr
    assert (project / "cdktf.out/stacks/old/terraform.tfstate").is_file()


USAGE: list[tuple[list[str], str]] = [
    (["synth", "--stack", "frist"], "there is no stack 'frist'; did you mean 'first'?"),
    (["synth", "--stack", "zzz"], "the app has ['first', 'second']"),
    (["synth", "--app", "stacks"], "is not MODULE:ATTR, such as stacks:app"),
    (["synth", "--app", "stacks:"], "is not MODULE:ATTR"),
    (["synth", "--app", "stakcs:app"], "there is no module 'stakcs' here"),
    (["synth", "--app", "stacks:ap"], "stacks:ap is nothing, not an App"),
    (["synth", "--app", "stacks:nothing_else"], "stacks:nothing_else is a int, not an App"),
    (["synth", "--app", "broken:app"], "CostTags: 2 problems"),
    (["synth", "--out", "stacks.py"], "is a file"),
    (["synth", "--chekc"], "--check"),
    (["snyth"], "No such command 'snyth'; did you mean 'synth'?"),
    (["zzz"], "No such command 'zzz'"),
]


@pytest.mark.parametrize(("arguments", "message"), USAGE, ids=[" ".join(arguments) for arguments, _ in USAGE])
def test_what_can_not_be_done_is_said_on_stderr_in_plain_words(
    arguments: list[str], message: str, aicost: Aicost, project: Path
) -> None:
    done = aicost(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert not (project / "cdktf.out").exists()


def test_debug_shows_the_traceback(aicost: Aicost) -> None:
    done = aicost("--debug", "synth", "--stack", "frist")
    assert done.returncode != 0
    assert "Traceback" in done.stderr
    assert "there is no stack 'frist'" in done.stderr


def test_pyproject_names_the_app(aicost: Aicost, project: Path) -> None:
    (project / "infrastructure.py").write_text(APP.replace('name="first"', 'name="third"'))
    (project / "pyproject.toml").write_text('[tool.aicost]\napp = "infrastructure:app"\n')
    assert "cdktf.out/stacks/third/cdk.tf.json" in aicost("synth").stdout


def test_a_pyproject_that_can_not_be_read_is_said_so(aicost: Aicost, project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.aicost\n")
    done = aicost("synth")
    assert done.returncode == 2
    assert "pyproject.toml can not be read" in done.stderr


FAILING: list[tuple[str, str]] = [
    ("import not_installed_anywhere\n", "stacks.py:1: ModuleNotFoundError: No module named 'not_installed_anywhere'"),
    ("a = 1\nb = a / 0\n", "stacks.py:2: ZeroDivisionError"),
    ("app = (\n", "SyntaxError: '(' was never closed (stacks.py, line 1)"),
]


@pytest.mark.parametrize(("source", "message"), FAILING)
def test_an_app_that_fails_is_told_with_its_place(source: str, message: str, aicost: Aicost, project: Path) -> None:
    (project / "stacks.py").write_text(source)
    done = aicost("synth")
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert "Traceback" in aicost("--debug", "synth").stderr


def test_a_folder_that_can_not_be_written_is_told(aicost: Aicost, project: Path) -> None:
    (project / "cdktf.out").write_text("a file")
    done = aicost("synth")
    assert (done.returncode, done.stdout) == (2, "")
    assert "cdktf.out" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_error_of_the_system_names_its_file_and_no_number(aicost: Aicost, project: Path) -> None:
    (project / "file").write_text("")
    assert aicost("synth", "--out", "file/out").stderr == "error: file/out: Not a directory\n"


def test_an_interruption_is_no_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(path: str | None) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("aicost_iac.cli.load_app", interrupted)
    assert CliRunner().invoke(main, ["synth"]).exit_code == 130


@pytest.mark.parametrize(("value", "coloured"), [("", True), ("1", False)])
def test_no_color_takes_every_escape_out(value: str, coloured: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", value)
    done = CliRunner().invoke(main, ["doctor"], color=True)
    assert ("\x1b" in done.output) is coloured


def test_an_unknown_rule_is_told_where_rules_are_listed(aicost: Aicost) -> None:
    done = aicost("explain", "CKV_AWS_46")
    assert (done.returncode, done.stdout) == (2, "")
    assert "`aicost rules list` lists them" in done.stderr


def test_doctor_says_what_is_there_and_how_to_get_the_rest(aicost: Aicost) -> None:
    done = aicost("doctor")
    assert done.returncode == 0
    assert all(line.split()[0] in ("ok", "missing") for line in done.stdout.splitlines())
    assert "python" in done.stdout


def test_doctor_says_what_is_missing_for_and_where_it_comes_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    done = CliRunner().invoke(main, ["doctor"])
    assert done.exit_code == 0
    [line] = [line for line in done.stdout.splitlines() if "terraform" in line]
    assert line.startswith("missing terraform")
    assert line.endswith("for applying what synth writes: https://developer.hashicorp.com/terraform/install")


def test_version_and_help(aicost: Aicost) -> None:
    assert aicost("--version").stdout == f"aicost, version {__version__}\n"
    assert "synth" in aicost("-h").stdout
