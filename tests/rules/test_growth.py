"""The work a rule does for a node does not grow with the set the node stands in."""

import copy
import json
import sys
from collections.abc import Iterator
from types import FrameType
from typing import Any

import pytest

from aicost_iac.rules import Rule, World, all_rules
from tests.rules.cases import examples
from tests.rules.documents import Document, world

FEW, MANY = 2, 8
# What is made once for a world is in the few already; the rest may not get more by more than this for each node.
GROWTH = 1.35


def _copies(count: int) -> World:
    """The pages' examples again and again, each time in a place and under names of its own."""
    documents = [
        _renamed(document, f"{rule.id.lower()}-{name.replace(' ', '-')}-{index}")
        for index in range(count)
        for rule in all_rules()
        for name, listed in examples(rule.id).items()
        for document in listed
    ]
    return world(documents)


def _renamed(document: Document, suffix: str) -> Document:
    made: dict[str, Any] = copy.deepcopy(dict(document))
    if "operation" in made:
        return {**made, "name": suffix}
    if "apiVersion" in made:
        made["metadata"] = {**made.get("metadata", {}), "namespace": suffix}
        return made
    text = json.dumps(made)
    for kind, name in _addresses(made):
        text = text.replace(f'"{name}": {{', f'"{name}-{suffix}": {{').replace(
            f"{kind}.{name}.", f"{kind}.{name}-{suffix}."
        )
    renamed: dict[str, Any] = json.loads(text)
    return renamed


def _addresses(document: Document) -> Iterator[tuple[str, str]]:
    for block in ("resource", "data"):
        for kind, named in document.get(block, {}).items():
            yield from ((kind, name) for name in named)


def _work(rule: Rule, made: World) -> tuple[int, int]:
    """Functions called to judge every node the rule reads, and how many nodes those are."""
    subjects = list(made.of(*rule.reads))
    calls = 0

    def count(frame: FrameType, event: str, arg: object) -> None:
        nonlocal calls
        calls += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        for subject in subjects:
            list(rule.judge(subject, made))
    finally:
        sys.setprofile(before)
    return calls, len(subjects)


@pytest.fixture(scope="module")
def few() -> World:
    return _copies(FEW)


@pytest.fixture(scope="module")
def many() -> World:
    return _copies(MANY)


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.id)
def test_work_per_node_is_flat(rule: Rule, few: World, many: World) -> None:
    (less, nodes_of_few), (more, nodes_of_many) = _work(rule, few), _work(rule, many)
    assert nodes_of_many == nodes_of_few * MANY // FEW
    assert more / nodes_of_many <= GROWTH * less / nodes_of_few
