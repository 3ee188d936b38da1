"""How much a pool may buy, and what that costs."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from aicost_iac import catalog
from aicost_iac.blueprints._nodes import machines
from aicost_iac.catalog import InstanceType
from aicost_iac.errors import CatalogError
from aicost_iac.plan import Assumption

if TYPE_CHECKING:
    from aicost_iac.blueprints.gpu_node_pool import GpuNodePool


def limits(pool: GpuNodePool, accelerators: int) -> dict[str, str]:
    """The limits of a NodePool with so many accelerators.

    A GPU that is cut is no `nvidia.com/gpu` any more, so a pool of slices is also limited by its slices and its vCPUs.
    """
    most = {machines.device(pool): accelerators}
    if pool.cut is not None:
        for shape in pool.shapes:
            nodes = accelerators // shape.accelerator_count
            for name, count in {"cpu": shape.vcpus, **_slices(pool, shape)}.items():
                most[name] = max(most.get(name, 0), count * nodes)
    return {name: str(count) for name, count in most.items()}


def nodes_for(pool: GpuNodePool, accelerators: int) -> int:
    """How many nodes have so many accelerators, where all nodes are of one size."""
    return accelerators // pool.shapes[0].accelerator_count


def dearest_hour(pool: GpuNodePool, accelerators: int, region: str) -> Assumption | None:
    """What so many accelerators cost an hour in the pool's dearest machine; None where no price is known."""
    known = [(hour, shape) for shape in pool.shapes if (hour := _hour(pool, shape, region)) is not None]
    if not known:
        return None
    most = max(known, key=lambda pair: pair[0][0] / pair[1].accelerator_count)
    (usd, date, source), shape = most
    total = (usd * accelerators / shape.accelerator_count).quantize(Decimal("0.01"))
    return Assumption("limit_usd_hour", str(total), f"{accelerators} accelerators", f"{shape.name}: {source}", date)


def _slices(pool: GpuNodePool, shape: InstanceType) -> dict[str, int]:
    cut, mig = pool.cut, pool.mig
    if cut is None or mig is None:
        return {}
    found = machines.advertised(cut, shape.accelerator_count, mig.strategy == "mixed")
    return {name: count for name, count in found.items() if name != machines.device(pool)}


def _hour(pool: GpuNodePool, shape: InstanceType, region: str) -> tuple[Decimal, str, str] | None:
    agreed = pool.committed_prices.get(shape.name)
    if agreed is not None:
        return agreed.usd_hour, agreed.as_of, agreed.source
    try:
        price = catalog.on_demand(shape.name, region, shape.cloud)
    except CatalogError:
        return None
    return price.usd_hour, price.date, f"on demand in {region}"
