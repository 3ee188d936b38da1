"""Accelerators by name: memory, generation, what they can compute, whether they partition."""

from __future__ import annotations

from dataclasses import dataclass

from aicost_iac.catalog.tables import Row, index, unknown


@dataclass(frozen=True, slots=True)
class Accelerator:
    """One kind of GPU or NPU.

    `memory_gib` is the nominal memory of the board; what an instance offers of it is
    `InstanceType.accelerator_memory_gib`. `bf16` follows from the compute capability (8.0 or newer,
    https://docs.nvidia.com/cuda/cuda-c-programming-guide/index.html#compute-capabilities) and is None where no
    source states one. `mig_model` is the board's name in `catalog.mig`, None without MIG.
    """

    name: str
    vendor: str
    kind: str
    memory_gib: float
    architecture: str
    compute_capability: str | None
    bf16: bool | None
    mig_model: str | None
    pci_device_ids: tuple[str, ...]
    karpenter_gpu_name: str | None
    gke_accelerator: str | None
    source: tuple[str, ...]
    date: str
    note: str

    @property
    def mig_capable(self) -> bool:
        """Whether NVIDIA lists the board for Multi-Instance GPU."""
        return self.mig_model is not None


def accelerator(name: str) -> Accelerator:
    """The accelerator called `name` in the catalog, such as `"L40S"`. Raises `UnknownName`."""
    known = index("accelerators", "accelerators", "name")
    try:
        row = known[(name,)]
    except KeyError:
        raise unknown("accelerator", name, (each for (each,) in known)) from None
    return _typed(row)


def accelerators() -> tuple[Accelerator, ...]:
    """All accelerators, by name."""
    return tuple(accelerator(name) for (name,) in index("accelerators", "accelerators", "name"))


def _typed(row: Row) -> Accelerator:
    lists = {"pci_device_ids": tuple(row["pci_device_ids"]), "source": tuple(row["source"])}
    return Accelerator(**{**row, **lists})
