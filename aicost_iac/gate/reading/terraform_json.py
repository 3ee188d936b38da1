"""Terraform documents: `*.tf.json`, ours, cdktf's, or anybody's.

https://developer.hashicorp.com/terraform/language/syntax/json
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aicost_iac.errors import NotPlainData, UnreadableDocument
from aicost_iac.gate.places import Found, Locate, below
from aicost_iac.gate.reading import ignores
from aicost_iac.plan import Resource
from aicost_iac.rules.findings import Path
from aicost_iac.terraform import document

Read = Iterator[Found | UnreadableDocument]
# Blocks that make nothing by themselves and yet say something of what others make: default tags, a module's tags.
SETTINGS = ("module", "provider")


@dataclass(frozen=True, slots=True)
class _Block:
    """One block of a document, and the way to it."""

    path: Path
    mode: str
    kind: str
    name: str
    body: Any


def read(data: Any, file: str, root: str, locate: Locate) -> Read:
    """The blocks of a document, one by one: a broken one does not take the others with it."""
    try:
        blocks = list(_blocks(data, file))
    except UnreadableDocument as problem:
        yield UnreadableDocument(file, problem.reason, *locate(()))
        return
    for block in filter(lambda block: exists(block.body), blocks):
        yield _read(block, file, root, below(locate, block.path))


def exists(body: Any) -> bool:
    """Whether Terraform makes anything of a block: `count = 0` and an empty `for_each` make nothing."""
    if not isinstance(body, Mapping):
        return True
    return body.get("count") != 0 and body.get("for_each", True) not in ({}, [])


def _read(block: _Block, file: str, root: str, locate: Locate) -> Found | UnreadableDocument:
    try:
        (node,) = document.load({block.mode: {block.kind: {block.name: block.body}}}, file).resources
    except UnreadableDocument as problem:
        return UnreadableDocument(file, problem.reason, *locate(()))
    except NotPlainData as problem:
        return UnreadableDocument(file, str(problem), *locate(()))
    comment = block.body.get(document.NOTE)
    found = Found(node, file, root, locate, construct=_construct(comment, node))
    return ignores.suppressing(found, ignores.noted(comment))


def _blocks(data: Any, file: str) -> Iterator[_Block]:
    for mode in ("resource", "data"):
        for path, kind, named in _section(data, mode, file):
            for inner, name, body in _entries(named, path, f"{mode}.{kind}", file):
                yield from (_Block(at, mode, kind, name, each) for at, each in _alone(body, inner))
    for kind in SETTINGS:
        for path, name, body in _section(data, kind, file):
            yield from (_Block(at, "resource", kind, aliased(name, each), each) for at, each in _alone(body, path))


def _section(data: Any, name: str, file: str) -> Iterator[tuple[Path, str, Any]]:
    if not isinstance(data, Mapping):
        raise UnreadableDocument(file, f"the document should be an object, it is {type(data).__name__}")
    return _entries(data.get(name, {}), (name,), name, file)


def _entries(value: Any, path: Path, where: str, file: str) -> Iterator[tuple[Path, str, Any]]:
    """The entries of an object, or of a list of objects: Terraform merges those."""
    for at, each in _alone(value, path):
        if not isinstance(each, Mapping):
            raise UnreadableDocument(file, f"{where} should be an object, it is {type(each).__name__}")
        yield from (((*at, key), key, inner) for key, inner in each.items() if key != document.NOTE)


def _alone(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """The items of a list, or what stands alone."""
    if isinstance(value, list):
        yield from (((*path, index), each) for index, each in enumerate(value))
    else:
        yield path, value


def aliased(name: str, body: Any) -> str:
    """The name of a provider's configuration."""
    alias = body.get("alias") if isinstance(body, Mapping) else None
    return f"{name}.{alias}" if alias else name


def _construct(comment: Any, node: Resource) -> str:
    """The path that cdktf writes beside each resource, or our own note of who made it."""
    metadata = comment.get("metadata") if isinstance(comment, Mapping) else None
    path = metadata.get("path") if isinstance(metadata, Mapping) else None
    return path if isinstance(path, str) else node.origin
