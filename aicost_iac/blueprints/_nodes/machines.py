"""What the nodes of a pool are made of: accelerators, images, and what they advertise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from aicost_iac import catalog
from aicost_iac.blueprints._mig.cuts import Cut
from aicost_iac.blueprints._nodes.settings import Taint
from aicost_iac.catalog import Accelerator, InstanceType
from aicost_iac.errors import UnknownName
from aicost_iac.kubernetes.gpu_operator import CONFIG_LABEL
from aicost_iac.kubernetes.placement import DEVICES, GPU

if TYPE_CHECKING:
    from aicost_iac.blueprints.gpu_node_pool import GpuNodePool

# What pods select the nodes of a pool by: a pool may be two NodePools or node groups.
POOL_LABEL = "aicost.dev/gpu-pool"
# By it the cluster autoscaler knows GPU nodes whose device plugin is not ready yet.
# https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/cloudprovider/aws/README.md
_AUTOSCALER_LABEL = "k8s.amazonaws.com/accelerator"
# Families that the EKS-optimized accelerated images are for, by architecture and accelerator vendor.
# https://docs.aws.amazon.com/eks/latest/userguide/ml-eks-optimized-ami.html
_NVIDIA = frozenset(
    "g4dn g5 g6 g6e g6f g7e gr6 gr6f p3 p3dn p4d p4de p5 p5e p5en p6-b200 p6-b300".split()  # noqa: SIM905
)
IMAGE_FAMILIES: Mapping[tuple[str, str], frozenset[str]] = {
    ("amd64", "nvidia"): _NVIDIA,
    ("arm64", "nvidia"): frozenset({"g5g", "p6e-gb200", "p6e-gb300"}),
    ("amd64", "aws"): frozenset({"inf1", "inf2", "trn1", "trn1n", "trn2"}),
}
_AMI_TYPES = {
    ("al2023", "amd64", "nvidia"): "AL2023_x86_64_NVIDIA",
    ("al2023", "arm64", "nvidia"): "AL2023_ARM_64_NVIDIA",
    ("al2023", "amd64", "aws"): "AL2023_x86_64_NEURON",
    ("bottlerocket", "amd64", "nvidia"): "BOTTLEROCKET_x86_64_NVIDIA",
    ("bottlerocket", "arm64", "nvidia"): "BOTTLEROCKET_ARM_64_NVIDIA",
    ("bottlerocket", "amd64", "aws"): "BOTTLEROCKET_x86_64",
}


def known_shapes(names: Sequence[str], cloud: str) -> list[InstanceType]:
    """The types the catalog knows, in the user's order."""
    found = []
    for name in names:
        try:
            found.append(catalog.instance(name, cloud))
        except UnknownName:
            continue
    return found


def chip(pool: GpuNodePool) -> Accelerator:
    """The accelerator of the pool: all its machines have the same."""
    return catalog.accelerator(pool.shapes[0].accelerator)


def device(pool: GpuNodePool) -> str:
    """What the device plugin advertises whole accelerators as."""
    return DEVICES.get(chip(pool).vendor, GPU)


def labels(pool: GpuNodePool) -> dict[str, str]:
    """What every node of the pool is labelled with."""
    own = {POOL_LABEL: pool.name, **pool.labels}
    if pool.engine == "managed-node-group" and pool.cluster == "eks":
        own[_AUTOSCALER_LABEL] = chip(pool).name.lower()
    if pool.cut is not None and pool.mig is not None and pool.mig.plugin == "operator":
        own[CONFIG_LABEL] = pool.cut.name
    return own


def taints(pool: GpuNodePool) -> list[Taint]:
    """The accelerator's own taint, which keeps everything else off expensive nodes, then the user's."""
    return [Taint(key=device(pool)), *pool.taints]


def slices(pool: GpuNodePool, shape: InstanceType) -> Mapping[str, int]:
    """MIG profile -> how many of it a node of this type offers."""
    return pool.cut.capacity(shape.accelerator_count) if pool.cut else {}


def advertised(cut: Cut, gpus: int, named: bool) -> dict[str, int]:
    """Resource -> how many of it a node of `gpus` GPUs has once it is cut. `named`: strategy `mixed`."""
    if named:
        return dict(cut.resources(gpus))
    return {GPU: sum(cut.capacity(gpus).values())}


def ami_type(pool: GpuNodePool) -> str | None:
    """What EKS calls the image."""
    return _AMI_TYPES.get((pool.image, pool.shapes[0].arch, chip(pool).vendor))
