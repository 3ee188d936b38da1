"""Security group rules: moto forgets the description of a rule that names another group."""

from typing import Any

from moto.ec2.models.security_groups import SecurityGroupRule

from tests.aws.services.patching import patch


def description(rule: Any) -> str | None:
    """What was said of the rule's range, or of its group."""
    spoken: str | None = rule.ip_range.get("Description") or rule.source_group.get("Description")
    return spoken


patch(SecurityGroupRule, "description", property(description))
