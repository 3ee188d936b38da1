"""EC2 Auto Scaling: policies and lifecycle hooks as they were put; moto adds parts and forgets others."""

from typing import Any

from moto.autoscaling.responses import AutoScalingResponse

from tests.aws.services.patching import Method, wrap


@wrap(AutoScalingResponse, "put_scaling_policy")
def put_scaling_policy(original: Method, self: Any) -> Any:
    """Keeps `Enabled`, and has a predictive configuration only when the call has one."""
    answer = original(self)
    params = self._get_params()
    policy = self.autoscaling_backend.policies[params["PolicyName"]]
    policy.enabled = self._get_bool_param("Enabled", True)
    policy.predictive_scaling_configuration = params.get("PredictiveScalingConfiguration")
    return answer


@wrap(AutoScalingResponse, "put_lifecycle_hook")
def put_lifecycle_hook(original: Method, self: Any) -> Any:
    """Notifies whom the call names, or nobody."""
    answer = original(self)
    params = self._get_params()
    hooks = self.autoscaling_backend.lifecycle_hooks
    hook = hooks[f"{params['AutoScalingGroupName']}_{params['LifecycleHookName']}"]
    hook.notification_target_arn = params.get("NotificationTargetARN")
    hook.role_arn = params.get("RoleARN")
    hook.notification_metadata = params.get("NotificationMetadata")
    return answer
