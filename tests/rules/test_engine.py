"""The engine: what a rule says becomes a finding, a crash is one too, and suppressions are accounted for."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType

import pytest

from aicost_iac.fields import Suppress
from aicost_iac.plan import KubeObject, Node
from aicost_iac.rules import Cost, Finding, Report, Rule, Subject, World, check, engine
from aicost_iac.rules.findings import Told
from aicost_iac.rules.registry import ids
from aicost_iac.rules.suppressions import UNEXPLAINED, UNKNOWN, UNUSED


def judge(subject: Subject, world: World) -> Iterator[Told]:
    """Two things about every Pod."""
    yield Told(("spec",), "is small", "grow", cost=Cost(Decimal("12.50"), "2026-07-20"), part="size")
    yield Told(("spec",), "is blue", "paint it", severity="warning", part="colour")


def crash(subject: Subject, world: World) -> Iterator[Told]:
    yield Told((), "before it breaks", "")
    raise KeyError("spec")


POD001 = Rule("POD001", "a-pod", "error", "money", ("Pod", "Job", "Pod"), "https://example.com", judge)


@pytest.fixture
def rules(monkeypatch: pytest.MonkeyPatch) -> list[Rule]:
    """The rules that the engine knows: one, unless a test adds more."""
    known = [POD001]
    monkeypatch.setattr(engine, "ids", lambda: tuple(each.id for each in known))
    monkeypatch.setattr("aicost_iac.rules.suppressions.ids", lambda: tuple(each.id for each in known))
    monkeypatch.setattr(engine, "some_rules", lambda wanted: tuple(each for each in known if each.id in wanted))
    return known


def pod(name: str = "a", *suppressed: str, reason: str = "it is meant to be", origin: str = "") -> KubeObject:
    unchecked = tuple(Suppress.model_construct(rule=rule, reason=reason) for rule in suppressed)
    return KubeObject("v1", "Pod", name, body={"spec": {}}, suppress=unchecked, origin=origin)


def judged(*nodes: Node, root: str = "") -> Report:
    return check(World(tuple(Subject(node, root) for node in nodes)))


def said(report: Report) -> list[tuple[str, str]]:
    return [(each.rule, each.part) for each in report.findings]


def test_what_is_told_becomes_a_finding_with_all_that_is_known_of_the_rule(rules: list[Rule]) -> None:
    size, colour = judged(pod(), root="k8s").findings
    assert size == Finding(
        rule="POD001",
        name="a-pod",
        severity="error",
        group="money",
        address="v1/Pod//a",
        root="k8s",
        path=("spec",),
        message="is small",
        fix="grow",
        usd_month=Decimal("12.50"),
        source="https://example.com",
        part="size",
        priced_on="2026-07-20",
    )
    assert (colour.severity, colour.usd_month, colour.priced_on) == ("warning", None, "")


def test_errors_and_warnings_are_told_apart(rules: list[Rule]) -> None:
    report = judged(pod())
    assert ([each.part for each in report.errors], [each.part for each in report.warnings]) == (["size"], ["colour"])


def test_a_severity_of_the_caller_replaces_the_rules_own_and_never_makes_an_error_of_a_doubt(rules: list[Rule]) -> None:
    def severities(chosen: dict[str, str]) -> list[str]:
        world = World((Subject(pod()),))
        return [each.severity for each in check(world, severities=MappingProxyType(chosen)).findings]  # type: ignore[arg-type]

    assert severities({"POD001": "warning"}) == ["warning", "warning"]
    assert severities({"POD001": "error"}) == ["error", "warning"]


def test_a_rule_sees_a_node_once_and_only_kinds_it_reads(rules: list[Rule]) -> None:
    assert len(judged(pod()).findings) == 2
    assert judged(KubeObject("v1", "Secret", "a")).findings == ()


def test_rules_can_be_chosen_and_left_out(rules: list[Rule]) -> None:
    rules.append(replace(POD001, id="POD002"))
    world = World((Subject(pod()),))
    assert {each.rule for each in check(world, only=["POD002"]).findings} == {"POD002"}
    assert {each.rule for each in check(world, disabled=["POD002"]).findings} == {"POD001"}


def test_a_rule_that_crashes_is_an_error_and_not_a_pass(rules: list[Rule]) -> None:
    rules.append(replace(POD001, id="POD002", judge=crash))
    found = judged(pod())
    [crashed] = [each for each in found.errors if each.rule == engine.CRASHED]
    assert "POD002 crashed here (KeyError: 'spec', test_engine.py:" in crashed.message
    assert crashed.part == "POD002"
    assert "disable POD002" in crashed.fix
    assert [each.message for each in found.findings if each.rule == "POD002"] == ["before it breaks"]


def test_a_crash_can_not_be_suppressed(rules: list[Rule]) -> None:
    rules[0] = replace(POD001, judge=crash)
    assert (engine.CRASHED, "POD001") in said(judged(pod("a", "POD001", engine.CRASHED)))


def test_a_suppression_with_a_reason_is_kept_with_its_finding(rules: list[Rule]) -> None:
    report = judged(pod("a", "POD001"))
    assert report.findings == ()
    assert [(each.finding.part, each.reason) for each in report.suppressed] == [
        ("size", "it is meant to be"),
        ("colour", "it is meant to be"),
    ]


def test_one_of_several_findings_can_be_suppressed_alone(rules: list[Rule]) -> None:
    report = judged(pod("a", "POD001[colour]"))
    assert said(report) == [("POD001", "size")]
    assert [each.finding.part for each in report.suppressed] == ["colour"]


def test_a_suppression_that_was_not_needed_is_reported(rules: list[Rule]) -> None:
    unused = judged(pod("a", "POD001[shape]")).findings[-1]
    assert (unused.rule, unused.severity, unused.group) == (UNUSED, "warning", "hygiene")
    assert "POD001[shape], which has nothing to say here" in unused.message


def test_a_suppression_of_no_rule_is_reported_with_the_nearest_one(rules: list[Rule]) -> None:
    unknown = judged(pod("a", "POD010")).findings[-1]
    assert (unknown.rule, unknown.fix) == (UNKNOWN, "did you mean 'POD001'?")


@pytest.mark.parametrize("reason", ["", "  because ", "short"])
def test_a_suppression_without_a_reason_is_not_honoured(rules: list[Rule], reason: str) -> None:
    report = judged(pod("a", "POD001", reason=reason))
    assert said(report) == [("POD001", "size"), ("POD001", "colour"), (UNEXPLAINED, "")]
    assert report.suppressed == ()


def test_a_suppression_of_a_rule_that_did_not_run_is_no_ones_business(rules: list[Rule]) -> None:
    world = World((Subject(pod("a", "POD001")),))
    assert check(world, disabled=["POD001"]).findings == ()


def test_a_blueprint_suppresses_on_all_its_nodes_and_needs_it_on_one(rules: list[Rule]) -> None:
    spare = replace(pod("b", "POD001", origin="fleet"), kind="Secret")
    assert judged(pod("a", "POD001", origin="fleet"), spare).findings == ()
    assert said(judged(spare)) == [(UNUSED, "")]


def test_what_a_whole_stack_suppresses_has_to_be_needed_by_one_of_its_blueprints(rules: list[Rule]) -> None:
    other = replace(pod("b", "POD001", origin="other"), kind="Secret")
    assert judged(pod("a", "POD001", origin="fleet"), other, root="stack").findings == ()


def test_a_suppression_written_by_hand_has_to_be_needed_where_it_stands(rules: list[Rule]) -> None:
    by_hand = replace(pod("b", "POD001"), kind="Secret")
    assert [each.address for each in judged(pod("a", "POD001"), by_hand).findings] == ["v1/Secret//b"]


def test_every_published_rule_is_known_to_suppressions() -> None:
    assert "KEDA001" in ids()
    assert said(judged(KubeObject("v1", "Secret", "a", suppress=(Suppress(rule="KEDA001", reason="woken by hand"),))))
