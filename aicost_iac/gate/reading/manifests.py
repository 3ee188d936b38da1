"""Kubernetes objects in YAML streams and in JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from aicost_iac.errors import NotPlainData, UnreadableDocument
from aicost_iac.gate.places import NOWHERE, Found, Locate, Position, below
from aicost_iac.gate.reading import ignores
from aicost_iac.gate.reading.yaml_documents import YamlDocument, compose, documents
from aicost_iac.gate.reading.yaml_values import Node, entries
from aicost_iac.kubernetes import manifest
from aicost_iac.rules.findings import Path

# Kustomize's own files are no objects of a cluster.
KUSTOMIZE = "kustomize.config.k8s.io/"

Read = Iterator[Found | UnreadableDocument]


@dataclass
class YamlPlaces:
    """Positions in one document, which is composed anew when one is asked for."""

    document: YamlDocument

    @cached_property
    def _root(self) -> Node:
        return compose(self.document.text)

    def position(self, path: Path) -> Position:
        """The place of a path, or of the nearest thing above it that is there."""
        if self._root is None:
            return NOWHERE
        node, mark = self._root, self._root.start_mark
        for index, key in enumerate(path):
            if (step := _step(node, key)) is None:
                inside = self._embedded(node, path[index:])
                if inside is not None:
                    return inside
                break
            node, mark = step
        return self.document.line + mark.line, mark.column + 1

    def _embedded(self, node: Node, path: Path) -> Position | None:
        """The place of a path inside a document that stands in a literal block: line by line as it is written."""
        if node.id != "scalar" or node.style != "|":
            return None
        inner = YamlPlaces(YamlDocument(None, node.value, 1))
        if inner._root is None or (place := inner.position(path)) == inner.position(()):
            return None
        first = node.start_mark.line + 1
        lines = self.document.text.split("\n")[first : first + place[0]]
        written, read = lines[-1] if lines else "", node.value.split("\n")[place[0] - 1]
        indent = max(len(written) - len(read), 0) if written.endswith(read) else 0
        return self.document.line + first + place[0] - 1, indent + place[1]


def read_yaml(text: str, file: str) -> Read:
    """The objects of a stream; documents that are no objects are passed over."""
    for document in documents(text, file):
        if isinstance(document, UnreadableDocument):
            yield document
        elif isinstance(document.data, dict):
            said = ignores.comments(document.text, document.line)
            read = list(read_objects(document.data, file, YamlPlaces(document).position))
            yield from (each for each in read if isinstance(each, UnreadableDocument))
            yield from ignores.given((each for each in read if isinstance(each, Found)), said)


def read_objects(data: Mapping[str, Any], file: str, locate: Locate) -> Read:
    """The objects of one document: itself, or the items of a list."""
    for prefix, each in _objects(data, ()):
        at = below(locate, prefix)
        try:
            node = manifest.load(each, file)
        except UnreadableDocument as problem:
            yield UnreadableDocument(file, problem.reason, *at(("metadata",)))
        except NotPlainData as problem:
            yield UnreadableDocument(file, str(problem), *at(()))
        else:
            yield ignores.suppressing(Found(node, file, file, at, construct=node.origin), ignores.annotated(node))


def _objects(data: Mapping[str, Any], prefix: Path) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    kind, version, items = data.get("kind"), data.get("apiVersion"), data.get("items")
    if not isinstance(kind, str) or not isinstance(version, str) or version.startswith(KUSTOMIZE):
        return
    if kind.endswith("List") and isinstance(items, list):
        for index, item in enumerate(items):
            if isinstance(item, Mapping):
                yield from _objects(item, (*prefix, "items", index))
    else:
        yield prefix, data


def _step(node: Node, key: str | int) -> tuple[Node, Any] | None:
    """What stands under a key, and where that starts: at the key, or at the item itself."""
    if node.id == "sequence" and isinstance(key, int) and key < len(node.value):
        return node.value[key], node.value[key].start_mark
    if node.id == "mapping":
        named = [(value, at.start_mark) for name, at, value in entries(node) if name == key]
        return named[-1] if named else None
    return None
