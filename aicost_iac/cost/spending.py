"""Which tags the spend of a node carries: not always the tags of the node.

An Auto Scaling group's own tags, and the provider's `default_tags`, do not reach the instances it starts: those carry
what the launch template specifies and what the group propagates.
https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-tagging.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aicost_iac.cost.pricers.machines import LAUNCH_TEMPLATE
from aicost_iac.plan import KubeObject, Node, Plan, Resource
from aicost_iac.rules.reading.pods import pods_of
from aicost_iac.rules.reading.values import Block, literal
from aicost_iac.rules.world import Subject, World

# What starts instances: the tags of a launch template are theirs.
_STARTERS = frozenset({"aws_autoscaling_group", "aws_ec2_fleet", "aws_eks_node_group", "aws_spot_fleet_request"})


def tags_of(node: Node, default_tags: Mapping[str, str] | None = None, plan: Plan | None = None) -> Mapping[str, str]:
    """The tags by which a bill, and a budget's filter, sees what a node spends.

    A resource has its own tags over the provider's `default_tags`. What starts instances has those of its launch
    template (looked up in `plan`) for instances, and the tags it propagates. A Kubernetes workload has the labels of
    its pods, any other object its own labels. Values that only Terraform knows are left out.
    """
    if isinstance(node, KubeObject):
        return _labels(node)
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


def _templates(node: Resource, plan: Plan | None) -> Iterator[Resource]:
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


def _labels(node: KubeObject) -> Mapping[str, str]:
    subject = Subject(node)
    templates = pods_of(subject, World((subject,)))
    found = dict(node.labels) if not templates else {}
    for each in templates:
        found.update(each.labels)
    return found
