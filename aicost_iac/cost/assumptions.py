"""The words for what an author assumed: names of `Assumption`s that an estimate understands.

On a Terraform resource they stand under `"//"`, on a Kubernetes object in the annotation `aicost.dev/assume`; a
manifest written by hand may also say `aicost.dev/instance-type: g6e.xlarge` and the like, one annotation a word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation

from aicost_iac.plan import Assumption, KubeObject, Node

SPOT_PRICE = "spot_price_usd_hour"
"""What a spot instance costs; the unit is the instance type."""
ON_DEMAND_PRICE = "on_demand_price_usd_hour"
"""What an instance costs on demand, where the catalog's list is not right; the unit is the instance type."""
FALLBACK_FOR = "fallback_for"
"""The address of the group whose shortfall this one makes up."""
INSTANCE_TYPE = "instance_type"
"""The machine that a pod runs on."""
REPLICAS = "replicas"
"""How many replicas, or instances of a group, are expected to run on average: the load of an autoscaler."""
WAKE_PRICE = "wake_usd"
"""What it costs an autoscaler's target to wake once: the start, and the rest before it may sleep again."""
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
REQUESTS_PER_HOUR = "requests_per_hour"
"""What a pipeline's router is asked, on average."""
ANSWERS_FROM_CACHE = "cache_hit_rate"
"""The share of requests that a pipeline's cache answers."""
SIMPLE_SHARE = "simple_share"
"""The share of the others that go to a pipeline's small model."""
TOKENS_PER_ANSWER = "tokens_per_answer"
"""Tokens a pipeline generates for one request, on average."""

_ANNOTATION = "aicost.dev/"


def assumed(node: Node, name: str) -> Assumption | None:
    """The assumption of a name; the first of several."""
    return next((each for each in assumptions(node) if each.name == name), None)


def number(node: Node, name: str) -> Decimal | None:
    """An assumption's figure; None where it is not made, or is no number of zero or more."""
    return figure(assumptions(node), name)


def figure(made: Iterable[Assumption], name: str) -> Decimal | None:
    """The figure of the first assumption of a name; None where there is none, or it is no number of zero or more."""
    found = next((each.value for each in made if each.name == name), "")
    try:
        value = Decimal(found)
    except InvalidOperation:
        return None
    return value if value.is_finite() and value >= 0 else None


def assumptions(node: Node) -> Iterator[Assumption]:
    """What is assumed of a node: what its blueprint noted, then annotations written by hand."""
    yield from node.assume
    if isinstance(node, KubeObject):
        for key, value in node.annotations.items():
            if key.startswith(_ANNOTATION) and isinstance(value, str):
                yield Assumption(key.removeprefix(_ANNOTATION).replace("-", "_"), value, "", "annotation")
