"""What a node pool can be told besides its machines."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from aicost_iac.fields import Model, Usd, matching

# https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
_NAME = r"[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?"
_PREFIX = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*"
LabelKey = Annotated[str, matching(rf"({_PREFIX}/)?{_NAME}", "a label key such as 'team' or 'example.org/team'")]
LabelValue = Annotated[str, matching(rf"({_NAME})?", "a label value: at most 63 of A-Z a-z 0-9 . _ -")]
Effect = Literal["NoSchedule", "PreferNoSchedule", "NoExecute"]


class Taint(Model):
    """What keeps pods off a node unless they tolerate it.

    https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
    """

    key: LabelKey
    value: LabelValue = "true"
    effect: Effect = "NoSchedule"

    def body(self) -> dict[str, Any]:
        """As a node or a NodePool carries it."""
        return {"key": self.key, "value": self.value, "effect": self.effect}


class CommittedPrice(Model):
    """What an hour of an instance type really costs: under a Savings Plan, as a reserved instance, by agreement."""

    usd_hour: Usd
    as_of: Annotated[str, matching(r"\d{4}-\d{2}-\d{2}", "a date such as '2026-11-24'")]
    source: Annotated[str, Field(min_length=3)] = "assumed"
    """Where the figure comes from, such as 'Compute Savings Plan, 3 years, no upfront'."""
