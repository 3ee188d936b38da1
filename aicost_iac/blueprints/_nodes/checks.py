"""What makes a pool impossible, each reason with its way out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from aicost_iac import catalog
from aicost_iac.blueprints._nodes import machines
from aicost_iac.errors import Problem, UnknownName
from aicost_iac.fields import is_known

if TYPE_CHECKING:
    from aicost_iac.blueprints.gpu_node_pool import GpuNodePool

# What Karpenter, the cluster autoscaler and device plugins set themselves.
_RESERVED = ("karpenter.sh", "karpenter.k8s.aws", "kubernetes.io", "k8s.io", "nvidia.com", "aicost.dev")


def problems(pool: GpuNodePool) -> Iterator[Problem]:
    """All of them, in the order of the fields; those of the machines first, for the others rest on them."""
    found = list(_types(pool))
    yield from found
    if not found:
        yield from _machines(pool)
        yield from _capacity(pool)
        yield from _image(pool)
        yield from _mig(pool)
    yield from _labels(pool)
    yield from _disruption(pool)
    yield from _engine(pool)


def _types(pool: GpuNodePool) -> Iterator[Problem]:
    for index, name in enumerate(pool.instance_types):
        try:
            shape = catalog.instance(name, pool.cloud)
        except UnknownName as unknown:
            yield Problem(f"instance_types.{index}", str(unknown))
            continue
        if shape.status != "current":
            yield Problem(
                f"instance_types.{index}", f"is retired: last seen {shape.date}", name, "choose a current type"
            )
    for name, count in Counter(pool.instance_types).items():
        if count > 1:
            yield Problem("instance_types", f"name one type {count} times", name, "name it once")


def _machines(pool: GpuNodePool) -> Iterator[Problem]:
    chips = sorted({shape.accelerator for shape in pool.shapes})
    if len(chips) > 1:
        yield Problem(
            "instance_types", "have different accelerators", chips, "make a pool for each: pods choose by pool"
        )
    arches = sorted({shape.arch for shape in pool.shapes})
    if len(arches) > 1:
        yield Problem("instance_types", "have different architectures", arches, "make a pool for each")
    sizes = {shape.accelerator_count for shape in pool.shapes}
    if len(sizes) > 1 and pool.engine == "managed-node-group":
        message = "differ in accelerators, and a node group must be of one size"
        yield Problem("instance_types", message, sorted(sizes), "the autoscaler counts on it: make a pool for each")
    if pool.cluster == "gke" and machines.chip(pool).gke_accelerator is None:
        yield Problem("instance_types", "have an accelerator whose name on GKE is not known", chips)
    if pool.cluster != "eks" and len(pool.instance_types) > 1:
        yield Problem("instance_types", f"are one on {pool.cluster}", list(pool.instance_types), "make a pool for each")


def _capacity(pool: GpuNodePool) -> Iterator[Problem]:
    smallest = min(shape.accelerator_count for shape in pool.shapes)
    if pool.max_gpus < smallest:
        yield Problem("max_gpus", f"is less than one node has: {smallest}", pool.max_gpus, "no node could ever start")
    base = pool.on_demand_baseline_gpus
    if base and pool.capacity != "spot":
        yield Problem("on_demand_baseline_gpus", "is for spot: all of this pool is bought", base, "remove it")
    if base and not smallest <= base < pool.max_gpus:
        remedy = f"at least the {smallest} of a node, and less than max_gpus"
        yield Problem("on_demand_baseline_gpus", "leaves no room, or for no node", base, remedy)
    if pool.on_demand_fallback and (pool.capacity != "spot" or pool.engine != "karpenter"):
        message = "is for spot pools of Karpenter: a node group buys in one way"
        yield Problem("on_demand_fallback", message, True, "remove it, or use on_demand_baseline_gpus")
    if (pool.capacity == "reserved") != bool(pool.reservation_ids):
        yield Problem("reservation_ids", "and capacity='reserved' go together", list(pool.reservation_ids))
    for field in ("committed_prices", "spot_prices"):
        for name in getattr(pool, field):
            if name not in pool.instance_types:
                yield Problem(f"{field}.{name}", "is no instance type of the pool", name, "remove it")


def _image(pool: GpuNodePool) -> Iterator[Problem]:
    """https://docs.aws.amazon.com/eks/latest/userguide/ml-eks-optimized-ami.html"""
    if pool.cluster != "eks" and (pool.image != "al2023" or pool.ami_ids):
        yield Problem("image", f"is for EKS: {pool.cluster} has its own", pool.image, "leave it out")
    if pool.cluster != "eks" or pool.ami_ids:
        return
    vendor, arch = machines.chip(pool).vendor, pool.shapes[0].arch
    known = machines.IMAGE_FAMILIES.get((arch, vendor), frozenset())
    for family in sorted({shape.family for shape in pool.shapes} - known):
        message = f"of EKS have no driver for {family}"
        yield Problem("image", message, pool.image, "give ami_ids= an image that has one")


def _mig(pool: GpuNodePool) -> Iterator[Problem]:
    if pool.mig is None:
        if pool.mig_config is not None:
            yield Problem("mig_config", "names a config of no layout", pool.mig_config, "give mig= the MigLayout")
        return
    if pool.mig.cluster != pool.cluster:
        yield Problem("mig", f"is a layout for {pool.mig.cluster}", pool.mig.name, f"this pool is of {pool.cluster}")
    yield from _config(pool)
    if pool.engine == "karpenter" and pool.mig.strategy == "single" and pool.cluster == "eks":
        message = "calls slices nvidia.com/gpu, of which Karpenter counts the whole ones"
        yield Problem("mig", message, "strategy='single'", "use strategy='mixed', or engine='managed-node-group'")
    if pool.image == "bottlerocket":
        message = "has a MIG manager and a device plugin of its own, which the GPU operator does not reach"
        yield Problem("image", message, pool.image, "use al2023")


def _config(pool: GpuNodePool) -> Iterator[Problem]:
    """A pool is cut in one way, and only as the layout says for its GPU and its number of GPUs."""
    fitting = [cut.name for cut in pool.fitting_cuts]
    if not fitting:
        shapes = ", ".join(pool.instance_types)
        known = ", ".join(cut.name for cut in pool.mig.cuts) if pool.mig else ""
        yield Problem("mig", f"has no partition for {shapes}", known, "add a partition of this GPU or instance type")
    elif pool.mig_config is None and len(fitting) > 1:
        yield Problem("mig_config", "is needed: several configs fit", fitting, "name the one for these nodes")
    elif pool.mig_config is not None and pool.mig_config not in fitting:
        yield Problem("mig_config", f"is none of those that fit: {', '.join(fitting)}", pool.mig_config)


def _labels(pool: GpuNodePool) -> Iterator[Problem]:
    for key in pool.labels:
        domain = key.rpartition("/")[0]
        if any(domain == each or domain.endswith(f".{each}") for each in _RESERVED):
            yield Problem(f"labels.{key}", "belongs to a domain that programs set", key, "use a name of your own")


def _disruption(pool: GpuNodePool) -> Iterator[Problem]:
    if pool.max_job_hours is not None and pool.purpose != "training":
        yield Problem("max_job_hours", "is for training", pool.max_job_hours, "use purpose='training'")
    hours = pool.expire_hours
    if pool.purpose == "training" and hours is not None and (pool.max_job_hours is None or hours <= pool.max_job_hours):
        message = "would end jobs that still run: nothing stops an expiry"
        yield Problem("expire_after_hours", message, hours, "leave it out, or say a longer time than max_job_hours")


def _engine(pool: GpuNodePool) -> Iterator[Problem]:
    if pool.cluster != "eks":
        if pool.capacity == "reserved" or pool.on_demand_baseline_gpus:
            yield Problem("capacity", f"of this kind is not made on {pool.cluster}", pool.capacity, "use a pool each")
        return
    if pool.node_role is None:
        yield Problem("node_role", "is required on EKS", remedy="only you can know it")
    if pool.engine == "karpenter":
        yield from _karpenter(pool)
    else:
        yield from _node_group(pool)


def _node_group(pool: GpuNodePool) -> Iterator[Problem]:
    """https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html"""
    if not pool.subnet_ids:
        yield Problem("subnet_ids", "are required for a node group", remedy="only you can know them")
    if pool.ami_ids:
        message = "need boot data of your own: EKS gives none to an image that it does not know"
        yield Problem("ami_ids", message, list(pool.ami_ids), "use engine='karpenter', which gives it")
    if pool.zones:
        yield Problem("zones", "are those of the subnets of a node group", list(pool.zones), "name subnets in them")
    if pool.expire_after_hours is not None:
        yield Problem("expire_after_hours", "is Karpenter's: a node group has no expiry", pool.expire_after_hours)
    if len(pool.reservation_ids) > 1:
        message = "are one for a node group"
        yield Problem("reservation_ids", message, list(pool.reservation_ids), "make a pool for each")


def _karpenter(pool: GpuNodePool) -> Iterator[Problem]:
    """Kubernetes evaluates no expression of Terraform."""
    fields = {
        "cluster_name": pool.cluster_name,
        "node_role": pool.node_role,
        "volume_kms_key_arn": pool.volume_kms_key_arn,
    }
    lists = {"subnet_ids": pool.subnet_ids, "security_group_ids": pool.security_group_ids}
    every = [*fields.items(), *((name, each) for name, listed in lists.items() for each in listed)]
    for name, value in every:
        if value is not None and not is_known(value):
            yield Problem(name, "is an expression, and Kubernetes evaluates none", value, "give its literal value")
    if is_known(pool.node_role) and str(pool.node_role).startswith("arn:"):
        yield Problem("node_role", "is an ARN, and Karpenter wants the role's name", pool.node_role, "write its name")
