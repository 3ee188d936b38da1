"""CloudWatch log groups: what a service makes by itself keeps its lines for ever."""

from __future__ import annotations

from aicost_iac.plan import Resource
from aicost_iac.terraform.tagging import Tags


def log_group(name: str, group_name: str, days: int, tags: Tags) -> Resource:
    """A log group that forgets after `days`."""
    return Resource("aws_cloudwatch_log_group", name, {"name": group_name, "retention_in_days": days, "tags": tags})
