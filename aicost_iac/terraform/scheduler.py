"""EventBridge Scheduler: https://docs.aws.amazon.com/scheduler/latest/UserGuide/what-is-scheduler.html"""

from __future__ import annotations

from aicost_iac.plan import Resource


def schedule(
    name: str, schedule_name: str, expression: str, timezone: str, target: Resource, role: Resource, text: str
) -> Resource:
    """Start `target` at the times of `expression`, at most an hour late, and never after that."""
    retry = {"maximum_event_age_in_seconds": 3600, "maximum_retry_attempts": 3}
    body = {
        "name": schedule_name,
        "description": text,
        "flexible_time_window": [{"mode": "OFF"}],
        "schedule_expression": expression,
        "schedule_expression_timezone": timezone,
        "target": [{"arn": target.ref("arn"), "input": "{}", "retry_policy": [retry], "role_arn": role.ref("arn")}],
    }
    return Resource("aws_scheduler_schedule", name, body)
