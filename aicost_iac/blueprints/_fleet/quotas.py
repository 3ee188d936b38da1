"""Whether the account may run the fleet at all, asked at plan time: an apply is green without a single instance.

https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from aicost_iac import catalog
from aicost_iac.catalog import InstanceType, Quota
from aicost_iac.catalog.quotas import QuotaMarket
from aicost_iac.expr import Raw
from aicost_iac.plan import Resource

if TYPE_CHECKING:
    from aicost_iac.blueprints.spot_training_fleet import SpotTrainingFleet


def quota_checks(fleet: SpotTrainingFleet) -> list[Resource]:
    """A data source per quota the fleet draws on, whose postcondition fails a plan that could never be filled."""
    if not fleet.quota_check:
        return []
    spot = [_needed(fleet, "spot", fleet.types, fleet.capacity.target - fleet.on_demand_base)]
    on_demand = [_needed(fleet, "on-demand", fleet.types, fleet.on_demand_base)]
    if fleet.on_demand_fallback is not None:
        on_demand.append(_needed(fleet, "on-demand", fleet.fallback_types, fleet.fallback.cap))
    return [*_checks(fleet, "spot", spot), *_checks(fleet, "on-demand", on_demand)]


def _needed(fleet: SpotTrainingFleet, market: QuotaMarket, types: Sequence[InstanceType], units: int) -> Counter[Quota]:
    """vCPUs by quota. Of types that share one, the type that needs the fewest: the plan may use only that."""
    found: Counter[Quota] = Counter()
    for kind in types if units else ():
        quota = catalog.quota(kind.name, market)
        vcpus = units // fleet.capacity.weights.get(kind.name, 1) * kind.vcpus
        found[quota] = min(vcpus, found.get(quota, vcpus))
    return found


def _checks(fleet: SpotTrainingFleet, market: QuotaMarket, needed: Sequence[Counter[Quota]]) -> list[Resource]:
    together = sum(needed, Counter[Quota]())
    return [_data(fleet, market, quota, vcpus) for quota, vcpus in together.items()]


def _data(fleet: SpotTrainingFleet, market: str, quota: Quota, vcpus: int) -> Resource:
    message = (
        f"The quota '{quota.name}' ({quota.code}) is below the {vcpus} vCPUs that {fleet.name} needs: the fleet "
        "would stay empty without an error. Request an increase in Service Quotas."
    )
    body = {
        "service_code": "ec2",
        "quota_code": quota.code,
        "lifecycle": {"postcondition": [{"condition": Raw(f"self.value >= {vcpus}"), "error_message": message}]},
    }
    name = fleet.named(f"quota_{market}_{quota.code}").lower()
    return Resource("aws_servicequotas_service_quota", name, body, "data")
