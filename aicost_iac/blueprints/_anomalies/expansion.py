"""Monitors, the topic, and the subscriptions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal, cast

from aicost_iac.blueprints._tagging.carriers import uncarried
from aicost_iac.blueprints._tagging.taxonomy import tag_key
from aicost_iac.errors import InvalidBlueprint
from aicost_iac.expr import Text
from aicost_iac.plan import Output, Plan, Resource
from aicost_iac.terraform import cost_explorer
from aicost_iac.terraform.cost_explorer import ExpressionKind
from aicost_iac.terraform.messaging import Publishers, account, encrypted_topic
from aicost_iac.terraform.tagging import Tags

if TYPE_CHECKING:
    from aicost_iac.blueprints._anomalies.alerts import AnomalyAlert
    from aicost_iac.blueprints.anomaly_detection import AnomalyDetection
    from aicost_iac.model import Context

# https://docs.aws.amazon.com/cost-management/latest/userguide/ad-SNS.html
PUBLISHER = "costalerts.amazonaws.com"


def expand(detection: AnomalyDetection, context: Context) -> Plan:
    """Everything, once the tags are known to be carried."""
    missing = [] if detection.elsewhere else list(uncarried("by_tags", detection.tag_values, context.seen))
    if missing:
        raise InvalidBlueprint(f"AnomalyDetection {detection.name!r}", missing)
    tags = context.tags.keys()
    made = dict(_monitors(detection, tags))
    arns: dict[str, Text] = {name: monitor.ref("arn") for name, monitor in made.items()}
    if detection.service_monitor_arn is not None:
        arns["services"] = detection.service_monitor_arn
    topic = _topic(detection, context.partition, tags)
    topic_arn = topic[1].ref("arn") if topic else detection.topic_arn
    subscriptions = [_subscription(detection, alert, arns, topic_arn, tags) for alert in detection.alerts]
    outputs = {"monitor_arns": Output(dict(sorted(arns.items())), "By what they watch")}
    if topic_arn is not None:
        outputs["topic_arn"] = Output(topic_arn, "Where single anomalies are published")
    return Plan((*made.values(), *topic, *subscriptions), outputs=outputs, external=detection.reads())


def _monitors(detection: AnomalyDetection, tags: Tags) -> Iterator[tuple[str, Resource]]:
    def custom(part: str, kind: ExpressionKind, key: str, values: Sequence[str]) -> tuple[str, Resource]:
        name = detection.named(part).replace(".", "_").replace(" ", "_")
        return part, cost_explorer.custom_monitor(name, f"{detection.name}-{part}", kind, key, values, tags)

    if detection.services:
        # One per account: a second one in the same root is a clash of addresses, before AWS refuses it.
        yield "services", cost_explorer.service_monitor("services", f"{detection.name}-services", tags)
    for key, values in detection.tag_values.items():
        yield custom(key, "Tags", key, values)
    if detection.accounts:
        yield custom("accounts", "Dimensions", "LINKED_ACCOUNT", detection.accounts)
    for category, value in detection.cost_categories.items():
        yield custom(category, "CostCategories", category, [value])


def _topic(detection: AnomalyDetection, partition: str, tags: Tags) -> list[Resource]:
    if not detection.immediate or detection.topic_arn is not None:
        return []
    where = account(detection.named("account"))
    publishers = Publishers((PUBLISHER,), where.ref("account_id"), partition)
    name = f"{detection.name}-anomalies"
    return [where, *encrypted_topic(detection.named("anomalies"), name, publishers, detection.topic_emails, tags)]


def _subscription(
    detection: AnomalyDetection, alert: AnomalyAlert, arns: dict[str, Text], topic_arn: Text | None, tags: Tags
) -> Resource:
    watched = [arns[tag_key(name)] for name in alert.monitors or detection.monitor_names]
    heard: list[tuple[Literal["EMAIL", "SNS"], Text]] = [("EMAIL", email) for email in alert.emails]
    if alert.frequency == "immediate" and topic_arn is not None:
        heard = [("SNS", topic_arn)]
    return cost_explorer.anomaly_subscription(
        detection.named(alert.name),
        f"{detection.name}-{alert.name}",
        watched,
        cast("cost_explorer.Frequency", alert.frequency.upper()),
        heard,
        alert.threshold,
        tags,
    )
