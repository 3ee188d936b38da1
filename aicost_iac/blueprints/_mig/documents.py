"""The texts a layout becomes: mig-parted's file, Helm values, and the sheet that a person reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from aicost_iac import catalog
from aicost_iac.blueprints._mig.cuts import HOURS_A_MONTH, Cut, Partitioned
from aicost_iac.blueprints._mig.drawing import draw, in_words
from aicost_iac.catalog.mig import Layout
from aicost_iac.kubernetes.gpu_operator import DISABLED, mig_group
from aicost_iac.kubernetes.placement import GPU


def config_file(cuts: Sequence[Cut]) -> str:
    """mig-parted's file: every cut under its name, and the config of nodes without a label."""
    return (
        "\n".join(["version: v1", "mig-configs:", *_entry(DISABLED, mig_group((), None, {})), *_configs(cuts)]) + "\n"
    )


def sheet(compiled: Iterable[Partitioned], region: str) -> str:
    """What every GPU is cut into, drawn, who gets which slice, and what is left over in slices, GB and dollars."""
    return "\n".join(line for each in compiled for line in _described(each, region))


def _configs(cuts: Iterable[Cut]) -> Iterator[str]:
    for cut in cuts:
        yield from _entry(cut.name, _groups(cut))


def _entry(name: str, lines: Iterable[str]) -> Iterator[str]:
    yield f"  {name}:"
    for line in lines:
        yield f"    {line}"


def _groups(cut: Cut) -> Iterator[str]:
    groups = list(cut.groups)
    for layout, indices in groups:
        if layout:
            yield f"# {cut.board.model} by memory slice:"
            yield from (f"# {line}" for line in draw(cut.board, layout).splitlines())
        yield from mig_group(cut.board.device_ids, indices if len(groups) > 1 else None, _ordered(layout))


def _ordered(layout: Layout) -> Layout:
    """The largest first, as the driver places them best."""
    return dict(sorted(layout.items(), reverse=True))


def _described(partitioned: Partitioned, region: str) -> Iterator[str]:
    for cut in partitioned.cuts:
        yield from _cut(cut, region)
    yield from _served(partitioned, region)
    yield ""


def _cut(cut: Cut, region: str) -> Iterator[str]:
    unit = "node" if cut.shape else "GPU"
    needed = f", {cut.count} {unit}{'s' if cut.count > 1 else ''}" if cut.count else ""
    where = f" in {cut.shape.name}" if cut.shape else ""
    yield f"{cut.name}: {cut.board.model}{where}{needed}"
    for layout, indices in cut.groups:
        yield f"  {_gpus(cut, indices)}: {in_words(layout)}"
        if layout:
            yield from (f"    {line}" for line in draw(cut.board, layout).splitlines())
            yield f"    {_left(cut, layout, region)}"
    yield f"  a {unit} offers " + ", ".join(f"{count} x {name}" for name, count in cut.resources().items())


def _served(partitioned: Partitioned, region: str) -> Iterator[str]:
    cut = partitioned.cuts[0]
    for need, name in partitioned.served:
        profile = cut.board.profile(name)
        usable = f"{profile.planning_memory_gib:.1f} GiB"
        yield f"  {need.replicas} x {need.memory_gib:g} GiB: each asks for one {profile.resource_name} ({usable})"
    if whole := sum(cut.resources().get(GPU, 0) * (cut.count or 0) for cut in partitioned.cuts):
        yield f"  spare: {whole} whole GPUs{_dollars(cut, whole * cut.board.memory_slices, region)}"
    if partitioned.spare:
        slices = sum(cut.board.profile(name).memory_slices * count for name, count in partitioned.spare.items())
        memory = slices * cut.board.memory_gb / cut.board.memory_slices
        yield f"  spare: {in_words(partitioned.spare)} ({memory:g} GB){_dollars(cut, slices, region)}"


def _gpus(cut: Cut, indices: Sequence[int]) -> str:
    if len(indices) == len(cut.gpus):
        return "every GPU"
    return f"GPU{'s' if len(indices) > 1 else ''} {', '.join(map(str, indices))}"


def _left(cut: Cut, layout: Layout, region: str) -> str:
    left = catalog.mig.leftover(cut.board, layout)
    parts = []
    if left.memory_slices:
        parts.append(f"{left.memory_slices} of {cut.board.memory_slices} memory slices ({left.memory_gb:g} GB)")
    if left.compute_slices:
        parts.append(f"{left.compute_slices} of {cut.board.compute_slices} compute slices")
    if not parts:
        return "left over of each: nothing"
    free = f"; {in_words(left.completion)} could be added for nothing" if left.completion else ""
    return f"left over of each: {', '.join(parts)}{_dollars(cut, left.memory_slices, region)}{free}"


def _dollars(cut: Cut, memory_slices: int, region: str) -> str:
    """By memory: its slices, unlike those of compute, add up to the whole GPU."""
    hour = cut.hour(region)
    if hour is None or not memory_slices:
        return ""
    usd = hour.usd * HOURS_A_MONTH * memory_slices / cut.board.memory_slices
    return f", ${usd:,.0f} a month ({hour.instance_type} on demand in {region}, {hour.date})"
