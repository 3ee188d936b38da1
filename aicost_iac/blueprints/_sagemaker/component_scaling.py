"""What brings an inference component down to zero and wakes it: resources once it exists, requests before.

Auto Scaling registers only what is there, so no first apply can make these, whatever the provider has.
https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling-zero-instances.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from aicost_iac.plan import Resource
from aicost_iac.terraform import application_autoscaling as scaling
from aicost_iac.terraform.application_autoscaling import COMPONENT, NAMESPACE, Bounds, Cooldown, Wake
from aicost_iac.terraform.requests import Request
from aicost_iac.terraform.sagemaker import api_tags
from aicost_iac.terraform.tagging import Tags

_METRIC = "SageMakerInferenceComponentConcurrentRequestsPerCopyHighResolution"
_REASON = (
    "Auto Scaling takes only a component that exists: send it when that is in service, or set component_exists then, "
    "and it becomes a resource"
)


@dataclass(frozen=True, slots=True)
class ComponentScaling:
    """Copies of a component by requests at once; and, from zero, by the first request that finds none."""

    title: str
    """The stem of policies' and alarms' names."""
    component: str
    bounds: Bounds
    requests_per_copy: float
    idle_seconds: int
    tags: Tags

    @property
    def resource_id(self) -> str:
        return f"inference-component/{self.component}"

    @property
    def cooldown(self) -> Cooldown:
        return Cooldown(scale_in=self.idle_seconds)

    @property
    def refused(self) -> Wake:
        """A request that found no copy."""
        return Wake("NoCapacityInvocationFailures", {"InferenceComponentName": self.component}, period=30)

    @property
    def text(self) -> str:
        """Of the alarm."""
        return (
            f"A request found no copy of {self.title}: one is started, which is how it wakes. Runbook if it stays: "
            "read the endpoint's events; the instance type may be out of capacity or above its quota."
        )

    def resources(self, stem: str) -> Iterator[Resource]:
        """`stem` begins their names in the plan."""
        scaled = scaling.target(f"{stem}_scaled", self.resource_id, COMPONENT, self.bounds, self.tags)
        yield scaled
        metric = scaling.predefined(_METRIC)
        tracked = (f"{self.title}-requests", scaled, self.requests_per_copy, metric, self.cooldown)
        yield scaling.tracks(f"{stem}_scaling", *tracked)
        if self.bounds.minimum == 0:
            wake = scaling.adds_one(f"{stem}_wake", f"{self.title}-wake", scaled)
            yield wake
            alarm = (f"{self.title}-refused", self.refused, wake, self.tags, self.text)
            yield scaling.wakes(f"{stem}_refused", *alarm)

    def requests(self) -> Iterator[Request]:
        """The same as the APIs take them, in the order in which they must be sent."""
        yield self._autoscaling(
            "RegisterScalableTarget",
            {"MaxCapacity": self.bounds.maximum, "MinCapacity": self.bounds.minimum, "Tags": dict(self.tags)},
        )
        tracking = {
            "PredefinedMetricSpecification": {"PredefinedMetricType": _METRIC},
            "ScaleInCooldown": self.cooldown.scale_in,
            "ScaleOutCooldown": self.cooldown.scale_out,
            "TargetValue": self.requests_per_copy,
        }
        policy = {"PolicyName": f"{self.title}-requests", "PolicyType": "TargetTrackingScaling"}
        yield self._autoscaling("PutScalingPolicy", {**policy, "TargetTrackingScalingPolicyConfiguration": tracking})
        if self.bounds.minimum == 0:
            stepping = {
                "AdjustmentType": "ChangeInCapacity",
                "Cooldown": 60,
                "MetricAggregationType": "Maximum",
                "StepAdjustments": [{"MetricIntervalLowerBound": 0, "ScalingAdjustment": 1}],
            }
            policy = {"PolicyName": f"{self.title}-wake", "PolicyType": "StepScaling"}
            yield self._autoscaling("PutScalingPolicy", {**policy, "StepScalingPolicyConfiguration": stepping})
            yield self._alarm()

    def _autoscaling(self, operation: str, more: dict[str, Any]) -> Request:
        scaled = {"ResourceId": self.resource_id, "ScalableDimension": COMPONENT, "ServiceNamespace": NAMESPACE}
        return Request("application-autoscaling", operation, {**scaled, **more}, _REASON)

    def _alarm(self) -> Request:
        wake = self.refused
        body = {
            "AlarmActions": [f"(the PolicyARN answered for {self.title}-wake)"],
            "AlarmDescription": self.text,
            "AlarmName": f"{self.title}-refused",
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "DatapointsToAlarm": wake.periods,
            "Dimensions": [{"Name": name, "Value": value} for name, value in wake.dimensions.items()],
            "EvaluationPeriods": wake.periods,
            "MetricName": wake.metric_name,
            "Namespace": "AWS/SageMaker",
            "Period": wake.period,
            "Statistic": "Maximum",
            "Tags": api_tags(self.tags),
            "Threshold": 1,
            "TreatMissingData": "missing",
        }
        return Request("cloudwatch", "PutMetricAlarm", body, f"its action is a policy that is a request too; {_REASON}")
