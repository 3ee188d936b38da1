"""MigLayout: what the GPUs of a cluster are cut into, as everything that has to agree on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from aicost_iac.blueprints._mig import checks, expansion
from aicost_iac.blueprints._mig.compiling import partitioned
from aicost_iac.blueprints._mig.cuts import Cut, Partitioned
from aicost_iac.blueprints._mig.settings import MigPartition
from aicost_iac.errors import Problem
from aicost_iac.kubernetes.gpu_operator import CLUSTER_POLICY, NAMESPACE, MigStrategy
from aicost_iac.kubernetes.metadata import Namespace
from aicost_iac.model import Blueprint, Context
from aicost_iac.plan import Plan

Cluster = Literal["eks", "gke", "aks", "self-managed"]
CLOUDS = {"eks": "aws", "gke": "gcp", "aks": "azure", "self-managed": "aws"}


class MigLayout(Blueprint):
    """MIG as a compiler: GPUs and what is wanted of them in, everything that has to agree on it out.

    Makes the ConfigMap of mig-parted; the ClusterPolicy that names it, which says nothing else and so patches the one
    that the GPU operator's chart made; Helm values that say the same, for the next upgrade of the chart; and a sheet
    with every placement drawn and priced. One per cluster: the operator reads one ConfigMap, so GPUs of several models
    are partitions of one layout. The nodes come from `GpuNodePool(mig=layout)`, or carry the label
    `nvidia.com/mig.config` with a name of the output `configs`.

    A layout of nodes that are running is not changed in place: GPUs must be idle to be cut anew. Add a partition with
    another name, a pool for it, and drain the old one.
    https://docs.nvidia.com/datacenter/cloud-native/gpu-operator/latest/gpu-operator-mig.html
    """

    partitions: Annotated[Sequence[MigPartition], Field(min_length=1), AfterValidator(tuple)]
    """One for each kind of node: a GPU, and what it is cut into."""
    cluster: Cluster = "eks"
    """Whose nodes they are: decides how instance types are read, and whether a GPU may need a reboot to be cut."""
    plugin: Literal["operator", "native"] = "operator"
    """`native`: GKE's or AKS's own device plugin, which knows one size for all GPUs of a pool and is set there."""
    strategy: MigStrategy = "mixed"
    """`mixed`: slices are asked for by name. `single`: they are all called `nvidia.com/gpu`, one size per node.
    https://github.com/NVIDIA/k8s-device-plugin#configuration-option-details"""
    driver: Annotated[int, Field(ge=450, le=999)] | None = None
    """Driver branch of the nodes, such as 580: checked against what GPUs and profiles need."""
    namespace: Namespace = NAMESPACE
    """Where the GPU operator runs: it reads no ConfigMap of another namespace."""
    cluster_policy: str | None = CLUSTER_POLICY
    """Name of the operator's ClusterPolicy; None where only Helm may write it."""
    operator_values: Mapping[str, Any] = Field(default_factory=dict)
    """More that the operator is told in the same words: `operator_values` of a pool or of the monitoring."""

    def problems(self) -> Iterator[Problem]:
        yield from checks.problems(self)

    @property
    def cloud(self) -> str:
        """The catalog's name of the cloud that instance types belong to."""
        return CLOUDS[self.cluster]

    @property
    def compiled(self) -> tuple[Partitioned, ...]:
        """What each partition became."""
        return tuple(partitioned(partition, self.name, self.cloud) for partition in self.partitions)

    @property
    def cuts(self) -> tuple[Cut, ...]:
        """What nodes are cut into, one config of mig-parted each."""
        return tuple(cut for each in self.compiled for cut in each.cuts)

    def expand(self, context: Context) -> Plan:
        return expansion.expand(self, context)
