"""Kubernetes objects inside Terraform: `kubernetes_manifest` and `kubectl_manifest`.

https://registry.terraform.io/providers/hashicorp/kubernetes/latest/docs/resources/manifest
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from aicost_iac.errors import UnreadableDocument
from aicost_iac.expr import Expr, Raw, Ref
from aicost_iac.gate.places import Found, below
from aicost_iac.gate.reading import manifests
from aicost_iac.plan import KubeObject, Resource
from aicost_iac.rules.reading.values import literal


def opened(found: Found) -> Iterator[Found | UnreadableDocument]:
    """The objects that a resource hands to a cluster; else the node itself."""
    read = list(_objects(found))
    yield from ([_inside(each, found) if isinstance(each, Found) else each for each in read] or [found])


def _objects(found: Found) -> Iterator[Found | UnreadableDocument]:
    node = found.node
    if not isinstance(node, Resource) or node.mode != "resource":
        return
    manifest, text = node.body.get("manifest"), node.body.get("yaml_body")
    if node.type == "kubernetes_manifest" and isinstance(manifest, dict):
        yield from manifests.read_objects(_written(manifest), found.file, below(found.locate, ("manifest",)))
    elif node.type == "kubectl_manifest" and text is not None:
        line, column = found.locate(("yaml_body",))
        for each in manifests.read_yaml(str(text), found.file):
            if isinstance(each, Found):
                yield replace(each, locate=lambda path: (line, column))
            else:
                yield UnreadableDocument(found.file, f"yaml_body: {each.reason}", line, column)


def _inside(each: Found, found: Found) -> Found:
    node = each.node
    if isinstance(node, KubeObject) and node.namespace is not None and literal(node.namespace) is None:
        node = replace(node, namespace=None)
    node = replace(node, suppress=(*node.suppress, *found.node.suppress))
    return replace(each, node=node, root=found.root, construct=each.construct or found.construct)


def _written(value: Any) -> Any:
    """Expressions as text: what Terraform fills in is as unknown to a rule as what Helm does."""
    if isinstance(value, dict):
        return {key: _written(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_written(each) for each in value]
    return str(value) if isinstance(value, Ref | Raw | Expr) else value
