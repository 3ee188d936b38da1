"""Accelerators of the catalog behind the names that labels, requirements and instance types use for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache

from aicost_iac import catalog
from aicost_iac.catalog import InstanceType
from aicost_iac.errors import CatalogError

AMPERE = 8.0

_MIG_SUFFIX = re.compile(r"-(MIG-.*|SHARED)$")
_BRAND = re.compile(r"^(NVIDIA|Tesla|GeForce)-")
# GPU feature discovery names boards, not products: https://github.com/NVIDIA/k8s-device-plugin (GFD labels).
_PRODUCTS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"A100-(SXM4|PCIE)-40GB|A100-40GB"), "A100-40GB"),
    (re.compile(r"A100-(SXM4|PCIE)-80GB|A100-80GB(-PCIe)?"), "A100-80GB"),
    (re.compile(r"H100-80GB-HBM3|H100-PCIe"), "H100"),
    (re.compile(r"H100-NVL"), "H100-NVL"),
    (re.compile(r"H200(-NVL)?"), "H200"),
    (re.compile(r"GH200-480GB"), "GH200"),
    (re.compile(r"V100-SXM2-16GB|V100-PCIE-16GB"), "V100"),
    (re.compile(r"V100-SXM[23]-32GB|V100-PCIE-32GB"), "V100-32GB"),
    (re.compile(r"RTX-PRO-6000-Blackwell-Server-Edition"), "RTX-PRO-6000"),
)


def of_product(label: str) -> frozenset[str] | None:
    """The accelerator behind a value of `nvidia.com/gpu.product`, None where the catalog does not hold it."""
    board = _BRAND.sub("", _MIG_SUFFIX.sub("", label))
    named = next((name for pattern, name in _PRODUCTS if pattern.fullmatch(board)), board)
    return frozenset({named}) if named in _known() else None


def of_karpenter(name: str) -> frozenset[str] | None:
    """The accelerators behind a value of `karpenter.k8s.aws/instance-gpu-name`."""
    return _by("karpenter_gpu_name").get(name)


def of_gke(name: str) -> frozenset[str] | None:
    """The accelerators behind a value of `cloud.google.com/gke-accelerator`."""
    return _by("gke_accelerator").get(name)


def of_instance(instance_type: str) -> frozenset[str] | None:
    """The accelerator in an instance type of any cloud; None for a type without one and for an unknown type."""
    machine = machine_of(instance_type)
    return frozenset({machine.accelerator}) if machine else None


def machine_of(instance_type: str) -> InstanceType | None:
    """The accelerated machine of that name in any cloud, None for any other name."""
    for cloud in catalog.clouds():
        try:
            return catalog.instance(instance_type, cloud)
        except CatalogError:
            continue
    return None


def of_family(family: str) -> frozenset[str] | None:
    """The accelerators in an EC2 instance family."""
    return frozenset(each.accelerator for each in catalog.instances() if each.family == family) or None


def of_slice(resource: str) -> frozenset[str]:
    """The accelerators that can offer a MIG resource such as `nvidia.com/mig-1g.10gb`; none where no board has it."""
    return frozenset(
        name
        for board in catalog.mig.gpus()
        if any(profile.resource_name == resource for profile in board.profiles)
        for name in board.accelerators or (board.model,)
    )


def at_least_ampere(accelerators: Iterable[str]) -> bool:
    """Whether every one of these is an NVIDIA GPU of Ampere or newer."""
    capabilities = [_capability(name) for name in accelerators]
    return bool(capabilities) and all(each is not None and each >= AMPERE for each in capabilities)


def _capability(name: str) -> float | None:
    if name not in _known():
        return AMPERE if any(name == board.model for board in catalog.mig.gpus()) else None
    stated = catalog.accelerator(name).compute_capability
    return float(stated) if stated else None


@cache
def _known() -> frozenset[str]:
    return frozenset(each.name for each in catalog.accelerators())


@cache
def _by(column: str) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for each in catalog.accelerators():
        if label := getattr(each, column):
            found.setdefault(label, set()).add(each.name)
    return {label: frozenset(names) for label, names in found.items()}
