"""Accelerator spend, the untagged share and idle GPUs, out of Cost Explorer's and CloudWatch's answers."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from click.testing import CliRunner
from moto import mock_aws

from aicost_iac.advise import report, usage
from aicost_iac.advise.account import Period
from aicost_iac.advise.calls import AdviceError
from aicost_iac.cli import main
from tests.advise.stubs import KEYS, account, stubbed

END = datetime(2026, 11, 24, tzinfo=UTC)
FORMS = ("text", "markdown", "json")
PERIOD = Period(END - timedelta(days=2), END)


@pytest.fixture
def ce() -> Iterator[tuple[Any, Stubber]]:
    client, stubber = stubbed("ce")
    yield client, stubber
    stubber.deactivate()


def spent(stubber: Stubber) -> None:
    types = ["g6e.xlarge", "ml.g5.xlarge", "m5.large", "NoInstanceType"]
    found = {"DimensionValues": [{"Value": name} for name in types], "ReturnSize": 4, "TotalSize": 4}
    stubber.add_response("get_dimension_values", found)
    rows = [
        ("2026-11-22", "g6e.xlarge", "workload-type$training", "40"),
        ("2026-11-23", "g6e.xlarge", "workload-type$", "50"),
        ("2026-11-23", "ml.g5.xlarge", "workload-type$inference", "10"),
    ]
    results = [
        {
            "TimePeriod": {"Start": day, "End": "2026-11-24"},
            "Groups": [{"Keys": [kind, tag], "Metrics": {"UnblendedCost": {"Amount": usd, "Unit": "USD"}}}],
        }
        for day, kind, tag, usd in rows
    ]
    wanted = {
        "TimePeriod": {"Start": "2026-11-22", "End": "2026-11-24"},
        "Granularity": "DAILY",
        "Metrics": ["UnblendedCost"],
        "Filter": {"Dimensions": {"Key": "INSTANCE_TYPE", "Values": ["g6e.xlarge", "ml.g5.xlarge"]}},
        "GroupBy": [{"Type": "DIMENSION", "Key": "INSTANCE_TYPE"}, {"Type": "TAG", "Key": "workload-type"}],
    }
    stubber.add_response("get_cost_and_usage", {"ResultsByTime": results}, wanted)


def read(ce: Any, cloudwatch: Any) -> usage.Usage:
    clients = account(ce=ce, cloudwatch=cloudwatch)
    return usage.read(clients, PERIOD, "workload-type", Decimal(5), lambda text: None)


def test_spend_by_type_tag_and_day_and_what_stands_idle(ce: tuple[Any, Stubber]) -> None:
    client, stubber = ce
    spent(stubber)
    with mock_aws():
        cloudwatch = boto3.client("cloudwatch", **KEYS)
        publish(cloudwatch, "i-idle", "g6e.xlarge", 1.5)
        publish(cloudwatch, "i-busy", "g6e.xlarge", 80)
        found = read(client, cloudwatch)
    assert found.total == 100
    assert found.by(lambda each: each.instance_type) == {"g6e.xlarge": 90, "ml.g5.xlarge": 10}
    assert found.by(lambda each: each.tag) == {usage.UNTAGGED: 50, "training": 40, "inference": 10}
    assert found.untagged_share == Decimal("0.5")
    [idle] = found.idle
    assert (idle.instance_id, idle.instance_type, idle.gpu_percent) == ("i-idle", "g6e.xlarge", Decimal("1.5"))
    assert idle.usd_month == Decimal("1.861") * 730
    assert usage.per_unit(found, Decimal(2000)) == Decimal("0.05")
    assert found.notes == ()


def publish(cloudwatch: Any, instance: str, kind: str, percent: float) -> None:
    at = END - timedelta(hours=3)
    dimensions = [{"Name": "InstanceId", "Value": instance}, {"Name": "InstanceType", "Value": kind}]
    metric = {"MetricName": "nvidia_smi_utilization_gpu", "Dimensions": dimensions, "Timestamp": at, "Value": percent}
    cloudwatch.put_metric_data(Namespace="CWAgent", MetricData=[metric])


def test_without_metrics_it_says_so(ce: tuple[Any, Stubber]) -> None:
    client, stubber = ce
    spent(stubber)
    cloudwatch, metrics = stubbed("cloudwatch")
    metrics.add_response("list_metrics", {"Metrics": []})
    assert "idle GPUs can not be seen" in read(client, cloudwatch).notes[0]


def test_metrics_that_may_not_be_read_are_a_note(ce: tuple[Any, Stubber]) -> None:
    client, stubber = ce
    spent(stubber)
    cloudwatch, metrics = stubbed("cloudwatch")
    metrics.add_client_error("list_metrics", "AccessDenied")
    [note] = read(client, cloudwatch).notes
    assert "add cloudwatch:ListMetrics to the role" in note


def test_an_account_without_accelerators_is_a_sentence(ce: tuple[Any, Stubber]) -> None:
    client, stubber = ce
    found = {"DimensionValues": [{"Value": "m5.large"}], "ReturnSize": 1, "TotalSize": 1}
    stubber.add_response("get_dimension_values", found)
    with pytest.raises(AdviceError, match="no accelerator type was used from 2026-11-22 to 2026-11-24"):
        read(client, None)


def test_markdown_has_each_table_and_each_line() -> None:
    """As a page of a wiki shows it: a header, a rule and the same number of cells in every row."""
    spend = (usage.Spent("2026-11-22", "g6e.xlarge", "training", Decimal(30)),)
    idle = (usage.Idle("i-idle", "g6e.xlarge", Decimal("1.5"), None),)
    found = usage.Usage("workload-type", spend, idle, ("a note",))
    page = report.usage_markdown(found, Decimal(1000), "request")
    assert page.splitlines() == [
        "# Accelerator spend",
        "",
        "- 0.0 % of it carries no tag 'workload-type'",
        "- idle: i-idle (g6e.xlarge), GPUs at 1.5 %, at a price that is not known",
        "- $0.030000 per request",
        "- note: a note",
        "",
        "| instance type | spent |",
        "| --- | --- |",
        "| g6e.xlarge | $30.00 |",
        "| total | $30.00 |",
        "",
        "| workload-type | spent |",
        "| --- | --- |",
        "| training | $30.00 |",
        "",
        "| day | spent |",
        "| --- | --- |",
        "| 2026-11-22 | $30.00 |",
    ]


def test_the_command_prints_the_form_that_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    spend = (usage.Spent("2026-11-22", "g6e.xlarge", "training", Decimal(30)),)
    monkeypatch.setattr(usage, "read", lambda *_: usage.Usage("workload-type", spend, (), ()))
    forms = {form: CliRunner().invoke(main, ["advise", "usage", "--format", form]) for form in FORMS}
    assert {form: done.exit_code for form, done in forms.items()} == dict.fromkeys(FORMS, 0)
    assert forms["markdown"].stdout.startswith("# Accelerator spend\n")
    assert json.loads(forms["json"].stdout)["total_usd"] == "30.00"
    assert "|" not in forms["text"].stdout
    assert "g6e.xlarge" in forms["text"].stdout
