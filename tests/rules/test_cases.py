"""Every rule on its page's examples and on its named cases."""

from collections.abc import Iterable, Mapping
from typing import Any

import pytest
import yaml

from aicost_iac.rules import Finding, World, all_rules, check
from aicost_iac.rules.engine import CRASHED
from aicost_iac.rules.registry import ids
from aicost_iac.rules.world import UNSEEN
from tests.rules.cases import FOLDER, Case, cases, examples
from tests.rules.documents import Document, world

CASES = [case for rule in ids() for case in cases(rule)]
# True of nearly every file, or what Checkov says already: an example that is about something else may have it.
ASIDE = frozenset(rule.id for rule in all_rules() if rule.folded or rule.group == "hygiene")


def pages(kind: str) -> list[Any]:
    """The examples of every page that are bad, or good."""
    found = [(rule, name, docs) for rule in ids() for name, docs in examples(rule).items() if name.startswith(kind)]
    return [pytest.param(rule, docs, id=f"{rule}-{name}") for rule, name, docs in found]


def of(rule: str, judged: World) -> list[Finding]:
    """What a rule finds, when all of them run; none of them crashes."""
    report = check(judged)
    assert not [each.message for each in report.findings if each.rule == CRASHED]
    found = [each for each in report.findings if each.rule == rule]
    for finding in found:
        assert_is_placed(finding, judged)
    return found


def assert_is_placed(finding: Finding, judged: World) -> None:
    """A path leads into the node's body; only its last part may be missing there."""
    [subject] = [each for each in judged.subjects if each.node.address == finding.address][:1]
    assert finding.message
    assert finding.fix
    value: Any = subject.body if finding.path[:1] != ("metadata",) else {"metadata": {"labels": {}, "annotations": {}}}
    for depth, key in enumerate(finding.path):
        if isinstance(value, str):
            # A document that stands in the node as text.
            value = yaml.safe_load(value)
        known = key in value if isinstance(value, Mapping) else isinstance(key, int) and key < len(value)
        assert known or depth == len(finding.path) - 1, f"{finding.path} leads nowhere in {finding.address}"
        value = value[key] if known else {}


def shown(found: Iterable[Finding]) -> list[str]:
    return [f"{each.rule} {each.severity}: {each.message}" for each in found]


@pytest.mark.parametrize(("rule", "docs"), pages("bad"))
def test_a_bad_example_is_found(rule: str, docs: tuple[Document, ...]) -> None:
    assert of(rule, world(docs))


@pytest.mark.parametrize(("rule", "docs"), pages("good"))
def test_a_good_example_is_good_to_its_own_rule(rule: str, docs: tuple[Document, ...]) -> None:
    assert shown(of(rule, world(docs))) == []


@pytest.mark.parametrize(("rule", "docs"), pages("good"))
def test_a_good_example_is_good_to_every_rule(rule: str, docs: tuple[Document, ...]) -> None:
    """An example is an excerpt: what it refers to may be elsewhere."""
    found = check(world(docs, complete=False)).findings
    assert shown(each for each in found if each.rule not in ASIDE and not each.message.endswith(UNSEEN)) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}-{case.name.replace(' ', '-')}")
def test_case(case: Case) -> None:
    found = of(case.rule, case.world)
    if not case.fires:
        assert shown(found) == []
        return
    assert found
    assert case.count in (None, len(found)), shown(found)
    assert {each.severity for each in found} == {case.severity} or not case.severity
    assert any(case.message in f"{each.message} {each.fix}" for each in found), shown(found)
    assert not case.usd or str(found[0].usd_month) == case.usd


@pytest.mark.parametrize("rule", ids())
def test_a_rule_has_cases_enough(rule: str) -> None:
    """Beside its page's examples: one more that fails, two that pass, one of them a near miss."""
    passing = [case for case in cases(rule) if not case.fires]
    assert len(cases(rule)) > len(passing) >= 2
    assert any(case.near_miss for case in passing)
    assert not [case.name for case in cases(rule) if case.near_miss and case.fires]


def test_every_file_of_cases_is_of_a_rule() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(ids())
