"""Tags as the provider wants them: one mapping per resource, and one block per kind of thing a resource creates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Tags = Mapping[str, str]


def named(tags: Tags, name: str) -> dict[str, str]:
    """The tags with the `Name` the AWS console shows."""
    return {**tags, "Name": name}


def specifications(tags: Tags, kinds: Iterable[str]) -> list[dict[str, Any]]:
    """`tag_specifications` of a launch template: provider `default_tags` never reach what a group launches.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_LaunchTemplateTagSpecificationRequest.html
    """
    return [{"resource_type": kind, "tags": tags} for kind in kinds]


def group_tags(tags: Tags) -> list[dict[str, Any]]:
    """`tag` blocks of an Auto Scaling group. Instances get theirs from the launch template, volumes included."""
    return [{"key": key, "value": value, "propagate_at_launch": False} for key, value in sorted(tags.items())]
