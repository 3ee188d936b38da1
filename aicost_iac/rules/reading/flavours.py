"""Which cloud's Kubernetes pods are for, as far as the set says."""

from __future__ import annotations

from aicost_iac.rules.reading.placement import demands
from aicost_iac.rules.reading.pods import Pods
from aicost_iac.rules.reading.requirements import AWS
from aicost_iac.rules.world import Flavour, World

_POOLS: dict[str, Flavour] = {
    "ClusterConfig": "eks",
    "aws_eks_node_group": "eks",
    "azurerm_kubernetes_cluster_node_pool": "aks",
    "google_container_node_pool": "gke",
}
_LABELS: dict[str, Flavour] = {
    AWS: "eks",
    "cloud.google.com/": "gke",
    "eks.amazonaws.com/": "eks",
    "kubernetes.azure.com/": "aks",
}


def flavour(pods: Pods, world: World) -> Flavour | None:
    """What the gate was told, else what the pods select nodes by, else the only kind of pool in the set."""
    if world.facts.cluster.flavour is not None:
        return world.facts.cluster.flavour
    wanted = {of for demand in demands(pods) for prefix, of in _LABELS.items() if demand.key.startswith(prefix)}
    found = wanted or world.once(_of_pools)
    return next(iter(found)) if len(found) == 1 else None


def _of_pools(world: World) -> set[Flavour]:
    found = {_POOLS[kind] for kind in world.by_kind if kind in _POOLS}
    if any(world.of("EC2NodeClass", "AWSNodeTemplate")):
        found.add("eks")
    return found
