"""Ids are unique, stay what they are, and lead to a page with everything a reader needs."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from aicost_iac.rules import Rule, Subject, World, all_rules, page, registry
from aicost_iac.rules.findings import Told
from aicost_iac.rules.registry import collect, ids

FROZEN = Path(__file__).parent / "ids.txt"
SECTIONS = ("What happens", "Why it costs", "Bad", "Good")
REPOSITORY = Path(__file__).parents[2]
TWIN = """
from aicost_iac.rules.registry import rule

@rule("ONE001", "a-twin", severity="error", group="money", reads=("A",), source="https://a.b")
def judge(subject, world):
    yield
"""


def named(rule: Rule) -> str:
    return rule.id


def test_ids_are_the_ones_that_were_published() -> None:
    """An id that was published is never given to another rule, nor taken away: add new ones to the file."""
    assert FROZEN.read_text(encoding="utf-8").split("\n") == [*(f"{rule.id} {rule.name}" for rule in all_rules()), ""]


def test_names_are_unique() -> None:
    names = [rule.name for rule in all_rules()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("rule", all_rules(), ids=named)
def test_a_page_has_its_sections_in_order(rule: Rule) -> None:
    text = page(rule).text
    found = re.findall(rf"^({'|'.join(SECTIONS)}):", text, re.MULTILINE)
    assert [*dict.fromkeys(found)] == [*SECTIONS]
    assert page(rule).title.endswith(".")
    assert "\n" not in page(rule).title
    assert all(page(rule).bad)
    assert all(page(rule).good)


@pytest.mark.parametrize("rule", all_rules(), ids=named)
def test_a_rule_says_where_it_is_from(rule: Rule) -> None:
    assert re.fullmatch(r"https://\S+\.\S+", rule.source)
    assert (REPOSITORY / rule.path).is_file()
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", rule.name)
    assert rule.reads


def test_a_page_without_a_section_is_refused() -> None:
    [rule] = registry.some_rules(["KEDA001"])
    lame = replace(rule, judge=_judge)
    with pytest.raises(ValueError, match=r"KEDA001: the page lacks Bad, Good, What happens, Why it costs"):
        page(lame)


def test_an_id_that_stands_twice_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("one001_first", "one001_second", "two002_other"):
        (tmp_path / f"{name}.py").write_text(TWIN)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ValueError, match=r"ONE001 stands twice: in one001_first and in one001_second"):
        collect(["one001_first", "one001_second"])
    with pytest.raises(ValueError, match=r"two002_other holds ONE001: a rule's file starts with its id"):
        collect(["two002_other"])


def test_choosing_rules_loads_no_other() -> None:
    assert [rule.id for rule in registry.some_rules(["KEDA001", "NOTHING1"])] == ["KEDA001"]
    assert len(ids()) == len(set(ids()))


def _judge(subject: Subject, world: World) -> Iterator[Told]:
    """A page with nothing but a title."""
    yield from ()
