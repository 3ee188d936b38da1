"""GpuNodePool: the nodes that manifests need, so that no selector points at nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from aicost_iac.blueprints._mig.cuts import Cut
from aicost_iac.blueprints._nodes import checks, expansion, karpenter_pools, machines, operator
from aicost_iac.blueprints._nodes.settings import CommittedPrice, LabelKey, LabelValue, Taint
from aicost_iac.blueprints.mig_layout import CLOUDS, MigLayout
from aicost_iac.blueprints.spot_training_fleet import SpotPrice
from aicost_iac.catalog import InstanceType
from aicost_iac.errors import Problem
from aicost_iac.fields import Arn, SecurityGroupId, SubnetId, Text, Zone, matching
from aicost_iac.kubernetes.placement import Placement
from aicost_iac.model import Blueprint, Context
from aicost_iac.plan import Assumption, Plan

AmiId = Annotated[str, matching(r"ami-([0-9a-f]{8}|[0-9a-f]{17})", "an image id: 'ami-', 8 or 17 hex digits")]
ReservationId = Annotated[str, matching(r"cr-[0-9a-z]{17}", "a capacity reservation: 'cr-', 17 characters")]
# A month: long enough for consolidation to matter more, short enough for images to be renewed.
_SERVING_HOURS = 720


class GpuNodePool(Blueprint):
    """Nodes with accelerators of one kind, bounded in number and price, for pods that say so and for no others.

    With Karpenter: a NodePool, a second one before it for an on-demand baseline, their EC2NodeClass, and NodeOverlays
    for what Karpenter can not know (MIG slices, shares of a GPU, committed prices), which need Karpenter's feature gate
    `NodeOverlay`. As a managed node group: Terraform, with the tags that let the cluster autoscaler start it from zero.
    Pods get here through `placement`, which holds the labels, taints and resources of these very nodes.
    https://karpenter.sh/docs/concepts/nodepools/
    """

    instance_types: Annotated[Sequence[str], Field(min_length=1), AfterValidator(tuple)]
    """All with the same accelerator. Karpenter moves spot nodes to cheaper spot only with 15 types or more."""
    max_gpus: Annotated[int, Field(ge=1, le=100_000)]
    """The most accelerators the pool may have, baseline included; without a limit only the quota ends a purchase."""
    cluster_name: Text
    """Name of the cluster; with Karpenter also the value of the tag `karpenter.sh/discovery`."""
    cluster: Literal["eks", "gke", "aks"] = "eks"
    """On GKE and AKS the pool is the file `node-pool.json` with the arguments of their Terraform resource."""
    engine: Literal["karpenter", "managed-node-group"] = "karpenter"
    """Who starts nodes on EKS: Karpenter, or the cluster autoscaler with a managed node group."""
    purpose: Literal["serving", "training"] = "serving"
    """`training`: Karpenter neither moves nor renews a node while something runs on it; its pods should carry the
    annotation `karpenter.sh/do-not-disrupt`, or for the cluster autoscaler
    `cluster-autoscaler.kubernetes.io/safe-to-evict: "false"`. https://karpenter.sh/docs/concepts/disruption/"""
    capacity: Literal["on-demand", "spot", "reserved"] = "on-demand"
    """How machines are bought; `reserved` in the capacity reservations of `reservation_ids`."""
    on_demand_baseline_gpus: Annotated[int, Field(ge=0)] = 0
    """Accelerators that are bought on demand before any spot, by a pool with a higher weight."""
    on_demand_fallback: bool = False
    """Whether a spot pool of Karpenter buys on demand when spot is dry, at up to the full price of `max_gpus`."""
    reservation_ids: Annotated[Sequence[ReservationId], AfterValidator(tuple)] = ()
    """On-Demand Capacity Reservations to start in."""
    zones: Annotated[Sequence[Zone], AfterValidator(tuple)] = ()
    """Where Karpenter may start nodes; default: in every zone that has a subnet."""
    labels: Mapping[LabelKey, LabelValue] = Field(default_factory=dict)
    """More labels of the nodes."""
    taints: Annotated[Sequence[Taint], AfterValidator(tuple)] = ()
    """More taints than the accelerator's own (`nvidia.com/gpu`), which every pool has."""

    mig: MigLayout | None = None
    """What the GPUs are cut into: the layout that also stands in the stack."""
    mig_config: str | None = None
    """Which config of the layout, where several fit this GPU."""

    image: Literal["al2023", "bottlerocket"] = "al2023"
    """EKS-optimized image; the driver is on it. https://docs.aws.amazon.com/eks/latest/userguide/ml-eks-optimized-ami.html"""
    image_version: Annotated[
        str, matching(r"latest|v?[0-9][0-9.]*[0-9]", "'latest' or a version such as 'v20260801'")
    ] = "latest"
    """With Karpenter; nodes of a serving pool are renewed when `latest` becomes another image."""
    ami_ids: Annotated[Sequence[AmiId], AfterValidator(tuple)] = ()
    """Images of your own, made from `image`; with Karpenter."""
    ami_has_driver: bool = True
    """Whether NVIDIA's driver and container toolkit are on the images of `ami_ids`; else the operator installs them."""
    node_role: Text | None = None
    """The nodes' IAM role: its name for Karpenter, its ARN for a node group."""
    subnet_ids: Annotated[Sequence[SubnetId], AfterValidator(tuple)] = ()
    """Default with Karpenter: those with the cluster's discovery tag."""
    security_group_ids: Annotated[Sequence[SecurityGroupId], AfterValidator(tuple)] = ()
    """Default with Karpenter: those with the cluster's discovery tag; of a node group: the cluster's."""
    volume_gib: Annotated[int, Field(ge=50, le=16_384)] = 200
    """The volume that holds images and pods; container images with CUDA take 10 GiB and more."""
    volume_kms_key_arn: Arn | None = None
    """A customer key for volumes; default: the account's EBS key."""

    consolidate_after_minutes: Annotated[int, Field(ge=1, le=1440)] = 10
    """How long a node must be empty, or its pods must fit elsewhere, before it goes."""
    expire_after_hours: Annotated[int, Field(ge=1, le=17_520)] | None = None
    """When a node is replaced whatever runs on it; default: after a month when serving, never when training."""
    max_job_hours: Annotated[int, Field(ge=1, le=8760)] | None = None
    """The longest job of a training pool: an expiry must be later."""
    committed_prices: Mapping[str, CommittedPrice] = Field(default_factory=dict)
    """By instance type, what is paid instead of the list price: Karpenter then prefers what is paid for anyway."""
    spot_prices: Mapping[str, SpotPrice] = Field(default_factory=dict)
    """By instance type; written beside the pool for estimates."""

    def problems(self) -> Iterator[Problem]:
        yield from checks.problems(self)

    @property
    def cloud(self) -> str:
        """The catalog's name of the cloud that instance types belong to."""
        return CLOUDS[self.cluster]

    @property
    def shapes(self) -> list[InstanceType]:
        """The catalog's rows of `instance_types`."""
        return machines.known_shapes(self.instance_types, self.cloud)

    @property
    def fitting_cuts(self) -> tuple[Cut, ...]:
        """The configs of the layout that are for these machines."""
        every = self.mig.cuts if self.mig else ()
        return tuple(cut for cut in every if all(cut.fits(shape) for shape in self.shapes))

    @property
    def cut(self) -> Cut | None:
        """What the nodes are cut into."""
        named = [cut for cut in self.fitting_cuts if self.mig_config in (None, cut.name)]
        return named[0] if named else None

    @property
    def capacity_types(self) -> list[str]:
        """What Karpenter may buy, beyond the baseline."""
        return ["spot", "on-demand"] if self.on_demand_fallback else [self.capacity]

    @property
    def expire_hours(self) -> int | None:
        """When nodes expire, None for never."""
        return self.expire_after_hours or (_SERVING_HOURS if self.purpose == "serving" else None)

    @property
    def assumed_prices(self) -> tuple[Assumption, ...]:
        """`committed_prices` and `spot_prices`, as the plan carries them."""
        return karpenter_pools.assumptions(self)

    @property
    def operator_values(self) -> dict[str, Any]:
        """What the GPU operator must know of the pool's image and taints; empty where it does not serve the pool."""
        chart, values = operator.chart(self) or ("", {})
        return values if chart == operator.GPU_OPERATOR else {}

    @property
    def placement(self) -> Placement:
        """What a workload must say to get onto these nodes, and what it finds there."""
        return expansion.placement(self)

    def expand(self, context: Context) -> Plan:
        return expansion.expand(self, context)
