"""What a GPU is to be cut into: a layout, a layout per GPU of a node, or what will run on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

from pydantic import Field

from aicost_iac.errors import Problem
from aicost_iac.fields import Model, Name

Count = Annotated[int, Field(ge=1, le=7)]
Layout = Mapping[str, Count]


class MigDemand(Model):
    """Replicas that each need one slice of a GPU."""

    replicas: Annotated[int, Field(ge=1, le=500)]
    memory_gib: Annotated[float, Field(gt=0, le=300)]
    """What one replica needs: weights, KV cache and runtime. Usable GiB, which is less than a profile's name says."""


class MigPartition(Model):
    """One kind of GPU, and what every node with it is cut into.

    By name or by instance type, never by PCI id; as a layout, as one per GPU, or as demands that the exact search turns
    into layouts.
    """

    gpu: str | None = None
    """The accelerator, such as `H100`: for nodes of any number of them."""
    instance_type: str | None = None
    """The nodes' type in the cluster's cloud, such as `p5.4xlarge`: then GPUs are numbered and priced."""
    layout: Layout = Field(default_factory=dict)
    """Profile -> how many of it, on every GPU: `{"1g.10gb": 7}`."""
    layouts: Sequence[Layout] = ()
    """One layout for each GPU of a node, in the order of their index; an empty one leaves its GPU whole."""
    demands: Sequence[MigDemand] = ()
    """What will run: the layouts with the fewest GPUs and the least stranded capacity are found."""
    name: Name | None = None
    """Tells two partitions of one GPU apart; default: the accelerator's name."""

    def problems(self) -> Iterator[Problem]:
        if (self.gpu is None) == (self.instance_type is None):
            yield Problem("gpu", "is needed, or an instance_type, and not both", self.gpu, "name the GPU once")
        ways = [name for name in ("layout", "layouts", "demands") if getattr(self, name)]
        if not ways:
            yield Problem("layout", "is missing", remedy="give layout, layouts or demands")
        elif len(ways) > 1:
            yield Problem(ways[0], f"stands beside {' and '.join(ways[1:])}", remedy="say in one way what is wanted")
        if self.layouts and not any(self.layouts):
            yield Problem("layouts", "leave every GPU whole", remedy="such nodes need no partition")
        if self.layouts and self.instance_type is None:
            yield Problem("layouts", "number the GPUs of a node", remedy="name the instance_type that has so many")
