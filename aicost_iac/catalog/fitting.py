"""On what does a replica fit, and what does it cost there? `memory.fit` over everything that can be bought.

A replica holds one MIG slice, or whole accelerators of one machine among which its tensors are divided. A slice costs
the part of its GPU that a layout of such slices alone would charge it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from aicost_iac.catalog import mig
from aicost_iac.catalog.chips import accelerator, accelerators
from aicost_iac.catalog.gpu_hours import GpuHour, gpu_hour, hour_in
from aicost_iac.catalog.instance_types import instances
from aicost_iac.catalog.memory import UTILIZATION, Serving, fit, fitting_profiles
from aicost_iac.catalog.mig_boards import MigGpu

_PARALLEL = (1, 2, 4, 8)


@dataclass(frozen=True, slots=True)
class Holder:
    """What one replica may run on: `count` devices, each with `usable_gib`; a `profile` is a MIG slice, "" the whole.

    `usd_hour` is for the replica, on demand, None where no source states it; `instance_type` is where that is.
    """

    accelerator: str
    profile: str
    count: int
    usable_gib: float
    usd_hour: Decimal | None
    instance_type: str

    @property
    def name(self) -> str:
        """`1g.10gb of H100`, `L40S`, `2 H100`."""
        if self.profile:
            return f"{self.profile} of {self.accelerator}"
        return self.accelerator if self.count == 1 else f"{self.count} {self.accelerator}"


def usable_gib(name: str) -> float:
    """The memory a whole accelerator offers a process, GiB: what the driver or the cloud reports, not the name.

    Raises `UnknownName`.
    """
    chip = accelerator(name)
    if chip.mig_model is not None:
        return max(each.planning_memory_gib for each in mig.gpu(chip.name).profiles)
    offered = [each.accelerator_memory_gib for each in instances() if each.accelerator == name and not each.fractional]
    return min([chip.memory_gib, *offered])


def slice_of(name: str, profile: str, region: str) -> Holder:
    """One slice of an accelerator. Raises `NoMig` and `UnknownName`."""
    board = mig.gpu(name)
    found = board.profile(profile)
    hour = gpu_hour(name, region)
    usd = None if hour is None else hour.usd / found.max_instances
    return Holder(name, profile, 1, found.planning_memory_gib, usd, hour.instance_type if hour else "")


def whole(name: str, count: int, region: str) -> Holder:
    """Whole accelerators, side by side in one machine. Raises `UnknownName`."""
    hour = min(_hours(name, count, region), default=None)
    usd = None if hour is None else hour.usd * count
    return Holder(name, "", count, usable_gib(name), usd, hour.instance_type if hour else "")


def smallest_slice(serving: Serving, board: MigGpu, utilization: float = UTILIZATION) -> str | None:
    """The board's plain profile with the fewest slices that holds one replica, None when none does."""
    able = fitting_profiles(serving, board, utilization)
    return min(able, key=lambda each: (each.memory_slices, each.compute_slices)).profile if able else None


def cheapest(serving: Serving, region: str, utilization: float = UTILIZATION) -> Holder | None:
    """Where a replica costs least, of what has a price; None when nothing holds it."""
    return min(_priced(serving, region, utilization), key=lambda each: (each[0], each[1].name), default=(0, None))[1]


def _priced(serving: Serving, region: str, utilization: float) -> Iterator[tuple[Decimal, Holder]]:
    for each in (*_slices(serving, region, utilization), *_wholes(serving, region, utilization)):
        if each.usd_hour is not None:
            yield each.usd_hour, each


def _slices(serving: Serving, region: str, utilization: float) -> Iterator[Holder]:
    alone = replace(serving, tensor_parallel=1)
    for board in mig.gpus():
        profile = smallest_slice(alone, board, utilization)
        for name in board.accelerators if profile else ():
            yield slice_of(name, profile or "", region)


def _wholes(serving: Serving, region: str, utilization: float) -> Iterator[Holder]:
    """As few of each kind as hold the replica: counts that divide the attention heads, of GPUs that compute in bf16."""
    for chip in accelerators():
        if chip.vendor != "nvidia" or not chip.bf16:
            continue
        room = usable_gib(chip.name)
        for count in _PARALLEL:
            divided = replace(serving, tensor_parallel=count)
            if serving.model.attention_heads % count == 0 and fit(divided, room, utilization).fits:
                yield whole(chip.name, count, region)
                break


def _hours(name: str, count: int, region: str) -> Iterator[GpuHour]:
    """What each of `count` accelerators costs in every machine that has so many."""
    for each in instances():
        if each.accelerator == name and not each.fractional and each.accelerator_count >= count:
            hour = hour_in(each, region) if each.status == "current" else None
            if hour is not None:
                yield hour
