"""Our own stacks, examples and the stack that has everything: the rules have nothing to say of them."""

from dataclasses import replace

import pytest

from aicost_iac import App
from aicost_iac.app import first_pass
from aicost_iac.rules import Finding, Subject, World, check
from stacks import app as own
from tests.aws.everything import everything
from tests.examples import examples
from tests.rules.documents import TODAY

APPS = {"stacks": own, **examples(), "everything": App(stacks=[everything()])}
# What is said of them and stands, by rule.
JUSTIFIED = {
    "SPOT005": "the account's quotas are in no file; `quota_check` makes the fleet ask for them",
    "SPOT007": "the spot-fleet engine is for accounts that have nothing else yet, and says so",
    "SPOT010": "the examples of that engine show one subnet",
}


def findings(app: App) -> tuple[Finding, ...]:
    """What is said of an app's stacks, each of which sees the others."""
    seen = first_pass(app.stacks)
    subjects = tuple(Subject(node, stack.name) for stack in app.stacks for node in stack.plan(seen).nodes)
    tags = frozenset().union(*(stack.tags.keys() for stack in app.stacks))
    return check(World(subjects, replace(TODAY, region=app.stacks[0].region, external_tags=tags))).findings


@pytest.mark.parametrize("name", APPS)
def test_no_rule_finds_anything(name: str) -> None:
    found = [each for each in findings(APPS[name]) if each.rule not in JUSTIFIED]
    assert {f"{each.rule} {each.address} {each.message}" for each in found} == set()


def test_every_justification_is_needed() -> None:
    assert JUSTIFIED.keys() <= {each.rule for app in APPS.values() for each in findings(app)}
