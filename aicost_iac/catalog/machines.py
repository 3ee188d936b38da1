"""The size of EC2 types, with or without an accelerator: what fits on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from aicost_iac.catalog.instance_types import instance
from aicost_iac.catalog.tables import index, rows
from aicost_iac.errors import UnknownName


@dataclass(frozen=True, slots=True)
class Machine:
    """vCPU and memory of an EC2 type. `accelerators` are whole ones; a share of one counts 1."""

    instance_type: str
    vcpus: int
    memory_gib: float
    arch: str
    accelerators: int = 0


def machine(instance_type: str) -> Machine:
    """The size of an EC2 type. Raises `UnknownName`."""
    row = _plain().get(instance_type)
    if row is not None:
        return row
    try:
        shape = instance(instance_type)
    except UnknownName:
        names = (*_plain(), *(each["instance_type"] for each in rows("instances", "aws")))
        raise UnknownName("aws instance type", instance_type, names) from None
    return Machine(instance_type, shape.vcpus, shape.memory_gib, shape.arch, shape.accelerator_count)


@cache
def _plain() -> Mapping[str, Machine]:
    """The types without an accelerator, each once: they are priced by region."""
    return {
        name: Machine(name, row["vcpus"], row["memory_gib"], row["arch"])
        for (name, _), row in index("services", "machines", "instance_type", "region").items()
    }
