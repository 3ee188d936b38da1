"""Our own stacks, examples and the stack that has everything: the rules have nothing to say of them."""

from dataclasses import replace

import pytest

from aicost_iac.rules import Finding, Subject, World, check
from tests.aws.everything import everything
from tests.examples import all_stacks
from tests.rules.documents import TODAY

STACKS = {**all_stacks(), "everything": everything()}
# What is said of them and stands, by rule.
JUSTIFIED = {
    "SPOT005": "the account's quotas are in no file; `quota_check` makes the fleet ask for them",
    "SPOT007": "the spot-fleet engine is for accounts that have nothing else yet, and says so",
    "SPOT010": "the examples of that engine show one subnet",
}


def findings(name: str) -> tuple[Finding, ...]:
    stack = STACKS[name]
    known = replace(TODAY, region=stack.region, external_tags=frozenset(stack.tags.keys()))
    return check(World(tuple(Subject(node, stack.name) for node in stack.plan().nodes), known)).findings


@pytest.mark.parametrize("name", STACKS)
def test_no_rule_finds_anything(name: str) -> None:
    assert {f"{each.rule} {each.message}" for each in findings(name) if each.rule not in JUSTIFIED} == set()


def test_every_justification_is_needed() -> None:
    assert JUSTIFIED.keys() <= {each.rule for name in STACKS for each in findings(name)}
