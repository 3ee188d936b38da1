"""Whatever a file holds: no reader crashes, none hangs, and none takes the memory of the machine."""

import json
import random
import time
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicost_iac.gate import Loaded
from aicost_iac.gate.judging import judge
from tests.gate.files import TODAY, read
from tests.gate.mutations import mutated

PLANTED = Path(__file__).parent / "planted"
SNAPSHOTS = Path(__file__).parents[1] / "snapshots" / "__snapshots__"
NAMES = ("a.yaml", "a.tf", "a.tf.json", "a.json", "a.sh", "a.py")
CORPUS = {
    ".yaml": sorted(PLANTED.rglob("*.yaml")),
    ".tf": sorted(PLANTED.rglob("*.tf")),
    ".tf.json": [*sorted(PLANTED.rglob("*.tf.json")), *sorted(SNAPSHOTS.rglob("*native*sweep*.tf.json"))],
    ".json": sorted(PLANTED.rglob("plan.json")),
    ".sh": [*sorted(PLANTED.rglob("*.sh")), *sorted(SNAPSHOTS.rglob("*embedder*.sh"))],
    ".py": sorted(PLANTED.rglob("*.py")),
}
ROUNDS = 300
SECONDS, BYTES = 5.0, 200 * 2**20


def sound(loaded: Loaded) -> None:
    """What was read has places, and what was not has a reason that is no crash."""
    for problem in loaded.broken:
        assert "crash" not in problem.reason, problem.reason
        assert problem.line >= 0
    for found in loaded.found:
        line, column = found.locate(("spec", "a", 0))
        assert line >= 0
        assert column >= 0
        assert found.address


def bounded(text: str, name: str) -> Loaded:
    start = time.perf_counter()
    loaded = read(text, name)
    sound(loaded)
    assert time.perf_counter() - start < SECONDS
    return loaded


@pytest.mark.parametrize("suffix", CORPUS)
def test_mutated_files_crash_nothing(suffix: str) -> None:
    chance = random.Random(f"{suffix} 20261120")
    for path in CORPUS[suffix]:
        text = path.read_text(encoding="utf-8")
        for _ in range(ROUNDS // len(CORPUS[suffix]) + 1):
            bounded(mutated(text, chance), f"a{suffix}")


@pytest.mark.parametrize("suffix", CORPUS)
def test_mutated_files_crash_no_rule(suffix: str) -> None:
    chance = random.Random(f"{suffix} rules")
    for path in CORPUS[suffix]:
        text = path.read_text(encoding="utf-8")
        for _ in range(ROUNDS // len(CORPUS[suffix]) + 1):
            result = judge(read(mutated(text, chance), f"a{suffix}"), TODAY)
            assert [each.finding.message for each in result.findings if each.finding.rule == "ENGINE001"] == []


@given(st.sampled_from(NAMES), st.text(max_size=200))
def test_any_text_is_read(name: str, text: str) -> None:
    sound(read(text, name))


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["${a.b}", "$${", "%{"]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["resource", "data", "//", "kind", "a"]), inner)
    ),
    max_leaves=12,
)


@given(st.sampled_from(["resource", "data", "provider", "module", "planned_values", "apiVersion", "TimePeriod"]), _JSON)
def test_any_json_of_the_right_outline_is_read(key: str, value: Any) -> None:
    for name in ("a.tf.json", "a.json", "a.yaml"):
        document = {"format_version": "1.2", "kind": "List", "items": value, key: value}
        sound(read(json.dumps(document), name))


def _terms(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    functions = st.sampled_from(["merge", "jsonencode", "concat", "format", "lookup", "f"])
    shapes = ("[{}, {}]", "({} + {})", "{} ? {} : 1", '{{ a = {}, "b" : {} }}', '"x${{{}}}-{}"', "{}[{}]")
    made = [st.builds(shape.format, inner, inner) for shape in shapes]
    return st.one_of(st.builds("{}({})".format, functions, inner), *made)


_EXPRESSIONS = st.recursive(
    st.sampled_from(["1", '"a"', "var.a", "local.b", "null", "a.b.c", "<<E\nx\nE\n"]), _terms, max_leaves=8
)


@given(_EXPRESSIONS)
def test_any_expression_of_terraform_is_read(expression: str) -> None:
    sound(read(f'locals {{\n  b = {expression}\n}}\nresource "aws_x" "y" {{\n  c = {expression}\n}}\n', "a.tf"))


BOMBS = {
    "aliases.yaml": "b0: &b0 [x, x]\n" + "".join(f"b{i}: &b{i} [*b{i - 1}, *b{i - 1}]\n" for i in range(1, 40)),
    "depth.yaml": "apiVersion: v1\nkind: X\na: " + "[" * 50_000,
    "depth.tf": 'resource "a" "b" {\n c = ' + "[" * 3_000 + "]" * 3_000 + "\n}\n",
    "blocks.tf": "a {\n" * 3_000 + "}\n" * 3_000,
    "depth.tf.json": '{"resource": ' + "[" * 50_000,
    "depth.json": "{" + '"a": {' * 50_000,
    "templates.tf.json": '{"resource": {"a": {"b": {"c": "' + "${" * 20_000 + '"}}}}',
    "depth.sh": "$(" * 20_000,
    "quotes.sh": "aws ce x \"$('" * 5_000,
    "backquotes.sh": "aws ce x `\\`" * 5_000,
    "backquote.sh": "aws ce x " + "$(" * 25 + "`a`" + " > `b` " * 5,
    "here.sh": "aws ce get-cost-and-usage <<E\n" * 3_000,
    "pairs.sh": "aws ce x --y " + "a=[," * 20_000,
    "depth.py": "import boto3\nx = " + "(" * 3_000 + ")" * 3_000,
    "sum.py": "import boto3\nboto3.client('ce').get_cost_and_usage(A=" + "a+" * 5_000 + "a)",
    "calls.py": "import sagemaker\n" + "sagemaker.Estimator(" * 80 + ")" * 80,
    "heredocs.tf": "a = <<E\n" * 3_000,
    "comments.tf": "/*" * 20_000,
    "line.yaml": "apiVersion: v1\nkind: X\na: " + "x" * 5_000_000,
    "ignores.yaml": "apiVersion: v1\nkind: X\n" + "# aicost:ignore A b\n" * 20_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_costs_a_message(name: str) -> None:
    tracemalloc.start()
    try:
        sound(bounded(BOMBS[name], name))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < BYTES
