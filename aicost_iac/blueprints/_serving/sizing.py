"""How long a replica takes to start, and what it asks for besides its accelerator."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from aicost_iac import catalog
from aicost_iac.blueprints._serving import memory
from aicost_iac.catalog.memory import GIB, weights_bytes
from aicost_iac.errors import CatalogError, Problem
from aicost_iac.kubernetes.placement import MigSlice, Placement, WholeGpus

if TYPE_CHECKING:
    from aicost_iac.blueprints.model_server import ModelServer
    from aicost_iac.kubernetes.placement import Accelerator

# Seconds for a GiB of weights: over a network of 1 Gbit/s, and from a volume that gives 500 MiB/s.
_DOWNLOAD, _READ = 8, 2
# Seconds an engine takes to compile, capture graphs and warm up.
_ENGINE = 90
# What the system, the kubelet and daemons keep of a node.
_KEPT = Fraction(1, 5)
# Shared memory of one rank: https://docs.vllm.ai/en/latest/deployment/k8s/
SHM_GIB = 2


@dataclass(frozen=True, slots=True)
class Resources:
    """Host resources of one replica."""

    cpu: int
    memory_gib: int
    disk_gib: int


def weights_gib(server: ModelServer) -> float:
    """All weights of the model, GiB."""
    wanted = memory.serving(server)
    return weights_bytes(wanted.model, wanted.weight_bits) / GIB


def load_seconds(server: ModelServer) -> int:
    """From the start of the container to the first answer: as measured, else by the size of the weights."""
    if server.load_seconds is not None:
        return server.load_seconds
    rate = _DOWNLOAD if server.storage is None else _READ
    return _ENGINE + math.ceil(weights_gib(server) * rate)


def cold_start_seconds(server: ModelServer) -> int:
    """From a wanted replica to its first answer, the node that has to start for it included."""
    return server.node_start_seconds + load_seconds(server)


def node_share(placement: Placement, accelerator: Accelerator) -> Fraction | None:
    """The part of a node that one replica keeps others from using; None where the node is not known.

    Slices of one layout share the node by their memory: what the layout strands is charged to those that are there.
    """
    if isinstance(accelerator, WholeGpus):
        count = gpus_per_node(placement)
        return None if count is None else Fraction(accelerator.count, count)
    board = catalog.mig.gpu(placement.gpu)
    total = sum(board.profile(name).memory_slices * count for name, count in placement.slices.items())
    return Fraction(board.profile(accelerator.profile).memory_slices, total)


def gpus_per_node(placement: Placement) -> int | None:
    """As the placement says, else as its instance type has."""
    if placement.gpus_per_node is not None or placement.instance_type is None:
        return placement.gpus_per_node
    try:
        return catalog.instance(placement.instance_type).accelerator_count
    except CatalogError:
        return None


def resources(server: ModelServer) -> Resources:
    """As said; else a replica's part of its node where that is known, and what its weights need where not."""
    weights = weights_gib(server)
    share = _host_share(server)
    wanted = WholeGpus(count=1) if isinstance(server.accelerator, MigSlice) else server.accelerator
    cpu = 2 if isinstance(server.accelerator, MigSlice) else 4 * wanted.count
    gib = max(8, math.ceil(weights) + 4) + shm_gib(server)
    if share is not None:
        cpu, gib = max(1, min(cpu, math.floor(share[0]))), max(2, min(gib, math.floor(share[1])))
    disk = 10 if server.storage is not None else 10 + math.ceil(weights * 1.1)
    return Resources(server.cpu or cpu, server.memory_gib or gib, disk)


def shm_gib(server: ModelServer) -> int:
    """Shared memory between the ranks of a replica; it counts against the memory limit."""
    return SHM_GIB * server.accelerator.count if server.accelerator.count > 1 else 0


def _host_share(server: ModelServer) -> tuple[Fraction, Fraction] | None:
    """vCPUs and GiB of a replica's part of its node, without what the system keeps."""
    part = node_share(server.placement, server.accelerator)
    if server.placement.instance_type is None or part is None:
        return None
    try:
        shape = catalog.instance(server.placement.instance_type)
    except CatalogError:
        return None
    left = part * (1 - _KEPT)
    return shape.vcpus * left, Fraction(str(shape.memory_gib)) * left


def resource_problems(server: ModelServer) -> Iterator[Problem]:
    """What a replica asks for and its node does not have."""
    name = server.placement.instance_type
    if name is None:
        return
    try:
        node = catalog.instance(name)
    except CatalogError as error:
        yield Problem("placement.instance_type", str(error), name)
        return
    for field, asked, there in (("cpu", server.cpu, node.vcpus), ("memory_gib", server.memory_gib, node.memory_gib)):
        if asked is not None and asked >= there:
            yield Problem(field, f"is more than a pod can get of the {there:g} of {name}", asked)
