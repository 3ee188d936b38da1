"""How much a fleet wants, and in which unit."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from aicost_iac.catalog import InstanceType
from aicost_iac.errors import Problem


@dataclass(frozen=True, slots=True)
class Capacity:
    """`target` in instances, or in GPUs when the types differ in size and each counts for its `weights` entry."""

    target: int
    weights: Mapping[str, int]
    """Empty: every instance counts one."""

    @property
    def unit(self) -> str:
        return "GPUs" if self.weights else "instances"

    @property
    def step(self) -> int:
        """The smallest amount every type can add exactly."""
        return math.lcm(*self.weights.values()) if self.weights else 1


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the user asked for; exactly one of `instances` and `gpus`."""

    instances: int | None
    gpus: int | None
    weights: Mapping[str, int]


def capacity_of(types: Sequence[InstanceType], wanted: Wanted) -> Capacity:
    """The capacity of a fleet that `capacity_problems` found nothing wrong with."""
    counts = {kind.name: int(kind.accelerator_count) for kind in types}
    if wanted.weights:
        return Capacity(wanted.gpus or wanted.instances or 0, {name: wanted.weights[name] for name in counts})
    if wanted.instances is not None:
        return Capacity(wanted.instances, {})
    gpus = wanted.gpus or 0
    if len(set(counts.values())) == 1:
        return Capacity(gpus // counts[types[0].name], {})
    return Capacity(gpus, counts)


def capacity_problems(types: Sequence[InstanceType], wanted: Wanted) -> Iterator[Problem]:
    """Why a target can not be met exactly with these types."""
    if (wanted.instances is None) == (wanted.gpus is None):
        way_out = "gpus= when the types differ in size"
        yield Problem("instances", "or gpus is required, and only one of them", remedy=way_out)
        return
    yield from _weight_problems(types, wanted)
    if wanted.weights or not types:
        return
    shares = [kind.name for kind in types if kind.fractional]
    if shares:
        if wanted.gpus is not None:
            yield Problem("gpus", "can not count types that have a share of one", shares, "say instances=")
        return
    sizes = {kind.name: int(kind.accelerator_count) for kind in types}
    if wanted.instances is not None and len(set(sizes.values())) > 1:
        way_out = "say gpus=, or list types of one size"
        yield Problem("instances", "is ambiguous: the types differ in size", sizes, way_out)
    step = math.lcm(*sizes.values())
    if wanted.gpus is not None and wanted.gpus % step:
        below, above = wanted.gpus // step * step, -(-wanted.gpus // step) * step
        choice = f"ask for {above}" + (f" or {below}" if below else "")
        reason = f"can not be met exactly by types of {sorted(set(sizes.values()))} GPUs"
        yield Problem("gpus", reason, wanted.gpus, choice)


def _weight_problems(types: Sequence[InstanceType], wanted: Wanted) -> Iterator[Problem]:
    names = [kind.name for kind in types]
    for name in wanted.weights:
        if name not in names:
            yield Problem(f"weights.{name}", "is not in instance_types", name, f"listed are {names}")
    missing = [name for name in names if wanted.weights and name not in wanted.weights]
    if missing:
        way_out = "by default a type counts for its GPUs"
        yield Problem("weights", "must name every type or none; missing", missing, way_out)
    target = wanted.gpus or wanted.instances or 0
    if wanted.weights and not missing and target % (step := math.lcm(*wanted.weights.values())):
        reason = f"can not meet the target {target} exactly"
        yield Problem("weights", reason, dict(wanted.weights), f"use a multiple of {step}")
