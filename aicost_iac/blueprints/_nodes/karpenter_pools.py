"""A pool as Karpenter runs it: a baseline first, then spot, over one description of the machines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from aicost_iac.blueprints._nodes import limits, machines
from aicost_iac.cost.assumptions import ON_DEMAND_PRICE, SPOT_PRICE
from aicost_iac.kubernetes import karpenter
from aicost_iac.kubernetes.karpenter import Disruption, Nodes, requirement
from aicost_iac.kubernetes.metadata import Metadata
from aicost_iac.kubernetes.placement import GPU
from aicost_iac.plan import Assumption, KubeObject

if TYPE_CHECKING:
    from aicost_iac.blueprints.gpu_node_pool import GpuNodePool

# A pool without a weight has 0: pools of accelerators come before those, the baseline before all.
_BASELINE, _REST = 100, 50
_GRACE = "1h"
# The last part of its name, the machines it is for, and what it says of them.
_Overlay = tuple[str, list[dict[str, Any]], dict[str, Any]]


def objects(pool: GpuNodePool, shared: Metadata, tags: Mapping[str, str], region: str) -> list[KubeObject]:
    """Node class, pools and overlays."""
    return [_node_class(pool, shared, tags), *_pools(pool, shared, region), *_overlays(pool, shared)]


def names(pool: GpuNodePool) -> list[str]:
    """The NodePools of a pool."""
    return [pool.name, *([f"{pool.name}-baseline"] if pool.on_demand_baseline_gpus else [])]


def _pools(pool: GpuNodePool, shared: Metadata, region: str) -> Iterator[KubeObject]:
    base = pool.on_demand_baseline_gpus
    if base:
        yield _node_pool(pool, shared, f"{pool.name}-baseline", ["on-demand"], base, _BASELINE, region)
    yield _node_pool(pool, shared, pool.name, pool.capacity_types, pool.max_gpus - base, _REST, region)


def _node_pool(
    pool: GpuNodePool, shared: Metadata, name: str, capacity: Sequence[str], gpus: int, weight: int, region: str
) -> KubeObject:
    taints = [taint.body() for taint in machines.taints(pool)]
    nodes = Nodes(machines.labels(pool), taints, _requirements(pool, capacity))
    made = karpenter.node_pool(shared, name, pool.name, nodes, limits.limits(pool, gpus), disruption(pool), weight)
    cost = limits.dearest_hour(pool, gpus, region)
    return replace(made, assume=(*pool.assumed_prices, *((cost,) if cost else ())))


def _requirements(pool: GpuNodePool, capacity: Sequence[str]) -> list[dict[str, Any]]:
    found = [
        requirement(karpenter.ARCH, [pool.shapes[0].arch]),
        requirement(karpenter.INSTANCE_TYPE, pool.instance_types),
        requirement(karpenter.CAPACITY_TYPE, capacity),
    ]
    return [*found, requirement(karpenter.ZONE, pool.zones)] if pool.zones else found


def disruption(pool: GpuNodePool) -> Disruption:
    """Serving may be moved and renewed; training is left alone until its node is empty."""
    minutes = f"{pool.consolidate_after_minutes}m"
    expire = "Never" if pool.expire_hours is None else f"{pool.expire_hours}h"
    if pool.purpose == "serving":
        return Disruption("WhenEmptyOrUnderutilized", minutes, expire, grace=_GRACE)
    budgets = [{"nodes": "0", "reasons": ["Drifted", "Underutilized"]}, {"nodes": "100%", "reasons": ["Empty"]}]
    return Disruption("WhenEmpty", minutes, expire, budgets)


def _node_class(pool: GpuNodePool, shared: Metadata, tags: Mapping[str, str]) -> KubeObject:
    discovery = [{"tags": {"karpenter.sh/discovery": pool.cluster_name}}]
    spec: dict[str, Any] = {
        "role": pool.node_role,
        **_image(pool),
        "subnetSelectorTerms": [{"id": each} for each in pool.subnet_ids] or discovery,
        "securityGroupSelectorTerms": [{"id": each} for each in pool.security_group_ids] or discovery,
        "blockDeviceMappings": list(_disks(pool)),
        "metadataOptions": {"httpEndpoint": "enabled", "httpTokens": "required", "httpPutResponseHopLimit": 1},
        "tags": dict(tags),
    }
    if pool.reservation_ids:
        spec["capacityReservationSelectorTerms"] = [{"id": each} for each in pool.reservation_ids]
    if all(shape.local_nvme_gb for shape in pool.shapes):
        spec["instanceStorePolicy"] = "RAID0"
    return karpenter.ec2_node_class(shared, pool.name, spec)


def _image(pool: GpuNodePool) -> dict[str, Any]:
    """Karpenter takes the variant of an alias that has the driver of the instance type it starts."""
    if pool.ami_ids:
        family = {"al2023": "AL2023", "bottlerocket": "Bottlerocket"}[pool.image]
        return {"amiFamily": family, "amiSelectorTerms": [{"id": each} for each in pool.ami_ids]}
    return {"amiSelectorTerms": [{"alias": f"{pool.image}@{pool.image_version}"}]}


def _disks(pool: GpuNodePool) -> Iterator[dict[str, Any]]:
    """Bottlerocket keeps images and pods on a second volume."""
    if pool.image == "bottlerocket":
        yield _disk(pool, "/dev/xvda", 4)
    yield _disk(pool, "/dev/xvdb" if pool.image == "bottlerocket" else "/dev/xvda", pool.volume_gib)


def _disk(pool: GpuNodePool, device: str, gib: int) -> dict[str, Any]:
    key = {"kmsKeyID": pool.volume_kms_key_arn} if pool.volume_kms_key_arn else {}
    ebs = {"encrypted": True, "volumeType": "gp3", "deleteOnTermination": True, **key, "volumeSize": f"{gib}Gi"}
    return {"deviceName": device, "ebs": ebs}


def _overlays(pool: GpuNodePool, shared: Metadata) -> Iterator[KubeObject]:
    """What Karpenter can not know of these machines, for this pool alone."""
    ours = requirement(karpenter.NODE_POOL, names(pool))
    for part, where, what in (*_slices(pool), *_shares(pool), *_prices(pool)):
        yield karpenter.node_overlay(shared, f"{pool.name}-{part}", [ours, *where], what)


def _slices(pool: GpuNodePool) -> Iterator[_Overlay]:
    if pool.cut is None:
        return
    for count, types in _by_gpus(pool):
        offered = machines.advertised(pool.cut, count, named=True)
        capacity = {name: str(each) for name, each in offered.items() if name != GPU}
        yield f"slices-{count}", [requirement(karpenter.INSTANCE_TYPE, types)], {"capacity": capacity}


def _shares(pool: GpuNodePool) -> Iterator[_Overlay]:
    """AWS says that a machine with a share of a GPU has none."""
    if shares := [shape.name for shape in pool.shapes if shape.fractional]:
        yield "shares", [requirement(karpenter.INSTANCE_TYPE, shares)], {"capacity": {GPU: "1"}}


def _prices(pool: GpuNodePool) -> Iterator[_Overlay]:
    paid = requirement(karpenter.CAPACITY_TYPE, ["reserved" if pool.capacity == "reserved" else "on-demand"])
    for name, price in pool.committed_prices.items():
        where = [requirement(karpenter.INSTANCE_TYPE, [name]), paid]
        yield f"price-{name.replace('.', '-')}", where, {"price": str(price.usd_hour)}


def _by_gpus(pool: GpuNodePool) -> Iterator[tuple[int, list[str]]]:
    ordered = sorted(pool.shapes, key=lambda shape: (shape.accelerator_count, shape.name))
    for count, shapes in groupby(ordered, key=lambda shape: shape.accelerator_count):
        yield count, [shape.name for shape in shapes]


def assumptions(pool: GpuNodePool) -> tuple[Assumption, ...]:
    """The pool's own prices, as estimates read them."""
    committed = (
        Assumption(ON_DEMAND_PRICE, str(price.usd_hour), name, price.source, price.as_of)
        for name, price in pool.committed_prices.items()
    )
    spot = (
        Assumption(SPOT_PRICE, str(price.usd_hour), name, price.source, price.as_of)
        for name, price in pool.spot_prices.items()
    )
    return (*committed, *spot)
