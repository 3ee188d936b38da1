"""What Checkov hands to a check, read back into nodes.

It wraps every value of a block into a list and writes expressions of HCL without their `${}`; of a plan it leaves out
what is known only after apply, so a plan is read from its file. What may be an expression stays unknown.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from aicost_iac.errors import AicostError
from aicost_iac.expr import Raw, parse
from aicost_iac.gate.loading import load
from aicost_iac.kubernetes import manifest
from aicost_iac.plan import Node, Resource, noted
from aicost_iac.terraform.document import NOTE, OWN

_OWN_KEY = re.compile(r"__\w+__|(start|end)_line")
_TEMPLATE = re.compile(r"[$%]\{")
_EXPRESSION = re.compile(
    r"(^|[^\w.\"])(var|local|data|module|each|count|path|self|terraform)\.\w"
    r"|^[a-z][a-z0-9]*_\w+\.[\w-]+(\[.*\])?\.[\w.\[\]\"*-]+$"
    r"|^[a-z_0-9]+\(.*\)$",
    re.DOTALL,
)
# Attributes that hold a document as text, which Checkov takes apart.
_DOCUMENTS = frozenset(
    {"assume_role_policy", "definition", "input", "monitor_specification", "pipeline_definition", "policy"}
)


def terraform_node(conf: Mapping[str, Any], kind: str, path: str) -> Node | None:
    """The resource of a configuration; None where it can not be read."""
    file, address = _only(conf.get("__file__")), conf.get("__address__")
    if isinstance(file, str) and isinstance(address, str) and file.endswith(".json"):
        return _planned(file).get(address)
    name = path.rpartition(":")[2].rpartition(".")[2]
    try:
        return Resource(kind, name, {key: _attribute(key, value) for key, value in _own(conf)}, **_notes(conf))
    except (AicostError, ValueError):
        return None


def manifest_node(conf: Mapping[str, Any]) -> Node | None:
    """The object of a manifest; None where it can not be read."""
    document = _plain(conf)
    metadata = document.get("metadata")
    if isinstance(metadata, dict):
        metadata["annotations"] = _only(metadata.get("annotations"))
    try:
        return manifest.load(document)
    except AicostError:
        return None


@lru_cache(maxsize=64)
def _planned(file: str) -> Mapping[str, Node]:
    return {each.address: each.node for each in load([file]).found} if Path(file).is_file() else {}


def _own(conf: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [(key, value) for key, value in conf.items() if key != NOTE and not _OWN_KEY.fullmatch(key)]


def _attribute(key: str, value: Any) -> Any:
    unwrapped = _unwrapped(value)
    if key in _DOCUMENTS and isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict):
        return json.dumps(_unwrapped(value[0]))
    return unwrapped


def _unwrapped(value: Any) -> Any:
    """A list of one that is no block is Checkov's wrapping; a block stays a list, as everybody writes blocks."""
    if isinstance(value, dict):
        return {key: _unwrapped(each) for key, each in _own(value)}
    if isinstance(value, list):
        if len(value) == 1 and not isinstance(value[0], dict):
            inner = value[0]
            return [_unwrapped(each) for each in inner] if isinstance(inner, list) else _unwrapped(inner)
        return [_unwrapped(each) for each in value]
    return _read(value) if isinstance(value, str) else value


def _read(text: str) -> Any:
    if not _TEMPLATE.search(text) and _EXPRESSION.search(text):
        return Raw(text)
    try:
        return parse(text)
    except ValueError:
        return Raw(text)


def _notes(conf: Mapping[str, Any]) -> dict[str, Any]:
    """What we wrote beside a resource: who made it, and what it suppresses."""
    comment = conf.get(NOTE)
    own = comment.get(OWN) if isinstance(comment, dict) else None
    return noted(_plain(own)) if isinstance(own, dict) else {}


def _plain(value: Any) -> Any:
    """Data without Checkov's marks, of types that are JSON's own: its readers use subclasses with places."""
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items() if not _OWN_KEY.fullmatch(str(key))}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return str(value) if isinstance(value, str) else value


def _only(value: Any) -> Any:
    return value[0] if isinstance(value, list) and len(value) == 1 else value
