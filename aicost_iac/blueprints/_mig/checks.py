"""What makes a layout impossible, each reason with its way out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from aicost_iac import catalog
from aicost_iac.blueprints._mig.compiling import name_of, problems_of
from aicost_iac.blueprints._mig.cuts import Cut
from aicost_iac.catalog import mig_bundled
from aicost_iac.errors import Problem

if TYPE_CHECKING:
    from aicost_iac.blueprints.mig_layout import MigLayout

# What AKS can cut a GPU into. https://learn.microsoft.com/azure/aks/gpu-multi-instance
_AKS_SLICES = (1, 2, 3, 4, 7)


def problems(layout: MigLayout) -> Iterator[Problem]:
    """All of them: first those of each partition, and when there are none, those of the whole."""
    found = [
        problem
        for index, partition in enumerate(layout.partitions)
        for problem in problems_of(partition, f"partitions.{index}", layout.cloud)
    ]
    yield from found
    if not found:
        yield from _names(layout)
        yield from _native(layout)
        for cut in layout.cuts:
            yield from _cut(layout, cut)


def _names(layout: MigLayout) -> Iterator[Problem]:
    names = Counter(name_of(partition, layout.cloud) for partition in layout.partitions)
    for name, count in names.items():
        if count > 1:
            yield Problem("partitions", f"hold {count} of one name", name, "give each a name= of its own")
    for cut in layout.cuts:
        if mig_bundled.is_bundled(cut.name):
            yield Problem("name", "makes a config that mig-parted has already", cut.name, "choose another name")


def _native(layout: MigLayout) -> Iterator[Problem]:
    if layout.plugin == "native" and layout.cluster not in ("gke", "aks"):
        remedy = "use the GPU operator (plugin='operator')"
        yield Problem("plugin", f"of its own has only a managed cluster: {layout.cluster} has none", "native", remedy)
    if layout.plugin == "native" and layout.strategy == "single" and layout.cluster == "gke":
        yield Problem("strategy", "is not read by GKE's own plugin", "single", "leave it out")


def _cut(layout: MigLayout, cut: Cut) -> Iterator[Problem]:
    if layout.strategy == "single" and not cut.is_uniform:
        message = f"'single' can not advertise {cut.name}: its nodes have slices of several sizes, or whole GPUs"
        yield Problem("strategy", message, layout.strategy, "use 'mixed', or cut every GPU into one size")
    if layout.plugin == "native":
        yield from _one_size(layout, cut)
    need = max(catalog.mig.min_driver(cut.board, each) or 0 for each in cut.gpus)
    if layout.driver is not None and layout.driver < need:
        yield Problem("driver", f"is older than {cut.name} needs: {need}", layout.driver, f"use {need} or newer")


def _one_size(layout: MigLayout, cut: Cut) -> Iterator[Problem]:
    """GKE's plugin does not start when a GPU has fewer partitions than its table says."""
    profile = next((cut.board.profile(name) for each in cut.gpus for name in each), None)
    full = profile is not None and all(dict(each) == {profile.profile: profile.max_instances} for each in cut.gpus)
    known = profile is not None and profile.plain and profile.compute_slices in _AKS_SLICES
    if not cut.is_uniform or not full or not known:
        message = f"knows one size for all GPUs, as many as fit, and {cut.name} is another layout"
        yield Problem("plugin", f"of {layout.cluster} {message}", "native", "use plugin='operator', or one full size")
