"""Which spend a budget covers, in the words of both ways to say it.

`cost_filter` blocks are what every provider version has. `filter_expression` combines dimensions; it came with 6.33,
and `metrics`, without which AWS makes a budget that shows nothing, later in 6.x: it is used where every admitted
version is 6.62 or newer, whose schema was read.
https://github.com/hashicorp/terraform-provider-aws/pull/46501, https://github.com/hashicorp/terraform-provider-aws/pull/47047
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

# The lowest provider version whose filter_expression is used.
COMBINES = (6, 62)
# What hides real spend until it ends. https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-create.html
_HIDING = ("Credit", "Refund")

Dimension = Literal["TagKeyValue", "Service", "LinkedAccount", "InstanceType", "CostCategory"]
_EXPRESSED: Mapping[Dimension, str] = {
    "Service": "SERVICE",
    "LinkedAccount": "LINKED_ACCOUNT",
    "InstanceType": "INSTANCE_TYPE",
}
_LABELS: Mapping[Dimension, str] = {
    "InstanceType": "instance-types",
    "LinkedAccount": "accounts",
    "Service": "services",
}

SERVICES: Mapping[str, str] = {
    "bedrock": "Amazon Bedrock",
    "cloudwatch": "AmazonCloudWatch",
    "ec2": "Amazon Elastic Compute Cloud - Compute",
    "ec2-other": "EC2 - Other",
    "efs": "Amazon Elastic File System",
    "eks": "Amazon Elastic Container Service for Kubernetes",
    "elasticache": "Amazon ElastiCache",
    "fsx": "Amazon FSx",
    "s3": "Amazon Simple Storage Service",
    "sagemaker": "Amazon SageMaker",
}
"""Short names of services, and the names by which a bill knows them."""


@dataclass(frozen=True, slots=True)
class Filter:
    """One dimension, for tags and cost categories one key of it: any of its values."""

    dimension: Dimension
    values: tuple[str, ...]
    key: str = ""

    @property
    def label(self) -> str:
        """What a budget of this filter alone is called after."""
        keyed = {"TagKeyValue": f"tag-{self.key}", "CostCategory": f"category-{self.key}"}
        return keyed.get(self.dimension) or _LABELS[self.dimension]

    def block(self) -> dict[str, Any]:
        """A `cost_filter`. Tags are `user:<key>$<value>`, categories `<name>$<value>`."""
        prefix = {"TagKeyValue": f"user:{self.key}$", "CostCategory": f"{self.key}$"}.get(self.dimension, "")
        return {"name": self.dimension, "values": [f"{prefix}{value}" for value in self.values]}

    def term(self) -> dict[str, Any]:
        """One operand of a `filter_expression`."""
        if self.dimension == "TagKeyValue":
            return {"tags": [{"key": self.key, "values": list(self.values)}]}
        if self.dimension == "CostCategory":
            return {"cost_categories": [{"key": self.key, "values": list(self.values)}]}
        return {"dimensions": [{"key": _EXPRESSED[self.dimension], "values": list(self.values)}]}


def filtered(filters: Sequence[Filter], *, combine: bool) -> dict[str, Any]:
    """The attributes of a budget that say what it covers: gross spend, without credits and refunds.

    All filters hold together; without `combine` there may be one only.
    """
    if not combine:
        return {
            "cost_filter": [each.block() for each in filters],
            "cost_types": [{"include_credit": False, "include_refund": False}],
        }
    gross = {"not": [{"dimensions": [{"key": "RECORD_TYPE", "values": list(_HIDING)}]}]}
    terms = [*(each.term() for each in filters), gross]
    return {
        "filter_expression": [{"and": terms} if len(terms) > 1 else gross],
        "metrics": ["UnblendedCost"],
    }
