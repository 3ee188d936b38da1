"""Application Auto Scaling: what scales, by which metric, and what wakes it from zero.

https://docs.aws.amazon.com/autoscaling/application/userguide/what-is-application-auto-scaling.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aicost_iac.expr import Text
from aicost_iac.plan import Resource
from aicost_iac.terraform.tagging import Tags

NAMESPACE = "sagemaker"
VARIANT = "sagemaker:variant:DesiredInstanceCount"
COMPONENT = "sagemaker:inference-component:DesiredCopyCount"


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the most: instances of a variant, or copies of an inference component."""

    minimum: int
    maximum: int


@dataclass(frozen=True, slots=True)
class Cooldown:
    """Seconds between two changes; scaling in waits longer, because scaling out again takes minutes."""

    scale_in: int = 300
    scale_out: int = 60


def target(name: str, resource_id: Text, dimension: str, bounds: Bounds, tags: Tags) -> Resource:
    """What Application Auto Scaling may change, and how far."""
    body = {
        "max_capacity": bounds.maximum,
        "min_capacity": bounds.minimum,
        "resource_id": resource_id,
        "scalable_dimension": dimension,
        "service_namespace": NAMESPACE,
        "tags": tags,
    }
    return Resource("aws_appautoscaling_target", name, body)


def tracks(
    name: str, policy_name: str, scaled: Resource, value: float, metric: Mapping[str, Any], cooldown: Cooldown
) -> Resource:
    """Keep a metric at `value`; `metric` is the block that names it, predefined or customized."""
    tracking = {
        **metric,
        "scale_in_cooldown": cooldown.scale_in,
        "scale_out_cooldown": cooldown.scale_out,
        "target_value": value,
    }
    return _policy(
        name, policy_name, scaled, "TargetTrackingScaling", target_tracking_scaling_policy_configuration=[tracking]
    )


def predefined(metric_type: str) -> dict[str, Any]:
    """https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PredefinedMetricSpecification.html"""
    return {"predefined_metric_specification": [{"predefined_metric_type": metric_type}]}


def customized(metric_name: str, dimensions: Mapping[str, Text], statistic: str = "Average") -> dict[str, Any]:
    """A metric of SageMaker's own namespace."""
    specification = {
        "dimensions": [{"name": key, "value": value} for key, value in sorted(dimensions.items())],
        "metric_name": metric_name,
        "namespace": "AWS/SageMaker",
        "statistic": statistic,
    }
    return {"customized_metric_specification": [specification]}


def adds_one(name: str, policy_name: str, scaled: Resource) -> Resource:
    """One more, for an alarm at or above its threshold: a target is never tracked at zero."""
    step = {"metric_interval_lower_bound": "0", "scaling_adjustment": 1}
    stepping = {
        "adjustment_type": "ChangeInCapacity",
        "cooldown": 60,
        "metric_aggregation_type": "Maximum",
        "step_adjustment": [step],
    }
    return _policy(name, policy_name, scaled, "StepScaling", step_scaling_policy_configuration=[stepping])


@dataclass(frozen=True, slots=True)
class Wake:
    """A metric that is 1 or more when something waits for capacity that is not there."""

    metric_name: str
    dimensions: Mapping[str, Text]
    period: int = 60
    """Seconds."""
    periods: int = 1


def wakes(name: str, alarm_name: str, wake: Wake, policy: Resource, tags: Tags, text: str) -> Resource:
    """The alarm that runs `policy`."""
    body = {
        "alarm_name": alarm_name,
        "alarm_actions": [policy.ref("arn")],
        "alarm_description": text,
        "comparison_operator": "GreaterThanOrEqualToThreshold",
        "datapoints_to_alarm": wake.periods,
        "dimensions": wake.dimensions,
        "evaluation_periods": wake.periods,
        "metric_name": wake.metric_name,
        "namespace": "AWS/SageMaker",
        "period": wake.period,
        "statistic": "Maximum",
        "tags": tags,
        "threshold": 1,
        "treat_missing_data": "missing",
    }
    return Resource("aws_cloudwatch_metric_alarm", name, body)


def _policy(name: str, policy_name: str, scaled: Resource, kind: str, **more: Any) -> Resource:
    body = {
        "name": policy_name,
        "policy_type": kind,
        "resource_id": scaled.ref("resource_id"),
        "scalable_dimension": scaled.ref("scalable_dimension"),
        "service_namespace": scaled.ref("service_namespace"),
        **more,
    }
    return Resource("aws_appautoscaling_policy", name, body)
