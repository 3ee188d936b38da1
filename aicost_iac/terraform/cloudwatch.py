"""Alarms on metric math.

Limits: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from aicost_iac.expr import Text
from aicost_iac.plan import Resource
from aicost_iac.terraform.tagging import Tags

MissingData = Literal["breaching", "notBreaching", "ignore", "missing"]
# Of one alarm, for one state.
MAX_ACTIONS = 5
DAY = 86_400
WEEK = 7 * DAY


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric of an alarm's expression; `id` is its name in there."""

    id: str
    namespace: str
    name: str
    statistic: str
    dimensions: Mapping[str, Text]

    def query(self, period: int) -> dict[str, Any]:
        metric = {
            "dimensions": self.dimensions,
            "metric_name": self.name,
            "namespace": self.namespace,
            "period": period,
            "stat": self.statistic,
        }
        return {"id": self.id, "metric": [metric], "return_data": False}


@dataclass(frozen=True, slots=True)
class Breach:
    """ALARM when `expression` `comparison` `threshold` for `minutes` without a break, or `datapoints` times in them."""

    expression: str
    threshold: float
    minutes: int
    missing: MissingData
    comparison: Literal["GreaterThanThreshold", "LessThanThreshold"] = "GreaterThanThreshold"
    datapoints: int | None = None
    every: int | None = None
    """Seconds between two values of a metric that is slower than a minute."""

    @property
    def period(self) -> int:
        """Seconds. A minute; an hour where the window is longer than the day that minutes may cover."""
        return self.every or (60 if self.minutes * 60 <= DAY else 3600)


def expression_alarm(
    name: str,
    alarm_name: str,
    metrics: Sequence[Metric],
    breach: Breach,
    actions: Sequence[Text],
    tags: Tags,
    text: str,
) -> Resource:
    """An alarm on one expression over several metrics. `text` says what it means and what to do."""
    result = {"expression": breach.expression, "id": "result", "label": alarm_name, "return_data": True}
    periods = breach.minutes * 60 // breach.period
    body = {
        "alarm_name": alarm_name,
        "alarm_description": text,
        "alarm_actions": list(actions),
        "comparison_operator": breach.comparison,
        "datapoints_to_alarm": breach.datapoints or periods,
        "evaluation_periods": periods,
        "metric_query": [result, *(metric.query(breach.period) for metric in metrics)],
        "tags": tags,
        "threshold": breach.threshold,
        "treat_missing_data": breach.missing,
    }
    return Resource("aws_cloudwatch_metric_alarm", name, body)
