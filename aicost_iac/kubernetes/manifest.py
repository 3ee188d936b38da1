"""A Kubernetes object as YAML, and back. Loadable under YAML 1.1 and 1.2 alike: what would change type is quoted."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from aicost_iac.canonical import normal
from aicost_iac.errors import UnreadableDocument
from aicost_iac.plan import KubeObject, noted, notes

if TYPE_CHECKING:
    import yaml

OWN = "aicost.dev/"
_LISTS = ("suppress", "assume")
# What YAML 1.1 and 1.2, or the API server's reader, take for different things: truth values and numbers.
_AMBIGUOUS = re.compile(
    r"(?ix: y|n|yes|no|on|off"
    r" | [-+]?0[box][0-9a-f_]+"
    r" | [-+]?[0-9_]+([.:e][0-9_:+-]*)*"
    r" | [-+]?\.[0-9_]+(e[-+]?[0-9]+)? )"
)
# Line breaks to 1.1, letters to 1.2.
_BREAKS = re.compile(r"[\x85\u2028\u2029]")


def manifest(item: KubeObject) -> dict[str, Any]:
    """The object as the API server takes it."""
    annotations = {**item.annotations, **_notes(item)}
    metadata = {"name": item.name, "namespace": item.namespace, "labels": item.labels, "annotations": annotations}
    head = {"apiVersion": item.api_version, "kind": item.kind, "metadata": metadata}
    return {**normal(head, item.address), **item.body}


def load(document: Mapping[str, Any], file: str = "manifest.yaml") -> KubeObject:
    """The object of a manifest: ours, or anybody's."""
    metadata = _mapping(document, "metadata", file)
    annotations = dict(_mapping(metadata, "annotations", file))
    own = {key: annotations.pop(f"{OWN}{key}") for key in ("origin", *_LISTS) if f"{OWN}{key}" in annotations}
    try:
        known = noted({key: json.loads(value) if key in _LISTS else value for key, value in own.items()})
    except (TypeError, ValueError) as error:
        raise UnreadableDocument(file, f"an annotation {OWN}... is not as we wrote it: {error}") from error
    return KubeObject(
        document.get("apiVersion", ""),
        document.get("kind", ""),
        metadata.get("name", ""),
        metadata.get("namespace"),
        _mapping(metadata, "labels", file),
        annotations,
        {key: value for key, value in document.items() if key not in ("apiVersion", "kind", "metadata")},
        **known,
    )


def dump(item: KubeObject) -> str:
    """One YAML document."""
    return text(manifest(item))


def text(data: Any) -> str:
    """JSON data as a YAML document, its keys in the order they have."""
    import yaml

    return str(yaml.dump(data, Dumper=_dumper(), sort_keys=False, allow_unicode=True, width=120))


def path(item: KubeObject) -> str:
    """Where an object lies below its stack's folder."""
    return f"kubernetes/{item.namespace or '_cluster'}/{item.kind.lower()}-{item.name}.yaml"


def _notes(item: KubeObject) -> dict[str, str]:
    return {f"{OWN}{key}": value if isinstance(value, str) else _compact(value) for key, value in notes(item).items()}


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _mapping(value: Mapping[str, Any], key: str, file: str) -> Mapping[str, Any]:
    found = value.get(key) or {}
    if not isinstance(found, Mapping):
        raise UnreadableDocument(file, f"{key} should be an object, it is {type(found).__name__}")
    return found


def _dumper() -> type[yaml.SafeDumper]:
    import yaml

    class Dumper(yaml.SafeDumper):
        """Blocks for long text, quotes for what YAML 1.1 and 1.2 read differently, no aliases."""

        def ignore_aliases(self, data: Any) -> bool:
            return True

    def scalar(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=_style(value))

    Dumper.add_representer(str, scalar)
    return Dumper


def _style(text: str) -> str | None:
    if _BREAKS.search(text):
        return '"'
    if "\n" in text:
        return "|"
    return "'" if _AMBIGUOUS.fullmatch(text) else None
