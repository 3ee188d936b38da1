"""Instance types with accelerators, of AWS, GCP and Azure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from aicost_iac.catalog.tables import Row, index, table
from aicost_iac.errors import UnknownName

Status = Literal["current", "retired"]


@dataclass(frozen=True, slots=True)
class InstanceType:
    """The shape of one machine.

    `accelerator_share` is the part of each accelerator that comes with the machine: 1, or 0.125 where the cloud
    rents an eighth of an L4; such a machine counts 1. `accelerator_memory_gib` is what one accelerator, or that
    share, offers. `local_nvme_gb` is None where no source states it, 0 where the source states none. `retired`
    types are gone from the source after `date`.
    """

    cloud: str
    instance_type: str
    family: str
    accelerator: str
    accelerator_count: int
    accelerator_share: float
    accelerator_memory_gib: float
    vcpus: int
    memory_gib: float
    arch: str
    efa: bool
    local_nvme_gb: int | None
    status: Status
    source: tuple[str, ...]
    date: str
    note: str

    @property
    def name(self) -> str:
        """The cloud's own name of the type."""
        return self.instance_type

    @property
    def fractional(self) -> bool:
        """Whether the machine has only a share of an accelerator."""
        return self.accelerator_share < 1

    @property
    def total_accelerator_memory_gib(self) -> float:
        """GiB of accelerator memory that the whole machine offers."""
        return self.accelerator_memory_gib * self.accelerator_count


def instance(name: str, cloud: str = "aws") -> InstanceType:
    """The instance type `name` of a cloud. Raises `UnknownName`."""
    known = _known(cloud)
    try:
        return _typed(known[(name,)])
    except KeyError:
        raise UnknownName(f"{cloud} instance type", name, (each for (each,) in known)) from None


def instances(cloud: str = "aws") -> tuple[InstanceType, ...]:
    """All instance types of a cloud, by name. Raises `UnknownName` for a cloud the catalog does not hold."""
    return tuple(instance(name, cloud) for (name,) in _known(cloud))


def clouds() -> tuple[str, ...]:
    """The clouds the catalog holds."""
    return tuple(sorted(part for part in table("instances") if part != "about"))


def _known(cloud: str) -> Mapping[tuple[str, ...], Row]:
    if cloud not in clouds():
        raise UnknownName("cloud", cloud, clouds())
    return index("instances", cloud, "instance_type")


def _typed(row: Row) -> InstanceType:
    return InstanceType(**{**row, "source": tuple(row["source"])})
