"""What installs the device plugin of a pool, and what it has to know of the image: nothing is installed twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aicost_iac.blueprints._nodes import machines
from aicost_iac.kubernetes.gpu_operator import EVERY_TAINT

if TYPE_CHECKING:
    from aicost_iac.blueprints.gpu_node_pool import GpuNodePool

GPU_OPERATOR = "gpu-operator"
# Where Google's installer puts the driver, and the only writable place for the toolkit.
# https://docs.nvidia.com/datacenter/cloud-native/gpu-operator/latest/google-gke.html
_GKE_FOLDER = "/home/kubernetes/bin/nvidia"
# https://docs.nvidia.com/datacenter/cloud-native/gpu-operator/latest/microsoft-aks.html
_AKS_RUNTIME = "nvidia-container-runtime"


def chart(pool: GpuNodePool) -> tuple[str, dict[str, Any]] | None:
    """The chart that brings the device plugin, and its values; None where the cluster's own plugin serves.

    https://docs.aws.amazon.com/eks/latest/userguide/ml-eks-optimized-ami.html and
    https://awsdocs-neuron.readthedocs-hosted.com/en/latest/containers/tutorials/k8s-neuron-device-plugin.html
    """
    vendor = machines.chip(pool).vendor
    if vendor == "aws":
        return "neuron-helm-chart", {"npd": {"enabled": False}}
    if vendor != "nvidia" or (pool.mig is not None and pool.mig.plugin == "native"):
        return None
    return GPU_OPERATOR, {**_image(pool), **_tolerations(pool)}


def _image(pool: GpuNodePool) -> dict[str, Any]:
    if pool.cluster == "gke":
        return {
            "cdi": {"enabled": True, "default": True},
            "driver": {"enabled": False},
            "hostPaths": {"driverInstallDir": _GKE_FOLDER},
            "toolkit": {"enabled": True, "installDir": _GKE_FOLDER},
        }
    if pool.ami_ids and not pool.ami_has_driver:
        return {"driver": {"enabled": True}, "toolkit": {"enabled": True}}
    more: dict[str, Any] = {"operator": {"runtimeClass": _AKS_RUNTIME}} if pool.cluster == "aks" else {}
    if pool.image == "bottlerocket":
        more["devicePlugin"] = {"enabled": False}
    return {**more, "driver": {"enabled": False}, "toolkit": {"enabled": False}}


def _tolerations(pool: GpuNodePool) -> dict[str, Any]:
    """A list of Helm values replaces another: this one suits the taints of every pool."""
    return {"daemonsets": EVERY_TAINT, "node-feature-discovery": {"worker": EVERY_TAINT}} if pool.taints else {}
