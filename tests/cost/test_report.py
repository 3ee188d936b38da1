"""The page: what stands on it, what does not appear, and that it needs nothing but itself."""

from __future__ import annotations

import re
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from aicost_iac import Resource
from aicost_iac.cli import main
from aicost_iac.cost import Root, estimate_roots
from aicost_iac.cost.report import Bar, html, page
from aicost_iac.plan import KubeObject, Node
from aicost_iac.rules import Finding, Report, Severity
from tests.cost.plans import assumed, mixed, node_pool, template, workload

CONFIG = """version: v1
mig-configs:
  seven:
  - devices: all
    mig-enabled: true
    mig-devices: {1g.10gb: 7}
"""


class Html(SingleFileSnapshotExtension):
    """`.html`"""

    _write_mode = WriteMode.TEXT
    file_extension = "html"


def fleet() -> tuple[Node, ...]:
    group = mixed({"g6e.xlarge": None, "g6e.4xlarge": None}, sizes=(1, 4, 8), strategy="lowest-price")
    return (template(), group, Resource("aws_sqs_queue", "q"))


def slices() -> tuple[Node, ...]:
    labels = {"nvidia.com/mig.config": "seven"}
    return (
        KubeObject("v1", "ConfigMap", "mig", "gpu-operator", body={"data": {"config.yaml": CONFIG}}),
        node_pool("cut", ["p5.4xlarge"], labels=labels, limits={"nvidia.com/gpu": 2}),
        workload("Deployment", {"nvidia.com/mig-1g.10gb": 1}, spec={"replicas": 3}, nodeSelector=labels),
    )


def pipeline() -> tuple[Node, ...]:
    from dataclasses import replace

    made = replace(workload("Deployment", {"cpu": "1"}, name="router"), origin="InferencePipeline/chat")
    figures = {"instance_type": "m7i.large", "requests_per_hour": "1000", "cache_hit_rate": "0.25"}
    return (replace(made, assume=tuple(assumed(*pair) for pair in figures.items())),)


def budget() -> tuple[Node, ...]:
    limit = {"budget_type": "COST", "time_unit": "MONTHLY", "limit_amount": "5000", "limit_unit": "USD"}
    return (Resource("aws_budgets_budget", "b", limit),)


def finding(rule: str, severity: Severity, usd: str | None) -> Finding:
    """As a rule tells it."""
    return Finding(
        rule=rule,
        name="a-name",
        severity=severity,
        group="money",
        address="aws_autoscaling_group.g",
        root="",
        path=(),
        message=f"{rule} happens",
        fix="write something else",
        usd_month=None if usd is None else Decimal(usd),
        source="",
        part="",
    )


NOTHING = Report((), ())
FOUND = Report((finding("ONE001", "warning", "120.00"), finding("TWO002", "error", None)), ())


def shown(*nodes: Node, title: str = "an app", findings: Report = NOTHING) -> str:
    roots = [Root("", nodes)]
    return html(page(title, roots, estimate_roots(roots), findings))


class Words(HTMLParser):
    """The text of a page, and everything its tags refer to."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.tags: list[str] = []
        self.refers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.refers += [value or "" for name, value in attrs if name in ("href", "src", "action", "data", "srcset")]

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def read(written: str) -> Words:
    words = Words()
    words.feed(written)
    return words


def sections(written: str) -> list[str]:
    return re.findall(r'<section id="(\w+)"', written)


def test_the_page_of_everything(snapshot: SnapshotAssertion) -> None:
    written = shown(*fleet(), *slices(), *pipeline(), *budget(), findings=FOUND)
    assert sections(written) == ["blueprints", "pipelines", "mig", "budgets", "findings", "unpriced", "notes"]
    assert written == snapshot(extension_class=Html)


def test_sections_appear_with_what_they_are_about() -> None:
    assert sections(shown()) == ["blueprints", "findings"]
    assert sections(shown(*fleet())) == ["blueprints", "findings", "unpriced", "notes"]
    assert "mig" in sections(shown(*slices()))
    assert "pipelines" in sections(shown(*pipeline()))
    assert "budgets" in sections(shown(*budget()))


def test_several_stacks_are_compared() -> None:
    roots = [Root("one", fleet()), Root("two", budget())]
    assert "stacks" not in sections(html(page("t", roots, estimate_roots(roots), Report((), ()))))
    roots = [Root("one", fleet()), Root("two", pipeline())]
    written = html(page("t", roots, estimate_roots(roots), Report((), ())))
    assert "stacks" in sections(written)


def test_it_says_the_amounts() -> None:
    text = " ".join(" ".join(read(shown(*fleet(), *pipeline(), *budget())).text).split())
    assert "expected, a month" in text
    assert "$5,534.91" in text
    assert "$0.0504 per 1,000 requests" in text
    assert "at worst" in text


def test_it_draws_each_slice_where_it_lies_and_prices_what_is_stranded() -> None:
    written = shown(*slices())
    assert re.findall(r'class="slice" style="grid-column:(\d) / span 1"', written) == [str(n) for n in range(1, 8)]
    assert "1 of 8 memory slices unused: $627.80 a month of each GPU" in " ".join(written.split())


def test_it_needs_nothing_but_itself() -> None:
    words = read(shown(*fleet(), *slices(), *pipeline(), *budget(), findings=FOUND))
    assert "script" not in words.tags
    assert set(words.tags).isdisjoint({"link", "img", "iframe", "object", "embed"})
    assert all(each.startswith("#") for each in words.refers)
    written = shown(*fleet())
    assert "default-src 'none'" in written
    assert "@import" not in written
    assert "url(" not in written


def test_findings_stand_with_errors_first_and_their_price() -> None:
    written = shown(*fleet(), findings=FOUND)
    assert written.index("TWO002") < written.index("ONE001")
    assert "$120.00" in written
    assert "The rules have nothing to say." in shown(*fleet())


def test_text_of_strangers_stays_text() -> None:
    nasty = '<script>alert("x")</script>'
    written = shown(Resource("aws_kms_key", "k", origin=nasty), title=nasty)
    assert nasty not in written
    assert "script" not in read(written).tags
    assert nasty in " ".join(read(written).text)


def test_the_same_input_gives_the_same_bytes() -> None:
    nodes = (*fleet(), *slices(), *pipeline(), *budget())
    assert shown(*nodes, findings=FOUND) == shown(*nodes, findings=FOUND)


def test_bars_share_a_scale_and_small_items_share_a_line() -> None:
    alarms = tuple(Resource("aws_cloudwatch_metric_alarm", f"a{index}", {"metric_name": "m"}) for index in range(9))
    roots = [Root("", (*fleet(), *alarms))]
    made = page("t", roots, estimate_roots(roots), Report((), ()))
    [group] = made.blueprints
    assert [row.name for row in group.items] == ["aws_autoscaling_group.g", "9 smaller ones"]
    assert group.bar.ceiling == 100
    assert sum(row.month.ceiling for row in group.items) == group.month.ceiling
    assert Bar(group.bar.floor, group.bar.expected, group.bar.ceiling).span == 100 - group.bar.floor


def test_the_command_writes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).parents[2])
    out = tmp_path / "report.html"
    result = CliRunner().invoke(main, ["report", "--app", "stacks:app", "--out", str(out)])
    assert (result.exit_code, result.stdout) == (0, f"{out}\n")
    text = " ".join(read(out.read_text(encoding="utf-8")).text)
    assert "What it costs: training" in text
    assert "SpotTrainingFleet/ranker-sweep" in text
    refused = CliRunner().invoke(main, ["report", "--app", "stacks:app", "--out", str(tmp_path / "no" / "x.html")])
    assert refused.exit_code == 2
    assert "No such file or directory" in refused.stderr
