"""A pool on GKE or AKS: its labels, taints and MIG settings in the words of their Terraform providers.

https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/container_node_pool and
https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/kubernetes_cluster_node_pool
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aicost_iac.blueprints._nodes import limits, machines

if TYPE_CHECKING:
    from aicost_iac.blueprints.gpu_node_pool import GpuNodePool

# https://docs.nvidia.com/datacenter/cloud-native/gpu-operator/latest/google-gke.html
_NO_PLUGIN = "gke-no-default-nvidia-gpu-device-plugin"
_GKE_EFFECTS = {"NoSchedule": "NO_SCHEDULE", "PreferNoSchedule": "PREFER_NO_SCHEDULE", "NoExecute": "NO_EXECUTE"}
# GKE taints and labels these nodes itself. https://cloud.google.com/kubernetes-engine/docs/how-to/gpus
GKE_PARTITION_LABEL = "cloud.google.com/gke-gpu-partition-size"

# AKS taints spot nodes itself. https://learn.microsoft.com/azure/aks/spot-node-pool
AKS_SPOT_TAINT = "kubernetes.azure.com/scalesetpriority"


def settings(pool: GpuNodePool) -> dict[str, Any]:
    """The arguments of the node pool resource that this pool decides."""
    return _gke(pool) if pool.cluster == "gke" else _aks(pool)


def native_size(pool: GpuNodePool) -> str | None:
    """The one profile that a cluster's own plugin cuts every GPU into."""
    if pool.mig is None or pool.mig.plugin != "native" or pool.cut is None:
        return None
    return next(iter(pool.cut.gpus[0]))


def _gke(pool: GpuNodePool) -> dict[str, Any]:
    shape, size = pool.shapes[0], native_size(pool)
    board = {"type": machines.chip(pool).gke_accelerator, "count": shape.accelerator_count}
    operated = size is None and (pool.mig is not None)
    labels = {**machines.labels(pool), **({_NO_PLUGIN: "true"} if operated else {})}
    config = {
        "guest_accelerator": [{**board, **({"gpu_partition_size": size} if size else {})}],
        "labels": labels,
        "machine_type": shape.name,
        "spot": pool.capacity == "spot",
        "taint": [{**each.body(), "effect": _GKE_EFFECTS[each.effect]} for each in pool.taints],
    }
    return {"autoscaling": [_sizes(pool)], "node_config": [config]}


def _aks(pool: GpuNodePool) -> dict[str, Any]:
    size = native_size(pool)
    spot = {"priority": "Spot", "eviction_policy": "Delete"} if pool.capacity == "spot" else {}
    most = limits.nodes_for(pool, pool.max_gpus)
    return {
        "auto_scaling_enabled": True,
        "max_count": most,
        "min_count": 0,
        "node_labels": machines.labels(pool),
        "node_taints": [f"{each.key}={each.value}:{each.effect}" for each in machines.taints(pool)],
        "vm_size": pool.shapes[0].name,
        **({"gpu_instance": f"MIG{size.partition('g.')[0]}g"} if size else {}),
        **spot,
    }


def _sizes(pool: GpuNodePool) -> dict[str, int]:
    return {"min_node_count": 0, "max_node_count": limits.nodes_for(pool, pool.max_gpus)}
