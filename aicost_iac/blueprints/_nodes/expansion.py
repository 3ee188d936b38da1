"""A pool's objects, resources, files and outputs, and the words for workloads that want to run there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from aicost_iac.blueprints._nodes import karpenter_pools, limits, machines, managed_groups, operator, other_clouds
from aicost_iac.canonical import document
from aicost_iac.kubernetes import manifest
from aicost_iac.kubernetes.metadata import Metadata, labels
from aicost_iac.kubernetes.placement import GPU, Placement, Toleration
from aicost_iac.plan import File, Output, Plan

if TYPE_CHECKING:
    from aicost_iac.blueprints.gpu_node_pool import GpuNodePool
    from aicost_iac.model import Context


def expand(pool: GpuNodePool, context: Context) -> Plan:
    """Karpenter's objects, or node groups, or the arguments of another cloud's; and the operator's values."""
    tags = context.tags.keys()
    common = _common(pool, context)
    if pool.cluster != "eks":
        settings = File(f"{pool.name}/node-pool.json", document(other_clouds.settings(pool)))
        return replace(common, files=(*common.files, settings))
    if pool.engine == "karpenter":
        shared = Metadata(labels=labels(pool.name, tags))
        return replace(common, objects=tuple(karpenter_pools.objects(pool, shared, tags, context.region)))
    made = managed_groups.resources(pool, tags)
    return Plan(
        tuple(
            replace(each, assume=pool.assumed_prices) if each.type == "aws_eks_node_group" else each for each in made
        ),
        outputs={**common.outputs, **managed_groups.outputs(pool, made)},
        external=pool.reads(),
        files=common.files,
    )


def placement(pool: GpuNodePool) -> Placement:
    """Labels, taints and resources of the pool's nodes."""
    counts = {shape.accelerator_count for shape in pool.shapes}
    native = other_clouds.native_size(pool)
    selector = {machines.POOL_LABEL: pool.name}
    if native and pool.cluster == "gke":
        selector[other_clouds.GKE_PARTITION_LABEL] = native
    alike = native is not None and pool.cluster == "gke"
    single = pool.mig is not None and pool.mig.strategy == "single"
    return Placement(
        gpu=machines.chip(pool).name,
        node_selector=selector,
        tolerations=[*_tolerations(pool)],
        slices=machines.slices(pool, min(pool.shapes, key=lambda shape: shape.accelerator_count)),
        gpus_per_node=max(counts),
        instance_type=pool.instance_types[0] if len(pool.instance_types) == 1 else None,
        spot=pool.capacity == "spot",
        slice_resource=GPU if alike or single else None,
    )


def _tolerations(pool: GpuNodePool) -> Iterator[Toleration]:
    for taint in machines.taints(pool):
        yield Toleration(key=taint.key, effect=taint.effect)
    if pool.cluster == "aks" and pool.capacity == "spot":
        yield Toleration(key=other_clouds.AKS_SPOT_TAINT, effect="NoSchedule")


def _common(pool: GpuNodePool, context: Context) -> Plan:
    """What every kind of pool has."""
    outputs = {"node_selector": Output({machines.POOL_LABEL: pool.name}, "What pods select the nodes by")}
    cost = limits.dearest_hour(pool, pool.max_gpus, context.region)
    if cost is not None:
        outputs["limit_usd_hour"] = Output(cost.value, f"What {cost.unit} cost an hour at most ({cost.source})")
    plugin = operator.chart(pool)
    if plugin is None:
        return Plan(outputs=outputs)
    chart, values = plugin
    text = manifest.text(values)
    outputs["operator_values"] = Output(text, f"Values for the chart {chart}")
    return Plan(outputs=outputs, files=(File(f"{pool.name}/{chart}-values.yaml", text),))
