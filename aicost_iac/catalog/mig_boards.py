"""MIG-capable boards, their profiles and where each profile may be placed.

https://docs.nvidia.com/datacenter/tesla/mig-user-guide/supported-mig-profiles.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from aicost_iac.catalog.instance_types import instance
from aicost_iac.catalog.tables import Row, grouped, index, rows, unknown
from aicost_iac.errors import NoMig, UnknownName

# Lowest ratio of reported GiB to the number in a profile's name that any listing shows, rounded down.
MEMORY_FLOOR = 0.87


@dataclass(frozen=True, slots=True)
class MigProfile:
    """One partition size. `starts` are the memory slices at which an instance of it may begin.

    `usable_memory_gib` is what the driver reports (None: no source states it); `usable_memory_gib_low` is the
    lowest value seen where listings differ. `min_driver` is a driver branch, such as 525.
    """

    profile: str
    compute_slices: int
    memory_slices: int
    memory_gb: int
    max_instances: int
    starts: tuple[int, ...]
    usable_memory_gib: float | None
    usable_memory_gib_low: float | None
    sm_count: int | None
    min_driver: int | None

    @property
    def resource_name(self) -> str:
        """What the device plugin advertises, under strategy `mixed` only."""
        return f"nvidia.com/mig-{self.profile.replace('+', '.')}"

    @property
    def planning_memory_gib(self) -> float:
        """GiB to plan with: the lowest reported, or a floor below every ratio seen. Never the number in the name."""
        reported = self.usable_memory_gib_low or self.usable_memory_gib
        return reported if reported is not None else self.memory_gb * MEMORY_FLOOR

    @property
    def plain(self) -> bool:
        """Whether the profile is without media or graphics variants."""
        return self.profile == f"{self.compute_slices}g.{self.memory_gb}gb"

    @property
    def takes_media(self) -> bool:
        """Whether it claims the media engines (`+me`, `+me.all`): one such instance per GPU."""
        return "+me" in self.profile


@dataclass(frozen=True, slots=True)
class MigGpu:
    """One MIG-capable board. `placements_stated` is False where placements follow from boards like it."""

    model: str
    accelerators: tuple[str, ...]
    aliases: tuple[str, ...]
    device_ids: tuple[str, ...]
    memory_gb: int
    compute_slices: int
    memory_slices: int
    max_instances: int
    min_driver: int | None
    placements_stated: bool
    profiles: tuple[MigProfile, ...]
    source: tuple[str, ...]
    date: str
    note: str

    def profile(self, name: str) -> MigProfile:
        """One of the board's profiles. Raises `UnknownName`."""
        for each in self.profiles:
            if each.profile == name:
                return each
        raise UnknownName(f"MIG profile of {self.model}", name, (each.profile for each in self.profiles))


def gpu(name: str) -> MigGpu:
    """The board behind a MIG model, an accelerator or a product name.

    Raises `NoMig` for an accelerator without MIG, `UnknownName` for any other name.
    """
    known = _by_name()
    if name in known:
        return _board(known[name]["model"])
    accelerators = index("accelerators", "accelerators", "name")
    if (name,) in accelerators:
        able = ", ".join(each for (each,), row in accelerators.items() if row["mig_model"])
        raise NoMig(f"{name} has no MIG; use one of {able}, or time-slicing, or a smaller instance type")
    raise unknown("MIG GPU", name, known)


def gpu_of_instance(instance_type: str, cloud: str = "aws") -> MigGpu:
    """The board in an instance type. Raises `NoMig`, also for a share of a board, and `UnknownName`."""
    shape = instance(instance_type, cloud)
    if shape.fractional:
        raise NoMig(f"{instance_type} has a share of one {shape.accelerator}, which can not be partitioned further")
    return gpu(shape.accelerator)


def gpu_of_device(device_id: str) -> MigGpu:
    """The board behind a PCI id as mig-parted's `device-filter` writes it, `0x233010DE`. Raises `UnknownName`.

    mig-parted drops an id it can not parse and matches nothing without an error
    (https://github.com/NVIDIA/mig-parted, `api/spec/v1/helpers.go`).
    """
    wanted = device_id.partition(":")[0].casefold()
    known = {each.casefold(): row["model"] for row in rows("mig", "gpus") for each in row["device_ids"]}
    if wanted not in known:
        ids = (each for row in rows("mig", "gpus") for each in row["device_ids"])
        raise UnknownName("PCI device id of a MIG GPU", device_id, ids)
    return gpu(known[wanted])


def gpus() -> tuple[MigGpu, ...]:
    """All boards, by model."""
    return tuple(gpu(row["model"]) for row in rows("mig", "gpus"))


@cache
def _by_name() -> Mapping[str, Row]:
    names: dict[str, Row] = {}
    for row in rows("mig", "gpus"):
        for name in (row["model"], *row["accelerators"], *row["aliases"]):
            names.setdefault(name, row)
    return names


@cache
def _board(model: str) -> MigGpu:
    row = index("mig", "gpus", "model")[(model,)]
    return MigGpu(
        model=row["model"],
        accelerators=tuple(row["accelerators"]),
        aliases=tuple(row["aliases"]),
        device_ids=tuple(row["device_ids"]),
        memory_gb=row["memory_gb"],
        compute_slices=row["compute_slices"],
        memory_slices=row["memory_slices"],
        max_instances=row["max_instances"],
        min_driver=row["min_driver"],
        placements_stated=row["placements"] == "stated",
        profiles=tuple(_profile(each) for each in grouped("mig", "profiles", "model")[(row["model"],)]),
        source=tuple(row["source"]),
        date=row["date"],
        note=row["note"],
    )


def _profile(row: Row) -> MigProfile:
    other = {"model", "source", "date", "starts"}
    return MigProfile(starts=tuple(row["starts"]), **{key: row[key] for key in row if key not in other})
