"""Auto Scaling groups of an app, as a budget looks at them: who they are, what they may start."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from aicost_iac import catalog
from aicost_iac.catalog import Quota
from aicost_iac.catalog.quotas import QuotaMarket
from aicost_iac.errors import CatalogError
from aicost_iac.expr import Text
from aicost_iac.model import Seen
from aicost_iac.plan import Node, Plan, Resource

GROUP = "aws_autoscaling_group"


@dataclass(frozen=True)
class Group:
    """A group of a seen stack. `own` is whether it stands in the ladder's own Terraform root."""

    resource: Resource
    seen: Seen
    own: bool

    @property
    def name(self) -> Text | None:
        """How an alarm or policy names it: by reference, or by its literal name in another root; None: it can not."""
        if self.own:
            return self.resource.ref("name")
        written = self.resource.body.get("name")
        return written if isinstance(written, str) else None

    @property
    def label(self) -> str:
        """For people, and for the names of what watches it."""
        written = self.resource.body.get("name")
        return written if isinstance(written, str) else self.resource.name.replace("_", "-")

    @property
    def minimum(self) -> int:
        return _whole(self.resource.body.get("min_size"))

    @property
    def elsewhere(self) -> bool:
        """Whether another provider configuration makes it: another region, another account."""
        return "provider" in self.resource.body

    @cached_property
    def vcpus(self) -> Mapping[Quota, int]:
        """The most vCPUs it runs, by the quota they count against. Only types with an accelerator are known."""
        found: Counter[Quota] = Counter()
        for market, units in _markets(self.resource.body).items():
            by_quota: dict[Quota, int] = {}
            for name, weight in instance_types(self.resource, self.seen.plan).items():
                needed = _needed(name, market, -(-units // weight))
                if needed is not None:
                    by_quota[needed[0]] = max(needed[1], by_quota.get(needed[0], 0))
            found.update({quota: count for quota, count in by_quota.items() if count})
        return found


def groups(seen: Sequence[Seen], stack: str) -> tuple[Group, ...]:
    """Every group of the app."""
    return tuple(Group(resource, each, each.stack == stack) for each in seen for resource in each.plan.of_type(GROUP))


def instance_types(node: Node, plan: Plan) -> dict[str, int]:
    """The types a node names, or its launch template does, each with its weight."""
    if not isinstance(node, Resource):
        return {}
    bodies = [node.body, *(each.body for each in _templates(node, plan))]
    own = [found for body in bodies for found in _typed(body)]
    return dict(reversed(own))


def _templates(node: Resource, plan: Plan) -> Iterator[Resource]:
    for address in node.references():
        found = plan.by_address.get(address)
        if isinstance(found, Resource) and found.type == "aws_launch_template":
            yield found


def _typed(value: Any) -> Iterator[tuple[str, int]]:
    if isinstance(value, dict):
        if isinstance(name := value.get("instance_type"), str):
            yield name, _whole(value.get("weighted_capacity")) or 1
        for inner in value.values():
            yield from _typed(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _typed(inner)


def _markets(body: Mapping[str, Any]) -> dict[QuotaMarket, int]:
    """Units of capacity at most, by market. https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-mixed-instances-groups.html"""
    most = _whole(body.get("max_size"))
    policy: Mapping[str, Any] = next(iter(body.get("mixed_instances_policy", ())), {})
    divided: Mapping[str, Any] = next(iter(policy.get("instances_distribution", ())), {})
    base = min(_whole(divided.get("on_demand_base_capacity")), most)
    share = _whole(divided.get("on_demand_percentage_above_base_capacity", 100))
    on_demand = base - (-(most - base) * share // 100)
    return {"on-demand": on_demand, "spot": most - on_demand}


def _needed(name: str, market: QuotaMarket, instances: int) -> tuple[Quota, int] | None:
    try:
        return catalog.quota(name, market), instances * catalog.instance(name).vcpus
    except CatalogError:
        return None


def _whole(value: Any) -> int:
    """A whole number, or text that is one; 0 for what only Terraform knows."""
    return int(value) if isinstance(value, int) or (isinstance(value, str) and value.isdigit()) else 0
