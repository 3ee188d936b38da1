"""AnomalyDetection: monitors, subscriptions, and which frequency speaks through which channel."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from aicost_iac import AnomalyAlert, AnomalyDetection, CostTags, Plan, Ref
from aicost_iac.errors import DuplicateAddress, InvalidBlueprint
from tests.governance.stacks import EMAILS, fleet, made_by, one, stack, statements

NOW = AnomalyAlert(name="now", frequency="immediate", above_usd=Decimal(500), above_percent=Decimal(40))
DIGEST = AnomalyAlert(name="digest", frequency="daily", above_usd=Decimal("100.50"), emails=EMAILS)


def detection(**fields: Any) -> AnomalyDetection:
    given = {"by_tags": {"workload_type": "training"}, "alerts": [DIGEST], **fields}
    return AnomalyDetection(name="spend", **given)


def specifications(plan: Plan) -> dict[str, Any]:
    """Of custom monitors, without the members that are not used."""
    found = {}
    for monitor in plan.of_type("aws_ce_anomaly_monitor"):
        if "monitor_specification" in monitor.body:
            written = json.loads(str(monitor.body["monitor_specification"]))
            found[monitor.body["name"]] = {key: value for key, value in written.items() if value is not None}
    return found


def test_monitors_of_every_kind() -> None:
    plan = made_by(
        detection(
            services=True,
            by_tags=CostTags(team="vision", workload_type="training"),
            accounts=["123456789012", "210987654321"],
            cost_categories={"Team": "Vision"},
        )
    )
    assert specifications(plan) == {
        "spend-team": {"Tags": {"Key": "team", "MatchOptions": None, "Values": ["vision"]}},
        "spend-workload-type": {"Tags": {"Key": "workload-type", "MatchOptions": None, "Values": ["training"]}},
        "spend-accounts": {
            "Dimensions": {"Key": "LINKED_ACCOUNT", "MatchOptions": None, "Values": ["123456789012", "210987654321"]}
        },
        "spend-Team": {"CostCategories": {"Key": "Team", "MatchOptions": None, "Values": ["Vision"]}},
    }
    services = one(plan, "aws_ce_anomaly_monitor", "services")
    assert (services["monitor_type"], services["monitor_dimension"]) == ("DIMENSIONAL", "SERVICE")


def test_an_existing_monitor_of_services_is_told_of_not_made() -> None:
    theirs = "arn:aws:ce::123456789012:anomalymonitor/11111111-2222-3333-4444-555555555555"
    plan = made_by(detection(by_tags={}, service_monitor_arn=theirs))
    assert not list(plan.of_type("aws_ce_anomaly_monitor"))
    assert one(plan, "aws_ce_anomaly_subscription")["monitor_arn_list"] == [theirs]


def test_two_monitors_of_services_in_one_root_are_refused_before_aws_does() -> None:
    second = AnomalyDetection(name="more", services=True, alerts=[DIGEST])
    with pytest.raises(DuplicateAddress, match=r"aws_ce_anomaly_monitor\.services"):
        stack(detection(services=True), second, fleet()).plan()


def test_thresholds_are_one_both_or_either() -> None:
    def threshold(alert: AnomalyAlert) -> Any:
        return one(made_by(detection(alerts=[alert])), "aws_ce_anomaly_subscription")["threshold_expression"]

    usd, percent = (
        {"dimension": [condition]} for condition in (_impact("ABSOLUTE", "500"), _impact("PERCENTAGE", "40"))
    )
    assert threshold(NOW) == [{"and": [usd, percent]}]
    assert threshold(NOW.model_copy(update={"combine": "or"})) == [{"or": [usd, percent]}]
    assert threshold(DIGEST) == [{"dimension": [_impact("ABSOLUTE", "100.50")]}]


def _impact(kind: str, value: str) -> dict[str, Any]:
    key = f"ANOMALY_TOTAL_IMPACT_{kind}"
    return {"key": key, "match_options": ["GREATER_THAN_OR_EQUAL"], "values": [value]}


def test_single_alerts_go_to_a_topic_and_summaries_by_mail() -> None:
    plan = made_by(detection(alerts=[NOW, DIGEST], topic_emails=["oncall@example.com"]))
    now = one(plan, "aws_ce_anomaly_subscription", "spend_now")
    topic = Ref("aws_sns_topic.spend_anomalies", "arn")
    assert (now["frequency"], now["subscriber"]) == ("IMMEDIATE", [{"type": "SNS", "address": topic}])
    digest = one(plan, "aws_ce_anomaly_subscription", "spend_digest")
    assert (digest["frequency"], digest["subscriber"]) == ("DAILY", [{"type": "EMAIL", "address": EMAILS[0]}])
    for kind in ("aws_sns_topic_policy", "aws_kms_key"):
        assert statements(plan, kind)[-1]["Principal"] == {"Service": ["costalerts.amazonaws.com"]}
        assert list(statements(plan, kind)[-1]["Condition"]["StringEquals"]) == ["aws:SourceAccount"]


def test_an_alert_may_watch_some_monitors_only() -> None:
    some = DIGEST.model_copy(update={"monitors": ("workload_type",)})
    plan = made_by(detection(services=True, alerts=[some]))
    watched = one(plan, "aws_ce_anomaly_subscription")["monitor_arn_list"]
    assert watched == [Ref("aws_ce_anomaly_monitor.spend_workload_type", "arn")]


ARN = "arn:aws:sns:us-east-1:123456789012:a"
BAD: Mapping[str, tuple[Mapping[str, Any], str]] = {
    "nothing to watch": ({"by_tags": {}}, "services: or another monitor is required"),
    "no alert": ({"alerts": []}, "alerts: Value should have at least 1 item"),
    "services twice": (
        {"services": True, "service_monitor_arn": "arn:aws:ce::123456789012:anomalymonitor/a"},
        "service_monitor_arn: and services are two ways to one monitor",
    ),
    "eleven values": ({"by_tags": {"team": list("abcdefghijk")}}, "by_tags.team: needs 1 to 10 values (got 11)"),
    "no value": ({"by_tags": {"team": []}}, "by_tags.team: needs 1 to 10 values (got 0)"),
    "eleven accounts": ({"accounts": [f"{n:012}" for n in range(11)]}, "accounts: "),
    "an alert twice": ({"alerts": [DIGEST, DIGEST]}, "alerts: hold one name twice (got 'digest')"),
    "no such monitor": (
        {"alerts": [DIGEST.model_copy(update={"monitors": ("teams",)})]},
        "alerts.0.monitors: name a monitor that is not there (got 'teams')",
    ),
    "a topic for mails": ({"topic_arn": ARN}, "topic_arn: has nothing to publish"),
    "two topics": (
        {"topic_arn": ARN, "topic_emails": EMAILS, "alerts": [NOW]},
        "topic_emails: and topic_arn are two ways to one end",
    ),
    "a category of a key's name": ({"cost_categories": {"workload-type": "a"}}, "has the name of another monitor"),
}


@pytest.mark.parametrize("case", BAD)
def test_detection_that_could_not_work(case: str) -> None:
    fields, message = BAD[case]
    with pytest.raises(InvalidBlueprint) as refused:
        detection(**fields)
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"frequency": "daily", "emails": EMAILS}, "above_usd: or above_percent is required"),
        ({"frequency": "immediate", "above_usd": 1, "emails": EMAILS}, "emails: can not be told at once"),
        ({"frequency": "weekly", "above_usd": 1}, "emails: is required: a weekly summary is a mail"),
        ({"frequency": "hourly", "above_usd": 1}, "frequency: Input should be 'immediate', 'daily' or 'weekly'"),
        ({"frequency": "daily", "above_percent": -1, "emails": EMAILS}, "above_percent: Input should be greater"),
        ({"frequency": "daily", "above_usd": 1, "emails": EMAILS * 2}, "emails: name one address twice"),
    ],
)
def test_an_alert_that_aws_would_refuse(fields: Mapping[str, Any], message: str) -> None:
    with pytest.raises(InvalidBlueprint) as refused:
        AnomalyAlert(name="alert", **fields)
    assert message in str(refused.value)


def test_a_tag_that_nothing_carries_is_watched_in_vain() -> None:
    with pytest.raises(InvalidBlueprint, match=r"by_tags\.team: has a value that nothing in the app carries"):
        stack(detection(by_tags={"team": "speech"}), fleet()).plan()
    assert stack(detection(by_tags={"team": "speech"}, elsewhere=True), fleet()).plan().resources
