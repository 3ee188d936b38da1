"""SM009: asleep, and no alarm set."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World, missing

_POLICY = "aws_appautoscaling_policy"


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
    stepped = _steps(body.text("resource_id"), world)
    wakes = world.once(_wakes)
    if lacking := "step-scaling policy" if not stepped else "" if wakes else "alarm on requests without capacity":
        yield missing(
            world,
            body.at("min_capacity"),
            f"the endpoint goes to zero, and there is no {lacking} that wakes it",
            "a policy of StepScaling, and an alarm on NoCapacityInvocationFailures (asynchronous: "
            "HasBacklogWithoutCapacity) that calls it; or min_capacity = 1",
            owner=any(world.of(_POLICY)),
        )


def _steps(target: str | None, world: World) -> bool:
    """Whether a step-scaling policy is, or may be, for a target."""
    stepped = world.once(_stepped)
    return bool(stepped) if target is None else bool(stepped & {target, None})


def _stepped(world: World) -> frozenset[str | None]:
    """The targets of step-scaling policies, None among them where one is unknown."""
    policies = (Block(each.body) for each in world.of(_POLICY))
    return frozenset(each.text("resource_id") for each in policies if each.text("policy_type") == "StepScaling")


def _wakes(world: World) -> bool:
    """Whether some alarm is, or may be, on requests without capacity."""
    names = (Block(each.body).text("metric_name") for each in world.of("aws_cloudwatch_metric_alarm"))
    return any(name in (None, "NoCapacityInvocationFailures", "HasBacklogWithoutCapacity") for name in names)
