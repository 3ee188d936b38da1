"""What a budget's filters cover of the app, and what that can burn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from aicost_iac.blueprints._budgets.groups import GROUP, Group, groups, instance_types
from aicost_iac.blueprints._tagging.carriers import NODE_POOL, Carrier, carriers
from aicost_iac.cost.estimates import Item, Unpriced
from aicost_iac.cost.exposure import Exposure, worst_case
from aicost_iac.model import Seen
from aicost_iac.plan import Assumption, KubeObject, Node, Resource
from aicost_iac.terraform.budgets import BURN, REFRESH_HOURS
from aicost_iac.terraform.spend import SERVICES, Filter

_CENT = Decimal("0.01")
# Whose spend a bill lists under which service; what is not here may be any.
_BILLED: Mapping[str, tuple[str, ...]] = {
    "aws_autoscaling_group": ("ec2", "ec2-other"),
    "aws_cloudwatch_": ("cloudwatch",),
    "aws_ec2_fleet": ("ec2", "ec2-other"),
    "aws_efs_": ("efs",),
    "aws_eks_cluster": ("eks",),
    "aws_eks_node_group": ("ec2", "ec2-other"),
    "aws_elasticache_": ("elasticache",),
    "aws_fsx_": ("fsx",),
    "aws_instance": ("ec2", "ec2-other"),
    "aws_s3_": ("s3",),
    "aws_sagemaker_": ("sagemaker",),
    "aws_spot_fleet_request": ("ec2", "ec2-other"),
}


@dataclass(frozen=True, slots=True)
class Coverage:
    """Nodes that filters match, their cost at its most, and the groups among them."""

    exposures: tuple[Exposure, ...]
    groups: tuple[Group, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(item for exposure in self.exposures for item in exposure.items)

    @property
    def unpriced(self) -> tuple[Unpriced, ...]:
        return tuple(each for exposure in self.exposures for each in exposure.unpriced)

    @property
    def usd_hour(self) -> Decimal:
        return sum((exposure.usd_hour for exposure in self.exposures), Decimal(0))

    @property
    def as_of(self) -> str:
        """The oldest day of the prices used."""
        days = {line.quote.as_of for item in self.items for part in item.parts for line in part.lines} - {""}
        return min(days, default="")

    def notes(self) -> tuple[Assumption, ...]:
        """What the budget's reader must know: how much is gone before it can speak."""
        if not self.items and not self.unpriced:
            return ()
        burnt = (self.usd_hour * REFRESH_HOURS).quantize(_CENT, ROUND_HALF_UP)
        source = f"worst case of {len(self.items)} resources for {REFRESH_HOURS} hours: a budget looks every 8 to 12"
        notes = [Assumption(BURN, f"{burnt:f}", "USD", source, self.as_of)]
        if self.unpriced:
            named = ", ".join(dict.fromkeys(each.address for each in self.unpriced))
            count = str(len({each.address for each in self.unpriced}))
            notes.append(Assumption("burn_lacks", count, "resources without a price", named))
        return tuple(notes)


def coverage(filters: Sequence[Filter], seen: Sequence[Seen], stack: str) -> Coverage:
    """What all of these filters match together; without any, everything the app declares."""
    carried = carriers(seen)
    exposures = []
    matched: set[tuple[str, str]] = set()
    for each in seen:
        addresses = {found.node.address for found in carried if found.seen is each and _matches(found, filters)}
        matched |= {(each.stack, address) for address in addresses}
        covers = (lambda node, mine=addresses: node.address in mine) if filters else None
        exposures.append(worst_case(each.plan, each.region, covers))
    found = (
        group for group in groups(seen, stack) if not filters or (group.seen.stack, group.resource.address) in matched
    )
    return Coverage(tuple(exposures), tuple(found))


def _matches(carrier: Carrier, filters: Sequence[Filter]) -> bool:
    return all(_match(carrier, each) for each in filters)


def _match(carrier: Carrier, wanted: Filter) -> bool:
    """Accounts and cost categories are not in a plan: whatever could be in them counts."""
    if wanted.dimension == "TagKeyValue":
        return carrier.tags.get(wanted.key) in wanted.values
    if wanted.dimension == "Service":
        services = _services(carrier.node)
        return not services or any(SERVICES[name] in wanted.values for name in services)
    if wanted.dimension == "InstanceType":
        return _runs(carrier, wanted.values)
    return True


def _services(node: Node) -> tuple[str, ...]:
    if isinstance(node, KubeObject):
        return ("ec2", "ec2-other")
    kind = node.type if isinstance(node, Resource) else ""
    return next((names for prefix, names in _BILLED.items() if kind.startswith(prefix)), ())


def _runs(carrier: Carrier, types: Sequence[str]) -> bool:
    named = instance_types(carrier.node, carrier.seen.plan)
    if not named:
        kind = getattr(carrier.node, "kind", "") or getattr(carrier.node, "type", "")
        return kind in (GROUP, NODE_POOL)
    return any(name in types for name in named)
