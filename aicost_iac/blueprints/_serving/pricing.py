"""What one replica costs an hour, and how that is written beside the objects."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from aicost_iac import catalog
from aicost_iac.blueprints._serving.sizing import gpus_per_node, node_share
from aicost_iac.catalog import fitting
from aicost_iac.cost.amounts import unit_price, written
from aicost_iac.errors import CatalogError
from aicost_iac.kubernetes.placement import Accelerator, MigSlice, Placement
from aicost_iac.plan import Assumption

REPLICA_PRICE, REPLICA_GPUS = "replica_usd_hour", "gpus_per_replica"


@dataclass(frozen=True, slots=True)
class ReplicaPrice:
    """USD an hour on demand, by a list of a day (ISO 8601); `source` says which machine."""

    usd_hour: Decimal
    source: str
    as_of: str

    def assumption(self) -> Assumption:
        """As the plan carries it."""
        return Assumption(REPLICA_PRICE, written(self.usd_hour), "USD/h", self.source, self.as_of)


def replica_price(placement: Placement, accelerator: Accelerator, region: str) -> ReplicaPrice | None:
    """A replica's part of its node; where the node is not known, of the machine in which it costs least.

    None where no list states a price: unknown is never zero. Nodes on spot are counted on demand.
    """
    part, name = node_share(placement, accelerator), placement.instance_type
    if name is not None and part is not None:
        try:
            price = catalog.on_demand(name, region)
        except CatalogError:
            return None
        return ReplicaPrice(_portion(price.usd_hour, part), f"{part} of {name} in {region}, list price", price.date)
    held = _held(placement, accelerator, region)
    if held is None or held.usd_hour is None:
        return None
    date = catalog.on_demand(held.instance_type, region).date
    return ReplicaPrice(unit_price(held.usd_hour, 1), f"{held.name} at its cheapest in {region}, list price", date)


def replica_gpus(placement: Placement, accelerator: Accelerator) -> Decimal:
    """Whole GPUs that one replica holds, or its part of one."""
    if not isinstance(accelerator, MigSlice):
        return Decimal(accelerator.count)
    part, count = node_share(placement, accelerator), gpus_per_node(placement)
    if part is not None and count is not None:
        return _portion(Decimal(count), part)
    return unit_price(Decimal(1), catalog.mig.gpu(placement.gpu).profile(accelerator.profile).max_instances)


def _held(placement: Placement, accelerator: Accelerator, region: str) -> fitting.Holder | None:
    try:
        if isinstance(accelerator, MigSlice):
            return fitting.slice_of(placement.gpu, accelerator.profile, region)
        return fitting.whole(placement.gpu, accelerator.count, region)
    except CatalogError:
        return None


def _portion(amount: Decimal, part: Fraction) -> Decimal:
    return unit_price(amount * part.numerator, part.denominator)
