"""Which tags the spend of a node carries: not always the tags of the node.

An Auto Scaling group's own tags, and the provider's `default_tags`, do not reach the instances it starts: those carry
what the launch template specifies and what the group propagates.
https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-tagging.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from aicost_iac.cost.pricers.machines import LAUNCH_TEMPLATE
from aicost_iac.cost.pricers.matching import KARPENTER
from aicost_iac.plan import KubeObject, Node, Resource
from aicost_iac.rules.reading.pods import pods_of
from aicost_iac.rules.reading.pools import Karpenter
from aicost_iac.rules.reading.values import Block, literal
from aicost_iac.rules.world import Subject, World

# What starts instances: the tags of a launch template are theirs.
_STARTERS = frozenset({"aws_autoscaling_group", "aws_ec2_fleet", "aws_eks_node_group", "aws_spot_fleet_request"})


class Around(Protocol):
    """Whatever knows the nodes beside one: a `Plan`, a `Root`."""

    @property
    def by_address(self) -> Mapping[str, Node]: ...


def tags_of(node: Node, default_tags: Mapping[str, str] | None = None, plan: Around | None = None) -> Mapping[str, str]:
    """The tags by which a bill, and a budget's filter, sees what a node spends.

    A resource has its own tags over the provider's `default_tags`. What starts instances has those of its launch
    template (looked up in `plan`) for instances, and the tags it propagates; a Karpenter pool those of its node class.
    A Kubernetes workload has the labels of its pods, any other object its own labels. Values that only Terraform knows
    are left out.
    """
    if isinstance(node, KubeObject):
        return _of_node_class(node, plan) if node.kind in KARPENTER else _labels(node)
    if not isinstance(node, Resource):
        return {}
    body = Block(node.body)
    if node.type == LAUNCH_TEMPLATE:
        return _launched(node)
    if node.type in _STARTERS:
        found: dict[str, str] = {}
        for template in _templates(node, plan):
            found.update(_launched(template))
        for each in body.blocks("launch_specification"):
            found.update(_texts(each.block("tags")))
        return {**found, **_propagated(body)}
    return {**(default_tags or {}), **_texts(body.block("tags"))}


def _templates(node: Resource, plan: Around | None) -> Iterator[Resource]:
    for address in node.references():
        found = plan.by_address.get(address) if plan else None
        if isinstance(found, Resource) and found.type == LAUNCH_TEMPLATE:
            yield found


def _launched(template: Resource) -> dict[str, str]:
    """What a launch template puts on instances."""
    specified = Block(template.body).blocks("tag_specifications")
    return {
        k: v
        for each in specified
        if each.text("resource_type") == "instance"
        for k, v in _texts(each.block("tags")).items()
    }


def _propagated(body: Block) -> dict[str, str]:
    """The `tag` blocks of a group that say so."""
    return {
        key: value
        for each in body.blocks("tag")
        if each.flag("propagate_at_launch") is True and (key := each.text("key")) and (value := each.text("value"))
    }


def _texts(tags: Block) -> dict[str, str]:
    return {key: text for key, value in tags.body.items() if (text := literal(value)) is not None}


def _of_node_class(pool: KubeObject, plan: Around | None) -> Mapping[str, str]:
    """https://karpenter.sh/docs/concepts/nodeclasses/#spectags"""
    name = Karpenter(Subject(pool)).template.block("nodeClassRef").text("name")
    for node in plan.by_address.values() if plan else ():
        if isinstance(node, KubeObject) and node.kind == "EC2NodeClass" and node.name == name:
            return _texts(Block(node.body).block("spec", "tags"))
    return {}


def _labels(node: KubeObject) -> Mapping[str, str]:
    subject = Subject(node)
    templates = pods_of(subject, World((subject,)))
    found = dict(node.labels) if not templates else {}
    for each in templates:
        found.update(each.labels)
    return found


# Whose spend a bill lists under which service (`terraform.spend.SERVICES`), by the beginning of the type.
_BILLED: Mapping[str, tuple[str, ...]] = {
    "aws_autoscaling_group": ("ec2", "ec2-other"),
    "aws_cloudwatch_": ("cloudwatch",),
    "aws_ebs_": ("ec2-other",),
    "aws_ec2_fleet": ("ec2", "ec2-other"),
    "aws_efs_": ("efs",),
    "aws_eks_cluster": ("eks",),
    "aws_eks_node_group": ("ec2", "ec2-other"),
    "aws_elasticache_": ("elasticache",),
    "aws_fsx_": ("fsx",),
    "aws_instance": ("ec2", "ec2-other"),
    "aws_nat_gateway": ("ec2-other",),
    "aws_s3_": ("s3",),
    "aws_sagemaker_": ("sagemaker",),
    "aws_spot_": ("ec2", "ec2-other"),
}


def services_of(node: Node) -> tuple[str, ...]:
    """The short names of the services a bill lists a node under; none where that is not known, so it may be any."""
    if isinstance(node, KubeObject):
        return ("ec2", "ec2-other")
    kind = node.type if isinstance(node, Resource) else ""
    return next((names for prefix, names in _BILLED.items() if kind.startswith(prefix)), ())


def instance_types_of(node: Node, around: Around) -> frozenset[str]:
    """The instance types a node names, its launch template's included."""
    if not isinstance(node, Resource):
        return frozenset()
    bodies = [node.body, *(template.body for template in _templates(node, around))]
    return frozenset(text for body in bodies for text in _types(body))


def _types(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key in ("instance_type", "instance_types"):
                yield from (text for each in (inner if isinstance(inner, list) else [inner]) if (text := literal(each)))
            else:
                yield from _types(inner)
    elif isinstance(value, list):
        for each in value:
            yield from _types(each)
