"""Where a pod runs and which accelerator it asks for: the words that node pools and workloads share.

A pool says what its nodes offer (`GpuNodePool.placement`, or a `Placement` written by hand for nodes that exist
already); a workload says what it wants of it. Neither repeats a label or a resource name of the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from aicost_iac import catalog
from aicost_iac.catalog.mig_boards import MigProfile
from aicost_iac.errors import CatalogError, Problem, did_you_mean
from aicost_iac.fields import Model

GPU = "nvidia.com/gpu"
# What the vendors' device plugins advertise whole accelerators as.
# https://awsdocs-neuron.readthedocs-hosted.com/en/latest/containers/kubernetes-getting-started.html
DEVICES = {"amd": "amd.com/gpu", "aws": "aws.amazon.com/neuron", "intel": "habana.ai/gaudi", "nvidia": GPU}
# https://docs.nvidia.com/datacenter/cloud-native/kubernetes/latest/: with the mixed strategy, a resource per profile.
MIG = "nvidia.com/mig-"
MEMORY_NEEDED = "memory_needed_gib"
"""The assumption by which a workload says what it needs of each device, GiB."""


class Toleration(Model):
    """A taint that a pod stands. https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/"""

    key: str
    operator: Literal["Exists", "Equal"] = "Exists"
    value: str | None = None
    effect: Literal["NoSchedule", "NoExecute", "PreferNoSchedule"] | None = None

    def body(self) -> dict[str, Any]:
        """As a pod spec takes it."""
        return {key: value for key, value in self if value is not None}


class MigSlice(Model):
    """One MIG slice: a process can use one, never two. https://docs.nvidia.com/datacenter/tesla/mig-user-guide/"""

    profile: str
    """Such as `1g.10gb`."""

    @property
    def resource(self) -> str:
        """What a container asks for."""
        return f"{MIG}{self.profile.replace('+', '.')}"

    @property
    def count(self) -> int:
        """Always one."""
        return 1


class WholeGpus(Model):
    """Whole accelerators of one node."""

    count: Annotated[int, Field(ge=1, le=16)] = 1

    @property
    def resource(self) -> str:
        """What a container asks for."""
        return GPU


Accelerator = MigSlice | WholeGpus


class Placement(Model):
    """What nodes offer, and what a pod must say to get onto them."""

    gpu: str
    """The catalog's name of the accelerator, such as `H100`."""
    node_selector: Mapping[str, str] = Field(default_factory=dict)
    """Labels the nodes are born with."""
    tolerations: Sequence[Toleration] = (Toleration(key=GPU, effect="NoSchedule"),)
    """For the nodes' taints."""
    slices: Mapping[str, Annotated[int, Field(ge=1)]] = Field(default_factory=dict)
    """MIG profile -> how many of them a node offers; empty where GPUs are whole."""
    gpus_per_node: Annotated[int, Field(ge=1, le=16)] | None = None
    instance_type: str | None = None
    """The type, where the pool has one: what a share of it costs follows."""
    spot: bool = False
    """Whether the nodes may be taken away at two minutes' notice."""
    slice_resource: str | None = None
    """What a slice is called where the device plugin has one name for all: `nvidia.com/gpu` on GKE's own plugin."""

    def problems(self) -> Iterator[Problem]:
        try:
            chip = catalog.accelerator(self.gpu)
            board = catalog.mig.gpu(self.gpu) if self.slices else None
        except CatalogError as error:
            yield Problem("gpu", str(error), self.gpu)
            return
        names = {each.profile for each in board.profiles} if board else set()
        for profile in self.slices:
            if profile not in names:
                hint = did_you_mean(profile, names) or f"{chip.name} has {', '.join(sorted(names))}"
                yield Problem("slices", f"{chip.name} has no such MIG profile", profile, hint)

    def refuses(self, wanted: Accelerator) -> str | None:
        """Why these nodes can not give what a workload wants, None when they can."""
        if isinstance(wanted, MigSlice):
            if wanted.profile not in self.slices:
                offered = ", ".join(sorted(self.slices)) or "whole GPUs only"
                return f"no node offers {wanted.profile}: the placement has {offered}"
            return None
        if self.slices:
            return f"the GPUs of these nodes are partitioned: ask for a slice ({', '.join(sorted(self.slices))})"
        if self.gpus_per_node is not None and wanted.count > self.gpus_per_node:
            return f"{wanted.count} GPUs are more than the {self.gpus_per_node} of a node"
        return None

    def resource(self, wanted: Accelerator) -> str:
        """What a container asks these nodes for."""
        if isinstance(wanted, MigSlice):
            return self.slice_resource or wanted.resource
        return DEVICES.get(catalog.accelerator(self.gpu).vendor, wanted.resource)

    def profile(self, wanted: MigSlice) -> MigProfile:
        """The catalog's row of a slice: its usable memory, its share of the board."""
        return catalog.mig.gpu(self.gpu).profile(wanted.profile)
