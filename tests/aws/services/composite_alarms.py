"""CloudWatch composite alarms, which moto can describe and delete but not put. Their rule is not evaluated."""

from typing import Any

from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import EmptyResult

from tests.aws.services.patching import add_action

METRIC_ALARM_ONLY = (
    "namespace",
    "metric_name",
    "comparison_operator",
    "evaluation_periods",
    "period",
    "threshold",
    "statistic",
)


@add_action(CloudWatchResponse)
def put_composite_alarm(self: Any) -> EmptyResult:
    """An alarm of moto's with a rule and without a metric."""
    params = self._get_params()
    alarm = self.cloudwatch_backend.put_metric_alarm(
        **dict.fromkeys(METRIC_ALARM_ONLY),
        name=params["AlarmName"],
        rule=params["AlarmRule"],
        description=params.get("AlarmDescription"),
        dimensions=[],
        alarm_actions=params.get("AlarmActions", []),
        ok_actions=params.get("OKActions"),
        insufficient_data_actions=params.get("InsufficientDataActions"),
        actions_enabled=self._get_bool_param("ActionsEnabled", True),
        tags=params.get("Tags", []),
    )
    alarm.actions_suppressor = params.get("ActionsSuppressor")
    alarm.actions_suppressor_wait_period = params.get("ActionsSuppressorWaitPeriod")
    alarm.actions_suppressor_extension_period = params.get("ActionsSuppressorExtensionPeriod")
    return EmptyResult()
