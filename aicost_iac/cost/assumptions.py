"""The words for what an author assumed: names of `Assumption`s that an estimate understands.

On a Terraform resource they stand under `"//"`, on a Kubernetes object in the annotation `aicost.dev/assume`; a
manifest written by hand may also say `aicost.dev/instance-type: g6e.xlarge` and the like, one annotation a word.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from aicost_iac.plan import Assumption, KubeObject, Node

SPOT_PRICE = "spot_price_usd_hour"
"""What a spot instance costs; the unit is the instance type."""
FALLBACK_FOR = "fallback_for"
"""The address of the group whose shortfall this one makes up."""
INSTANCE_TYPE = "instance_type"
"""The machine that a pod runs on."""
REPLICAS = "replicas"
"""How many replicas, or instances of a group, are expected to run on average: the load of an autoscaler."""
RUN_HOURS = "run_hours"
"""How long one run of a job takes, in hours."""
RUNS_PER_MONTH = "runs_per_month"
"""How often a job runs in a month."""
STORAGE_GIB = "storage_gib"
"""How much a bucket holds, in GiB."""
PROCESSED_GIB = "processed_gib_month"
"""How much a NAT gateway or endpoint carries, in GiB a month."""
CAPACITY_UNITS = "capacity_units"
"""Load balancer capacity units (LCU) used on average."""
REQUESTS_PER_SECOND = "requests_per_second"
"""What one replica or instance answers at full load."""
TOKENS_PER_SECOND = "tokens_per_second"
"""What one replica or instance generates at full load."""

_ANNOTATION = "aicost.dev/"


def assumed(node: Node, name: str, unit: str | None = None) -> Assumption | None:
    """The assumption of a name, and of a unit where one is wanted; the first of several."""
    return next((each for each in assumptions(node) if each.name == name and unit in (None, each.unit)), None)


def number(node: Node, name: str) -> Decimal | None:
    """An assumption's figure; None where it is not made, or is no number of zero or more."""
    found = assumed(node, name)
    try:
        value = Decimal(found.value) if found else None
    except InvalidOperation:
        return None
    return value if value is not None and value.is_finite() and value >= 0 else None


def assumptions(node: Node) -> Iterator[Assumption]:
    """What is assumed of a node: what its blueprint noted, then annotations written by hand."""
    yield from node.assume
    if isinstance(node, KubeObject):
        for key, value in node.annotations.items():
            if key.startswith(_ANNOTATION) and isinstance(value, str):
                yield Assumption(key.removeprefix(_ANNOTATION).replace("-", "_"), value, "", "annotation")
