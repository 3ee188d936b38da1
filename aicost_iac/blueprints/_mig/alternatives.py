"""What to take instead of a GPU that can not be partitioned, and what it costs."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac import catalog
from aicost_iac.blueprints._mig.settings import MigPartition
from aicost_iac.catalog.gpu_hours import GpuHour, gpu_hour, hour_in, smallest_machine
from aicost_iac.catalog.mig_packing import suitable
from aicost_iac.errors import CatalogError, Problem

# The region whose list prices stand for all where none is known yet.
_REGION = "us-east-1"


def without_mig(field: str, name: str, cloud: str, partition: MigPartition) -> Problem:
    """The refusal of a GPU without MIG, with the ways out that have a price."""
    accelerator = _accelerator(name, cloud)
    message = f"{accelerator} has no MIG: it can not be cut"
    hour = _now(name, accelerator, cloud)
    price = f", at the ${hour.usd:,.2f} an hour it costs now" if hour else ""
    ways = [f"share the whole GPU by time-slicing, without isolation of memory{price}"]
    if (small := _price(accelerator)) is not None:
        ways.append(f"give each replica a small machine of its own: {_priced(small)}")
    if (able := _cheapest(_needed(partition))) is not None:
        ways.append(f"take a GPU that has MIG: {_priced(able[0])} ({able[1]})")
    return Problem(field, message, name, "; or ".join(ways))


def _accelerator(name: str, cloud: str) -> str:
    try:
        return catalog.instance(name, cloud).accelerator
    except CatalogError:
        return name


def _now(name: str, accelerator: str, cloud: str) -> GpuHour | None:
    """The price of one GPU in the machine that was named, or where it is cheapest."""
    if name == accelerator:
        return gpu_hour(accelerator, _REGION, cloud)
    return hour_in(catalog.instance(name, cloud), _REGION)


def _needed(partition: MigPartition) -> float:
    return max((each.memory_gib for each in partition.demands), default=0)


def _cheapest(memory_gib: float) -> tuple[GpuHour, str] | None:
    return min(_able(memory_gib), default=None)


def _able(memory_gib: float) -> Iterator[tuple[GpuHour, str]]:
    """Machines whose board has a large enough slice, where somebody has seen it partitioned: its PCI id is known."""
    for board in catalog.mig.gpus():
        for accelerator in board.accelerators if board.device_ids and suitable(board, memory_gib) else ():
            if (hour := _price(accelerator)) is not None:
                yield hour, accelerator


def _price(accelerator: str) -> GpuHour | None:
    return smallest_machine(accelerator, _REGION)


def _priced(hour: GpuHour) -> str:
    return f"{hour.instance_type} at ${hour.usd:,.2f} an hour"
