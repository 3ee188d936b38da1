"""Command lines, and what a shell is told to run."""

from typing import Any

import pytest

from aicost_iac.rules.reading.arguments import Arguments, arguments
from aicost_iac.rules.reading.values import Block


def _of(**container: Any) -> Arguments:
    return arguments(Block(container, ("spec", "containers", 0)))


@pytest.mark.parametrize(
    "container",
    [
        {"args": ["--model", "m", "--tensor-parallel-size", "2"]},
        {"args": ["--model=m", "--tensor-parallel-size=2"]},
        {"args": ["--model=m", "--tensor_parallel_size", 2]},
        {"command": ["vllm", "serve", "m"], "args": ["--tensor-parallel-size=1", "--tensor-parallel-size=2"]},
        {"command": ["/bin/sh", "-c", "export A=1; exec vllm serve m --tensor-parallel-size 2 && sleep 1"]},
        {"command": ["bash", "-ec"], "args": ["vllm serve m \\\n  --tensor-parallel-size '2'  # two GPUs"]},
    ],
)
def test_a_flag_in_all_its_forms(container: dict[str, Any]) -> None:
    assert _of(**container).value("--tensor-parallel-size") == "2"


def test_a_flag_stands_where_it_is_written() -> None:
    found = _of(command=["vllm", "serve", "m"], args=["--port", "8080"]).flag("-p", "--port")
    assert found is not None
    assert (found.value, found.path) == ("8080", ("spec", "containers", 0, "args", 0))


@pytest.mark.parametrize(
    ("args", "value"),
    [
        (["--port", "${PORT}"], None),
        (["--port={{ .Values.port }}"], None),
        (["--port"], None),
        (["--port", "-v"], None),
    ],
)
def test_a_value_that_nobody_knows(args: list[str], value: str | None) -> None:
    found = _of(args=args)
    assert found.flag("--port") is not None
    assert found.value("--port") == value


@pytest.mark.parametrize(
    ("args", "unsure"),
    [
        (["--model", "m"], False),
        (["--model", "$(MODEL)"], True),
        (["$(ARGS)"], True),
        (["{{ range .Values.args }}"], True),
        (["--port=$(PORT)"], False),
    ],
)
def test_a_word_in_which_a_flag_may_hide(args: list[str], unsure: bool) -> None:
    assert _of(args=args).unsure is unsure


ENV = [{"name": "PORT", "value": "9000"}, {"name": "KEY", "valueFrom": {"secretKeyRef": {"name": "k", "key": "k"}}}]


@pytest.mark.parametrize(
    ("container", "value"),
    [
        ({"args": ["--port", "$(PORT)"]}, "9000"),
        ({"args": ["--port=$(PORT)"]}, "9000"),
        ({"args": ["--port", "$$(PORT)"]}, None),
        ({"args": ["--port", "$(KEY)"]}, None),
        ({"command": ["sh", "-c", "vllm serve m --port ${PORT}"]}, "9000"),
        ({"command": ["sh", "-c", "vllm serve m --port $PORT"]}, "9000"),
        ({"command": ["sh", "-c", "PORT=80; vllm serve m --port ${PORT}"]}, None),
        ({"command": ["vllm"], "args": ["serve", "m", "--port", "${PORT}"]}, None),
    ],
)
def test_references_to_the_containers_own_environment(container: dict[str, Any], value: str | None) -> None:
    assert _of(env=ENV, **container).value("--port") == value


def test_a_script_that_can_not_be_split_is_unknown() -> None:
    found = _of(command=["sh", "-c", "echo 'unfinished"])
    assert found.words == (None,)
    assert found.unsure


def test_a_shell_without_a_script_is_a_program() -> None:
    assert _of(command=["bash", "start.sh"]).words == ("bash", "start.sh")


@pytest.mark.parametrize(("words", "found"), [(["vllm", "serve", "m"], "m"), (["vllm", "serve", "--x"], None)])
def test_the_word_after_another(words: list[str], found: str | None) -> None:
    assert _of(command=words).after("serve") == found
