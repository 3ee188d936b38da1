"""Read from a Terraform document alone: the tags that filters name, and the tags that something carries."""

import json
from collections.abc import Iterator
from typing import Any

# A budget's own topic carries tags as well: what watches does not count as what is watched.
WATCHERS = ("AnomalyDetection/", "BudgetLadder/", "TagPolicy/")


def named(document: dict[str, Any]) -> set[tuple[str, str]]:
    """Keys and values of budgets' filters, in either spelling, and of anomaly monitors."""
    resources = document["resource"]
    found: set[tuple[str, str]] = set()
    for budget in resources["aws_budgets_budget"].values():
        for block in budget.get("cost_filter", []):
            if block["name"] == "TagKeyValue":
                found |= {_taken_apart(value) for value in block["values"]}
        for term in _tags_of(budget.get("filter_expression", [])):
            found |= {(term["key"], value) for value in term["values"]}
    for monitor in resources.get("aws_ce_anomaly_monitor", {}).values():
        wanted = json.loads(monitor.get("monitor_specification", "{}")).get("Tags") or {"Values": []}
        found |= {(wanted["Key"], value) for value in wanted["Values"]}
    return found


def carried(document: dict[str, Any]) -> set[tuple[str, str]]:
    """Tags of resources that are not there to watch, and of what launch templates start."""
    return {
        pair
        for named_resources in document["resource"].values()
        for body in named_resources.values()
        if not _origin(body).startswith(WATCHERS)
        for pair in _pairs(body)
    }


def _origin(body: dict[str, Any]) -> str:
    return str(body.get("//", {}).get("aicost", {}).get("origin", ""))


def _pairs(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, list):
        for item in value:
            yield from _pairs(item)
    elif isinstance(value, dict):
        if isinstance(value.get("tags"), dict):
            yield from value["tags"].items()
        for item in value.values():
            yield from _pairs(item)


def _tags_of(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        for item in value:
            yield from _tags_of(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from item if key == "tags" else _tags_of(item)


def _taken_apart(written: str) -> tuple[str, str]:
    prefix, separator, rest = written.partition(":")
    assert (prefix, separator) == ("user", ":")
    key, separator, value = rest.partition("$")
    assert separator, written
    return key, value
