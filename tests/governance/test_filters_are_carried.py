"""Every key and value that a filter names is carried by something, for any taxonomy, fleets and ladders."""

import json
import sys
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicost_iac import BudgetScope, Stack, output
from aicost_iac.errors import InvalidBlueprint
from aicost_iac.rules import Subject, World, check
from tests.environments import python_environment
from tests.governance.apps import random_stack
from tests.governance.closure import carried, named
from tests.governance.random_app import app
from tests.governance.stacks import fleet, ladder, stack
from tests.synth.test_parity import CDKTN, comparable, native, through

RANDOMS = st.randoms(use_true_random=False)
MODULE = "tests.governance.random_app:app"


def document(declared: Stack) -> dict[str, object]:
    written: dict[str, object] = json.loads(output.files([declared])[f"stacks/{declared.name}/{output.DOCUMENT}"])
    return written


@settings(max_examples=50, deadline=None)
@given(RANDOMS)
def test_what_filters_name_is_carried(random: Random) -> None:
    written = document(random_stack(random))
    assert named(written)
    assert named(written) <= carried(written)


@settings(max_examples=20, deadline=None)
@given(RANDOMS)
def test_our_own_rules_agree(random: Random) -> None:
    plan = random_stack(random).plan()
    report = check(World(tuple(map(Subject, plan.nodes))), only={"BUD002", "BUD003", "BUD004", "TAG001"})
    assert [finding.message for finding in report.findings] == []


@settings(max_examples=50, deadline=None)
@given(
    st.from_regex(r"[a-z][a-z0-9-]{0,9}[a-z0-9]", fullmatch=True), st.sampled_from(["team", "workload_type", "project"])
)
def test_what_nothing_carries_is_refused(value: str, key: str) -> None:
    if value in ("vision", "training", "shared", "inference", "evaluation", "development"):
        return
    with pytest.raises(InvalidBlueprint, match=key.replace("_", "-")):
        stack(ladder(scope=BudgetScope(tags={key: value})), fleet()).plan()


@pytest.mark.parametrize("library", ["cdktf", "cdktn"])
def test_it_holds_through_both_libraries(library: str, tmp_path: Path) -> None:
    python = sys.executable if library == "cdktf" else python_environment("cdktn", CDKTN)
    written = through(python, MODULE, library, tmp_path)
    assert comparable(written) == comparable(native(app))
    assert len(written) == len(app.stacks)
    for each in written.values():
        assert named(each)
        assert named(each) <= carried(each)
