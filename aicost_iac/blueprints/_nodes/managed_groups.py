"""A pool as EKS managed node groups, started from zero by the cluster autoscaler."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from aicost_iac.blueprints._nodes import limits, machines
from aicost_iac.plan import Output, Resource
from aicost_iac.terraform import ec2
from aicost_iac.terraform.eks import GroupNodes, GroupSize, autoscaler_tags, node_group
from aicost_iac.terraform.tagging import Tags, named, specifications

if TYPE_CHECKING:
    from aicost_iac.blueprints.gpu_node_pool import GpuNodePool

# What a group's instances bring with them and AWS bills for: EKS copies no tags to them.
_LAUNCHED = ("instance", "network-interface", "volume")


def resources(pool: GpuNodePool, tags: Tags) -> list[Resource]:
    """A launch template, a group for each way to buy, and the tags that the autoscaler reads."""
    launch = _launch_template(pool, tags)
    return [launch, *_groups(pool, launch, tags)]


def outputs(pool: GpuNodePool, made: list[Resource]) -> dict[str, Output]:
    """The names of the Auto Scaling groups behind the node groups."""
    groups = [each for each in made if each.type == "aws_eks_node_group"]
    names = [each.ref("resources[0].autoscaling_groups[0].name") for each in groups]
    return {"group_names": Output(names, f"The Auto Scaling groups of the pool {pool.name}")}


def _groups(pool: GpuNodePool, launch: Resource, tags: Tags) -> Iterator[Resource]:
    base = limits.nodes_for(pool, pool.on_demand_baseline_gpus)
    most = limits.nodes_for(pool, pool.max_gpus)
    if base:
        yield from _group(pool, "baseline", launch, GroupSize(base, base), "ON_DEMAND", tags)
    way = {"spot": "SPOT", "on-demand": "ON_DEMAND", "reserved": "ON_DEMAND"}[pool.capacity]
    yield from _group(pool, "", launch, GroupSize(0, most - base), way, tags)


def _group(
    pool: GpuNodePool, part: str, launch: Resource, size: GroupSize, capacity_type: str, tags: Tags
) -> Iterator[Resource]:
    name = f"{pool.name}-{part}" if part else pool.name
    nodes = _nodes(pool)
    more: dict[str, Any] = {
        "capacity_type": capacity_type,
        "node_role_arn": pool.node_role,
        "subnet_ids": list(pool.subnet_ids),
    }
    group = node_group(
        pool.named(f"{part}-group" if part else "group"),
        name,
        pool.cluster_name,
        launch,
        nodes,
        size,
        named(tags, name),
        **more,
    )
    yield group
    yield from autoscaler_tags(group, nodes)


def _nodes(pool: GpuNodePool) -> GroupNodes:
    taints = [taint.body() for taint in machines.taints(pool)]
    return GroupNodes(pool.instance_types, machines.ami_type(pool), machines.labels(pool), taints, _resources(pool))


def _resources(pool: GpuNodePool) -> dict[str, int]:
    """What a node advertises. GPUs that are cut are none: without saying so, the autoscaler would promise them."""
    gpus = pool.shapes[0].accelerator_count
    if pool.cut is None or pool.mig is None:
        return {machines.device(pool): gpus}
    return {machines.device(pool): 0, **machines.advertised(pool.cut, gpus, pool.mig.strategy == "mixed")}


def _launch_template(pool: GpuNodePool, tags: Tags) -> Resource:
    targets = [{"capacity_reservation_target": [{"capacity_reservation_id": each}]} for each in pool.reservation_ids]
    body = {
        "block_device_mappings": list(_disks(pool)),
        "capacity_reservation_specification": targets,
        "description": f"Nodes of the pool {pool.name}",
        "tag_specifications": specifications(named(tags, pool.name), _LAUNCHED),
        "vpc_security_group_ids": list(pool.security_group_ids),
    }
    return ec2.launch_template(pool.named("template"), pool.name, tags, body)


def _disks(pool: GpuNodePool) -> Iterator[dict[str, Any]]:
    """Bottlerocket keeps images and pods on a second volume."""
    if pool.image == "bottlerocket":
        yield ec2.encrypted_gp3("/dev/xvda", 4, pool.volume_kms_key_arn)
    device = "/dev/xvdb" if pool.image == "bottlerocket" else "/dev/xvda"
    yield ec2.encrypted_gp3(device, pool.volume_gib, pool.volume_kms_key_arn)
