"""CostTags: one taxonomy for AWS tags and Kubernetes labels, so that cost reports and budgets see the same words.

Limits: https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html (AWS) and
https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set (Kubernetes).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import Field

from aicost_iac.errors import Problem
from aicost_iac.fields import Model

_LABEL_VALUE = re.compile(r"([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?")
_LABEL_KEY = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?")
_AWS_TEXT = re.compile(r"[\w\s.:/=+@-]*")

# AWS allows 50 tags on a resource; Name and what a service adds need room.
# https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions
MAX_TAGS = 40


WorkloadType = Literal["training", "inference", "data-preparation", "evaluation", "development", "shared"]
OptimizationLevel = Literal["none", "quantized-8bit", "quantized-4bit", "distilled", "pruned"]


class CostTags(Model):
    """The AI taxonomy. A field becomes the tag, and the label, of its name: `cost_center` -> `cost-center`.

    A blueprint's own tags override the stack's, key by key.
    """

    workload_type: WorkloadType | None = None
    """What the money buys; budgets are usually drawn along this line."""
    model_name: str | None = None
    model_version: str | None = None
    optimization_level: OptimizationLevel | None = None
    """How far the model was made cheaper to serve."""
    cost_center: str | None = None
    business_unit: str | None = None
    sla_tier: Literal["critical", "standard", "best-effort"] | None = None
    environment: str | None = None
    team: str | None = None
    project: str | None = None
    extras: Mapping[str, str] = Field(default_factory=dict)
    """Keys of your own, written as they are."""

    def keys(self) -> dict[str, str]:
        """Tag key -> value, sorted by key."""
        own = {
            name.replace("_", "-"): value
            for name in type(self).model_fields
            if name != "extras" and (value := getattr(self, name)) is not None
        }
        return dict(sorted({**own, **self.extras}.items()))

    def over(self, base: CostTags | None) -> CostTags:
        """These tags, completed by those of `base`."""
        if base is None:
            return self
        merged = {**_set(base), **_set(self), "extras": {**base.extras, **self.extras}}
        return CostTags(**merged)

    def problems(self) -> Iterator[Problem]:
        fields = {name.replace("_", "-"): name for name in type(self).model_fields}
        for key in self.extras:
            if key in fields:
                yield Problem(f"extras.{key}", "has a field of its own", key, f"use {fields[key]}=")
            yield from _key_problems(f"extras.{key}", key)
        for key, value in self.keys().items():
            yield from _value_problems(fields.get(key, f"extras.{key}"), value)
        if len(self.keys()) > MAX_TAGS:
            yield Problem("extras", f"makes more than {MAX_TAGS} tags", len(self.keys()), "AWS allows 50 on a resource")


def _set(tags: CostTags) -> dict[str, Any]:
    return {name: value for name, value in tags if name != "extras" and value is not None}


def _key_problems(field: str, key: str) -> Iterator[Problem]:
    if not _LABEL_KEY.fullmatch(key):
        rule = "Kubernetes: label names are 1 to 63 of A-Z a-z 0-9 . _ - and begin and end alphanumeric"
        yield Problem(field, "is not a valid key", key, rule)
    if key.lower().startswith("aws"):
        yield Problem(field, "is reserved", key, "AWS: keys that begin with 'aws' are its own")


def _value_problems(field: str, value: str) -> Iterator[Problem]:
    if not _AWS_TEXT.fullmatch(value):
        yield Problem(field, "is not a valid AWS tag value", value, "AWS: letters, digits, blanks and . : / = + - @ _")
    elif not _LABEL_VALUE.fullmatch(value) or not value:
        rule = "Kubernetes: label values are 1 to 63 of A-Z a-z 0-9 . _ - and begin and end alphanumeric"
        yield Problem(field, "can not be a Kubernetes label", value, rule)
