"""What costs nothing by itself: such nodes are neither priced nor listed as unpriced."""

from __future__ import annotations

_FREE_PREFIXES = (
    "aws_iam_",
    "aws_security_group",
    "aws_vpc_security_group_",
)
_FREE = frozenset(
    {
        "aws_autoscaling_lifecycle_hook",
        "aws_autoscaling_policy",
        "aws_launch_configuration",
        "aws_launch_template",
        "aws_placement_group",
    }
)


def is_free(kind: str) -> bool:
    """Whether a Terraform type or a Kubernetes kind costs nothing by itself. Data sources never do."""
    return kind.startswith("data.") or kind in _FREE or kind.startswith(_FREE_PREFIXES) or not kind.startswith("aws_")
