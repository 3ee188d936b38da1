"""What a user writes as text reaches the program as that text: it becomes neither an expression nor shell."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from aicost_iac import Expr, Raw, Ref, SpotTrainingFleet, output
from aicost_iac.expr import parse
from tests.core.declared import stack
from tests.environments import find_program

ARRIVED = f"""#!{sys.executable}
import json, os, sys
words = [os.fsencode(word).hex() for word in sys.argv[1:]]
print(json.dumps([words, {{name.hex(): value.hex() for name, value in os.environb.items() if name.startswith(b"A_")}}]))
"""
HOSTILE = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40),
    st.text("$%{}\"\\'`!;&|<>()*?[]#~ \n\r\tab", max_size=40),
    st.sampled_from(
        [
            "${aws_iam_role.sweep_role.arn}",
            '${file("/etc/passwd")}',
            "%{ for x in [1] }${x}%{ endfor }",
            "$${a}",
            "$(touch pwned)",
            "`touch pwned`",
            "'; touch pwned; '",
            "END_OF_FILE",
            "\nEND_OF_FILE\ntouch pwned\n",
            "{{ 7 * 7 }}{% raw %}",
            "${TfToken[0] + 1}",
            "-n",
            "",
            "é\u0301\u2028\u202e\ufeff\U0001f600",
            "x" * 10_000,
            "${" * 2_500,
        ]
    ),
)
NAMES = st.from_regex(r"A_[A-Za-z0-9_]{0,10}", fullmatch=True)
WORK = st.tuples(st.lists(HOSTILE, max_size=4), st.dictionaries(NAMES, HOSTILE, max_size=3)).filter(
    lambda work: len(json.dumps(work)) < 11_000 and len("".join(map(str, work)).encode()) < 11_000
)
CHEAP = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much], max_examples=60
)


def fleet(words: list[str], environment: Mapping[str, str]) -> SpotTrainingFleet:
    return SpotTrainingFleet(
        name="sweep",
        instances=2,
        instance_types=["g6e.xlarge"],
        subnet_ids=["subnet-0a1b2c3d"],
        command=["show", *words],
        environment=environment,
    )


def document(words: list[str], environment: Mapping[str, str]) -> Any:
    return json.loads(output.files([stack(items=[fleet(words, environment)])])["stacks/main/cdk.tf.json"])


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)


def evaluated(written: Any) -> set[Ref | Raw]:
    """Every expression of a document."""
    found: set[Ref | Raw] = set()
    for value in map(parse, strings(written)):
        pieces = value.parts if isinstance(value, Expr) else (value,)
        found |= {piece for piece in pieces if not isinstance(piece, str)}
    return found


def user_data(written: Any) -> str:
    """What Terraform hands to base64encode: one quoted literal."""
    [template] = written["resource"]["aws_launch_template"].values()
    [code] = [piece.code for piece in [parse(template["user_data"])] if isinstance(piece, Raw)]
    quoted = re.fullmatch(r'base64encode\("((?:[^"\\]|\\.)*)"\)', code)
    assert quoted, code
    escapes = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
    literal = parse(re.sub(r"\\(.)", lambda found: escapes[found[1]], quoted[1]))
    assert isinstance(literal, str), literal
    return literal


def workload(script: str) -> str:
    """The file on the instance that runs the command, as bash's heredoc would write it."""
    found = re.search(r"^put 0755 /opt/aicost/workload <<'(\w+)'\n(.*?)^\1$", script, re.M | re.S)
    assert found
    return found[2]


PLAIN = evaluated(document([], {}))


@CHEAP
@given(WORK)
def test_no_text_becomes_an_expression(work: tuple[list[str], dict[str, str]]) -> None:
    written = document(*work)
    ours = {
        found for found in evaluated(written) if not (isinstance(found, Raw) and found.code.startswith("base64encode("))
    }
    assert ours <= PLAIN
    assert user_data(written)


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    """A folder with the program that shows what arrived, first on PATH."""
    program = tmp_path / "bin" / "show"
    program.parent.mkdir()
    program.write_text(ARRIVED)
    program.chmod(0o755)
    return tmp_path


@CHEAP
@given(work=WORK)
@example(work=([], {"A_": ""}))
def test_exactly_the_words_and_the_environment_arrive(work: tuple[list[str], dict[str, str]], instance: Path) -> None:
    words, environment = work
    arrived = run(workload(user_data(document(words, environment))), instance)
    assert arrived == (words, environment)
    assert not list(instance.rglob("pwned"))


def run(script: str, instance: Path) -> tuple[list[str], dict[str, str]]:
    """What the program was given, with the folder the script changes into taken for any other."""
    done = subprocess.run(
        ["bash", "-c", f"cd() {{ :; }}\n{script}"],
        env={"PATH": f"{instance / 'bin'}:{os.environ['PATH']}"},
        cwd=instance,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    argv, pairs = json.loads(done.stdout)
    text = {bytes.fromhex(name).decode(): bytes.fromhex(value).decode() for name, value in pairs.items()}
    return [bytes.fromhex(word).decode() for word in argv], text


@settings(CHEAP, max_examples=25)
@given(WORK)
def test_user_data_is_valid_bash_whatever_it_holds(work: tuple[list[str], dict[str, str]]) -> None:
    script = user_data(document(*work)).encode()
    assert subprocess.run(["bash", "-n"], input=script, capture_output=True, check=False).stderr == b""


HOSTILE_WORK: list[tuple[list[str], dict[str, str]]] = [
    (["$(id)", "`id`", "it's", 'a "b"', "*", "~", "a\nb"], {"A_X": "${HOME}; $(id)", "A_Y": "it's\nEND_OF_FILE"}),
    ([], {}),
]


@pytest.mark.parametrize("work", HOSTILE_WORK)
def test_user_data_passes_shellcheck(work: tuple[list[str], dict[str, str]], tmp_path: Path) -> None:
    script = tmp_path / "user_data.sh"
    script.write_text(user_data(document(*work)))
    done = subprocess.run([find_program("shellcheck"), script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_what_no_program_can_be_given_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="sweep"):
        fleet([text], {})
