"""EKS managed node groups, and what the cluster autoscaler must be told to start them from zero nodes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aicost_iac.expr import Text
from aicost_iac.plan import Resource
from aicost_iac.terraform.tagging import Tags

# https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/cloudprovider/aws/README.md#auto-discovery-setup
_TEMPLATE = "k8s.io/cluster-autoscaler/node-template"
_WORD = re.compile(r"[^a-z0-9]+")
# https://docs.aws.amazon.com/eks/latest/APIReference/API_Taint.html
_EFFECTS = {"NoSchedule": "NO_SCHEDULE", "PreferNoSchedule": "PREFER_NO_SCHEDULE", "NoExecute": "NO_EXECUTE"}


@dataclass(frozen=True, slots=True)
class GroupNodes:
    """What every node of a group is. `resources` are what the autoscaler can not know: what a device plugin adds."""

    instance_types: Sequence[str]
    ami_type: str | None
    labels: Mapping[str, str]
    taints: Sequence[Mapping[str, str]]
    resources: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class GroupSize:
    """How many nodes a group has."""

    minimum: int
    maximum: int

    def block(self) -> dict[str, Any]:
        return {"min_size": self.minimum, "max_size": self.maximum, "desired_size": self.minimum}


def node_group(
    name: str,
    group_name: str,
    cluster: Text,
    launch_template: Resource,
    nodes: GroupNodes,
    size: GroupSize,
    tags: Tags,
    **more: Any,
) -> Resource:
    """A managed node group whose desired size belongs to the autoscaler after its creation."""
    version = {"id": launch_template.ref("id"), "version": launch_template.ref("latest_version")}
    taints = [{**taint, "effect": _EFFECTS[taint["effect"]]} for taint in nodes.taints]
    body = {
        "cluster_name": cluster,
        "node_group_name": group_name,
        "ami_type": nodes.ami_type,
        "instance_types": list(nodes.instance_types),
        "labels": dict(nodes.labels),
        "taint": taints,
        "launch_template": [version],
        "scaling_config": [size.block()],
        "update_config": [{"max_unavailable": 1}],
        "tags": tags,
        "lifecycle": {"ignore_changes": ["scaling_config[0].desired_size"]},
        **more,
    }
    return Resource("aws_eks_node_group", name, body)


def autoscaler_tags(group: Resource, nodes: GroupNodes) -> list[Resource]:
    """Tags on the group's Auto Scaling group: EKS does not copy a node group's own.

    Without them a group of zero nodes is not known to have a label, a taint or an extended resource, and no pod that
    asks for one ever starts it.
    """
    values = {
        **{f"label/{key}": value for key, value in nodes.labels.items()},
        **{f"taint/{each['key']}": f"{each['value']}:{each['effect']}" for each in nodes.taints},
        **{f"resources/{key}": str(count) for key, count in nodes.resources.items()},
    }
    return [_tag(group, key, value) for key, value in sorted(values.items())]


def _tag(group: Resource, key: str, value: str) -> Resource:
    body = {
        "autoscaling_group_name": group.ref("resources[0].autoscaling_groups[0].name"),
        "tag": [{"key": f"{_TEMPLATE}/{key}", "value": value, "propagate_at_launch": False}],
    }
    return Resource("aws_autoscaling_group_tag", f"{group.name}_{_WORD.sub('_', key.lower())}", body)
