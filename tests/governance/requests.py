"""Requests as the AWS provider makes them of our budgets, and botocore's model of what AWS takes.

botocore itself checks names and types; patterns, enumerations and sizes stand in its model and are checked here.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from botocore.loaders import Loader
from botocore.model import ListShape, MapShape, ServiceModel, Shape, StructureShape
from botocore.validate import ParamValidator

from aicost_iac import Resource

MODEL = ServiceModel(Loader().load_service_model("budgets", "service-2"))
ACCOUNT = "123456789012"


def create_budget(budget: Resource) -> dict[str, Any]:
    """CreateBudget. https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_CreateBudget.html"""
    body = budget.body
    wanted = {
        "BudgetName": body["name"],
        "BudgetType": body["budget_type"],
        "TimeUnit": body["time_unit"],
        **_limit(body),
        **_covers(body),
    }
    told = [_notification(each) for each in body["notification"]]
    tags = [{"Key": key, "Value": value} for key, value in body["tags"].items()]
    return {"AccountId": ACCOUNT, "Budget": wanted, "NotificationsWithSubscribers": told, "ResourceTags": tags}


def violations(request: Mapping[str, Any]) -> list[str]:
    """What AWS would refuse of a CreateBudget."""
    shape = MODEL.operation_model("CreateBudget").input_shape
    assert shape is not None
    report = ParamValidator().validate(request, shape)
    return [*([report.generate_report()] if report.has_errors() else []), *_broken(request, shape, "request")]


def _limit(body: Mapping[str, Any]) -> dict[str, Any]:
    if "planned_limit" in body:
        limits = {
            each["start_time"]: {"Amount": each["amount"], "Unit": each["unit"]} for each in body["planned_limit"]
        }
        return {"PlannedBudgetLimits": limits}
    if "auto_adjust_data" in body:
        [data] = body["auto_adjust_data"]
        [history] = data["historical_options"]
        options = {"BudgetAdjustmentPeriod": history["budget_adjustment_period"]}
        return {"AutoAdjustData": {"AutoAdjustType": data["auto_adjust_type"], "HistoricalOptions": options}}
    return {"BudgetLimit": _spend(body["limit_amount"], body["limit_unit"])}


def _spend(amount: str, unit: str) -> dict[str, str]:
    return {"Amount": amount, "Unit": unit}


def _covers(body: Mapping[str, Any]) -> dict[str, Any]:
    if "filter_expression" in body:
        return {"FilterExpression": _expression(body["filter_expression"][0]), "Metrics": body["metrics"]}
    filters = {each["name"]: each["values"] for each in body.get("cost_filter", [])}
    [types] = body["cost_types"]
    kinds = {"IncludeCredit": types["include_credit"], "IncludeRefund": types["include_refund"]}
    return {"CostFilters": filters, "CostTypes": kinds}


_NAMES = {"cost_categories": "CostCategories", "dimensions": "Dimensions", "tags": "Tags"}


def _expression(term: Mapping[str, Any]) -> dict[str, Any]:
    [(kind, operands)] = term.items()
    if kind == "and":
        return {"And": [_expression(each) for each in operands]}
    [operand] = operands
    if kind == "not":
        return {"Not": _expression(operand)}
    return {_NAMES[kind]: {"Key": operand["key"], "Values": operand["values"]}}


def _notification(block: Mapping[str, Any]) -> dict[str, Any]:
    heard = [("EMAIL", each) for each in block.get("subscriber_email_addresses", [])]
    heard += [("SNS", str(each)) for each in block.get("subscriber_sns_topic_arns", [])]
    notification = {
        "NotificationType": block["notification_type"],
        "ComparisonOperator": block["comparison_operator"],
        "Threshold": float(block["threshold"]),
        "ThresholdType": block["threshold_type"],
    }
    subscribers = [{"SubscriptionType": kind, "Address": address} for kind, address in heard]
    return {"Notification": notification, "Subscribers": subscribers}


def _broken(value: Any, shape: Shape, place: str) -> Iterator[str]:
    if isinstance(shape, StructureShape):
        for name, inner in value.items():
            yield from _broken(inner, shape.members[name], f"{place}.{name}")
    elif isinstance(shape, ListShape):
        yield from _sized(len(value), shape, place)
        for index, inner in enumerate(value):
            yield from _broken(inner, shape.member, f"{place}[{index}]")
    elif isinstance(shape, MapShape):
        for name, inner in value.items():
            yield from _broken(inner, shape.value, f"{place}.{name}")
    elif isinstance(value, str):
        yield from _text(value, shape, place)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from _sized(value, shape, place)


def _text(value: str, shape: Shape, place: str) -> Iterator[str]:
    yield from _sized(len(value), shape, place)
    allowed = getattr(shape, "enum", [])
    if allowed and value not in allowed:
        yield f"{place}: {value!r} is none of {allowed}"
    # Java's inline flag stands where Python wants it first.
    pattern = str(shape.metadata.get("pattern", "")).replace("(?i)", "")
    if pattern and not re.search(f"^(?:{pattern})$", value):
        yield f"{place}: {value!r} does not match {pattern}"


def _sized(size: float, shape: Shape, place: str) -> Iterator[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if (least is not None and size < least) or (most is not None and size > most):
        yield f"{place}: {size} is not within {least} and {most}"
