"""Cost Explorer: tags that billing looks at, anomalies, and categories of spend.

https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_Operations_AWS_Cost_Explorer_Service.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal

from aicost_iac.expr import Text, json_document
from aicost_iac.plan import Resource
from aicost_iac.terraform.tagging import Tags

Frequency = Literal["IMMEDIATE", "DAILY", "WEEKLY"]
ExpressionKind = Literal["CostCategories", "Dimensions", "Tags"]
_EXPRESSION = ("And", "CostCategories", "Dimensions", "Not", "Or", "Tags")
SplitMethod = Literal["PROPORTIONAL", "EVEN", "FIXED"]
METHODS: Mapping[str, SplitMethod] = {"proportional": "PROPORTIONAL", "even": "EVEN", "fixed": "FIXED"}


def activation(key: str) -> Resource:
    """A tag key activated for cost allocation. An account has one per key, so its address is the key's own.

    AWS refuses a key that no bill has shown yet, and takes it from the management account only:
    https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/activating-tags.html
    """
    body = {"tag_key": key, "status": "Active"}
    return Resource("aws_ce_cost_allocation_tag", f"tag_{key}".replace("-", "_").replace(".", "_"), body)


def service_monitor(name: str, monitor_name: str, tags: Tags) -> Resource:
    """Every AWS service by itself. An account has one such monitor."""
    body = {"name": monitor_name, "monitor_type": "DIMENSIONAL", "monitor_dimension": "SERVICE", "tags": tags}
    return Resource("aws_ce_anomaly_monitor", name, body)


def custom_monitor(
    name: str, monitor_name: str, kind: ExpressionKind, key: str, values: Sequence[str], tags: Tags
) -> Resource:
    """Chosen spend as one sum.

    The specification names what it does not use, too: the provider reads it back with every member, and replaces the
    monitor where one is missing. https://github.com/hashicorp/terraform-provider-aws/issues/39885
    """
    specification: dict[str, Any] = dict.fromkeys(_EXPRESSION)
    specification[kind] = {"Key": key, "MatchOptions": None, "Values": list(values)}
    body = {
        "name": monitor_name,
        "monitor_type": "CUSTOM",
        "monitor_specification": json_document(specification),
        "tags": tags,
    }
    return Resource("aws_ce_anomaly_monitor", name, body)


def impact(kind: Literal["ABSOLUTE", "PERCENTAGE"], at_least: Decimal) -> dict[str, Any]:
    """One condition of a threshold: USD, or percent, above what was to be expected."""
    dimension = {
        "key": f"ANOMALY_TOTAL_IMPACT_{kind}",
        "match_options": ["GREATER_THAN_OR_EQUAL"],
        "values": [f"{at_least:f}"],
    }
    return {"dimension": [dimension]}


def anomaly_subscription(
    name: str,
    subscription_name: str,
    monitors: Sequence[Text],
    frequency: Frequency,
    subscribers: Sequence[tuple[Literal["EMAIL", "SNS"], Text]],
    threshold: Mapping[str, Any],
    tags: Tags,
) -> Resource:
    """Who hears of anomalies of some monitors."""
    body = {
        "name": subscription_name,
        "frequency": frequency,
        "monitor_arn_list": list(monitors),
        "subscriber": [{"type": kind, "address": address} for kind, address in subscribers],
        "threshold_expression": [threshold],
        "tags": tags,
    }
    return Resource("aws_ce_anomaly_subscription", name, body)


def cost_category(
    name: str, category: str, key: str, values: Sequence[str], split: Sequence[Mapping[str, Any]], tags: Tags
) -> Resource:
    """Spend by the values of one tag, the rest as `untagged`; from the first of this month.

    https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/manage-cost-categories.html
    """
    rules: list[dict[str, Any]] = [
        {"value": value, "rule": [{"tags": [{"key": key, "match_options": ["EQUALS"], "values": [value]}]}]}
        for value in values
    ]
    return _category(name, category, rules, tags, split)


def inherited_category(name: str, category: str, key: str, tags: Tags) -> Resource:
    """Spend by whatever values a tag has, and the rest as `untagged`."""
    inherited = {"dimension_name": "TAG", "dimension_key": key}
    return _category(name, category, [{"type": "INHERITED_VALUE", "inherited_value": [inherited]}], tags)


UNTAGGED = "untagged"
"""The value of a cost category that holds what no rule matched."""


def split_charge(source: str, targets: Mapping[str, str], method: SplitMethod) -> dict[str, Any]:
    """The cost of one value, charged to others; `targets` say their percentages where the method is `FIXED`."""
    percentages = [{"type": "ALLOCATION_PERCENTAGES", "values": list(targets.values())}]
    return {
        "source": source,
        "method": method,
        "targets": list(targets),
        "parameter": percentages if method == "FIXED" else [],
    }


def _category(
    name: str,
    category: str,
    rules: Sequence[Mapping[str, Any]],
    tags: Tags,
    split: Sequence[Mapping[str, Any]] = (),
) -> Resource:
    body = {
        "name": category,
        "rule_version": "CostCategoryExpression.v1",
        "default_value": UNTAGGED,
        "rule": list(rules),
        "split_charge_rule": list(split),
        "tags": tags,
    }
    return Resource("aws_ce_cost_category", name, body)
