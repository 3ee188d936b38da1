"""SM009: asleep, and no alarm set."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World, missing


@rule(
    "SM009",
    "endpoint-sleeps-for-good",
    severity="error",
    group="broken",
    reads=("aws_appautoscaling_target",),
    source="https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling-zero-instances.html",
)
def endpoint_sleeps_for_good(subject: Subject, world: World) -> Iterator[Told]:
    """A SageMaker endpoint that scales to zero and has nothing that wakes it.

    What happens: target tracking measures per copy, and without a copy there is nothing to measure. An endpoint at zero
    is woken by a step-scaling policy on an alarm (`NoCapacityInvocationFailures` for inference components,
    `HasBacklogWithoutCapacity` for asynchronous endpoints). Requests fail, or wait in the queue, until it is up.

    Why it costs: an outage, mostly ended by keeping one instance for good.

    Bad:

    ```json
    {"resource": {
      "aws_appautoscaling_target": {"chat": {
        "service_namespace": "sagemaker", "resource_id": "inference-component/chat",
        "min_capacity": 0, "max_capacity": 2,
        "scalable_dimension": "sagemaker:inference-component:DesiredCopyCount"
      }},
      "aws_appautoscaling_policy": {"load": {
        "name": "load", "service_namespace": "sagemaker", "resource_id": "inference-component/chat",
        "scalable_dimension": "sagemaker:inference-component:DesiredCopyCount", "policy_type": "TargetTrackingScaling",
        "target_tracking_scaling_policy_configuration": [{"target_value": 5, "predefined_metric_specification": [{
          "predefined_metric_type": "SageMakerInferenceComponentInvocationsPerCopy"}]}]
      }}
    }}
    ```

    Good:

    ```json
    {"resource": {
      "aws_appautoscaling_target": {"chat": {
        "service_namespace": "sagemaker", "resource_id": "inference-component/chat",
        "min_capacity": 0, "max_capacity": 2,
        "scalable_dimension": "sagemaker:inference-component:DesiredCopyCount"
      }},
      "aws_appautoscaling_policy": {"load": {
        "name": "load", "service_namespace": "sagemaker", "resource_id": "inference-component/chat",
        "scalable_dimension": "sagemaker:inference-component:DesiredCopyCount", "policy_type": "TargetTrackingScaling",
        "target_tracking_scaling_policy_configuration": [{"target_value": 5, "predefined_metric_specification": [{
          "predefined_metric_type": "SageMakerInferenceComponentInvocationsPerCopy"}]}]
      },
      "wake": {
        "name": "wake", "service_namespace": "sagemaker", "resource_id": "inference-component/chat",
        "scalable_dimension": "sagemaker:inference-component:DesiredCopyCount", "policy_type": "StepScaling",
        "step_scaling_policy_configuration": [{"adjustment_type": "ChangeInCapacity", "cooldown": 60,
          "step_adjustment": [{"metric_interval_lower_bound": "0", "scaling_adjustment": 1}]}]
      }},
      "aws_cloudwatch_metric_alarm": {"wake": {
        "alarm_name": "wake", "namespace": "AWS/SageMaker", "metric_name": "NoCapacityInvocationFailures",
        "alarm_actions": ["${aws_appautoscaling_policy.wake.arn}"]
      }}
    }}
    ```
    """
    body = Block(subject.body)
    if body.text("service_namespace") != "sagemaker" or body.whole("min_capacity") != 0:
        return
    policies = [Block(each.body) for each in world.of("aws_appautoscaling_policy")]
    steps = [each for each in policies if each.text("policy_type") == "StepScaling" and _same(each, body)]
    alarms = [Block(each.body).text("metric_name") for each in world.of("aws_cloudwatch_metric_alarm")]
    lacking = "step-scaling policy" if not steps else "alarm on requests without capacity" if not _wakes(alarms) else ""
    if lacking:
        yield missing(
            world,
            body.at("min_capacity"),
            f"the endpoint goes to zero, and there is no {lacking} that wakes it",
            "a policy of StepScaling, and an alarm on NoCapacityInvocationFailures (asynchronous: "
            "HasBacklogWithoutCapacity) that calls it; or min_capacity = 1",
            owner=bool(policies),
        )


def _same(policy: Block, target: Block) -> bool:
    """Whether a policy is, or may be, for the target."""
    ours, theirs = target.text("resource_id"), policy.text("resource_id")
    return None in (ours, theirs) or ours == theirs


def _wakes(metrics: list[str | None]) -> bool:
    return any(name in (None, "NoCapacityInvocationFailures", "HasBacklogWithoutCapacity") for name in metrics)
