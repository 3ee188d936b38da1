"""What of an app a bill sees by its tags; and what a filter names that nothing carries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aicost_iac.cost.exposure import tags_of
from aicost_iac.errors import Problem, did_you_mean
from aicost_iac.fields import is_known
from aicost_iac.model import Seen
from aicost_iac.plan import KubeObject, Node, Plan, Resource

NODE_CLASS, NODE_POOL = "EC2NodeClass", "NodePool"


@dataclass(frozen=True, slots=True)
class Carrier:
    """A node that AWS may bill for, the stack it stands in, and the tags the bill shows."""

    node: Node
    seen: Seen
    tags: Mapping[str, str]


def carriers(seen: Sequence[Seen]) -> tuple[Carrier, ...]:
    """Resources with their tags, and Karpenter's pools with those of the instances they start.

    Labels of other Kubernetes objects are no AWS tags: a budget does not see them.
    """
    found = ((node, each, _billed(node, each)) for each in seen for node in each.plan.nodes)
    return tuple(Carrier(node, each, tags) for node, each, tags in found if tags is not None)


def uncarried(place: str, choices: Mapping[str, tuple[str, ...]], seen: Sequence[Seen]) -> Iterator[Problem]:
    """`gaps` in an app. Outside of one (mounted alone into a cdktf program) there is nothing to look at."""
    return gaps(place, choices, carriers(seen)) if seen else iter(())


def gaps(place: str, choices: Mapping[str, tuple[str, ...]], carried: Sequence[Carrier]) -> Iterator[Problem]:
    """Keys and values that nothing carries: the filter would match nothing, and its budget stand at 0 $ for ever."""
    known: dict[str, set[str]] = {}
    for each in carried:
        for key, value in each.tags.items():
            known.setdefault(key, set()).add(value)
    nothing = "no tags at all: a stack that is planned without the rest of its app sees itself only"
    for key, values in choices.items():
        if key not in known:
            way_out = did_you_mean(key, known) or f"carried are {', '.join(sorted(known)) or nothing}"
            yield Problem(f"{place}.{key}", "is carried by nothing in the app", key, way_out)
            continue
        for value in values:
            if value not in known[key]:
                way_out = did_you_mean(value, known[key]) or f"carried are {', '.join(sorted(known[key]))}"
                yield Problem(f"{place}.{key}", "has a value that nothing in the app carries", value, way_out)


def _billed(node: Node, seen: Seen) -> Mapping[str, str] | None:
    """None for what AWS does not bill for: data sources, objects of Kubernetes that start nothing."""
    if isinstance(node, Resource):
        return _resource_tags(node, seen) if node.mode == "resource" else None
    if isinstance(node, KubeObject) and node.kind == NODE_CLASS:
        return _node_class_tags(node)
    if isinstance(node, KubeObject) and node.kind == NODE_POOL:
        return _pool_tags(node, seen.plan)
    return None


def _resource_tags(node: Resource, seen: Seen) -> Mapping[str, str]:
    """The provider's `default_tags` reach its own resources; a request that somebody sends later brings its own."""
    if node.type.startswith("aws_"):
        return tags_of(node, seen.tags.keys(), seen.plan)
    request = node.body.get("input") if node.type == "terraform_data" else None
    parameters = request.get("parameters", {}) if isinstance(request, dict) else {}
    pairs = parameters.get("Tags", []) if isinstance(parameters, dict) else []
    return {
        each["Key"]: each["Value"]
        for each in pairs
        if isinstance(each, dict) and is_known(each.get("Key")) and is_known(each.get("Value"))
    }


def _node_class_tags(node: KubeObject) -> Mapping[str, str]:
    """https://karpenter.sh/docs/concepts/nodeclasses/#spectags"""
    tags: Mapping[str, Any] = node.body.get("spec", {}).get("tags", {})
    return {key: value for key, value in tags.items() if is_known(value)}


def _pool_tags(node: KubeObject, plan: Plan) -> Mapping[str, str]:
    template = node.body.get("spec", {}).get("template", {})
    name = template.get("spec", {}).get("nodeClassRef", {}).get("name")
    classes = (item for item in plan.objects if item.kind == NODE_CLASS and item.name == name)
    return next(map(_node_class_tags, classes), {})
