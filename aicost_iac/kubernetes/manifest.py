"""A Kubernetes object as YAML, and back. Loadable under YAML 1.1 and 1.2 alike: what would change type is quoted."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from aicost_iac.canonical import normal
from aicost_iac.fields import Suppress
from aicost_iac.plan import Assumption, KubeObject

if TYPE_CHECKING:
    import yaml

OWN = "aicost.dev/"
# YAML 1.1 reads these as booleans, 1.2 as text; and the other way round for 0o17 and 1e3 style numbers.
_AMBIGUOUS = re.compile(r"(?i:y|n|yes|no|on|off)|0o[0-7]+|[-+]?[0-9][0-9_]*([.:e][0-9_:+-]*)*|[-+]?\.[0-9][0-9_]*")


def manifest(item: KubeObject) -> dict[str, Any]:
    """The object as the API server takes it."""
    annotations = {**item.annotations, **_notes(item)}
    metadata = {"name": item.name, "namespace": item.namespace, "labels": item.labels, "annotations": annotations}
    head = {"apiVersion": item.api_version, "kind": item.kind, "metadata": metadata}
    return {**normal(head, item.address), **item.body}


def load(document: Mapping[str, Any]) -> KubeObject:
    """The object of a manifest: ours, or anybody's."""
    metadata = document.get("metadata") or {}
    annotations = dict(metadata.get("annotations") or {})
    origin = annotations.pop(f"{OWN}origin", "")
    suppress = json.loads(annotations.pop(f"{OWN}suppress", "[]"))
    assume = json.loads(annotations.pop(f"{OWN}assume", "[]"))
    return KubeObject(
        document.get("apiVersion", ""),
        document.get("kind", ""),
        metadata.get("name", ""),
        metadata.get("namespace"),
        metadata.get("labels") or {},
        annotations,
        {key: value for key, value in document.items() if key not in ("apiVersion", "kind", "metadata")},
        origin=origin,
        suppress=tuple(Suppress(**entry) for entry in suppress),
        assume=tuple(Assumption(**entry) for entry in assume),
    )


def dump(item: KubeObject) -> str:
    """One YAML document."""
    import yaml

    return str(yaml.dump(manifest(item), Dumper=_dumper(), sort_keys=False, allow_unicode=True, width=120))


def path(item: KubeObject) -> str:
    """Where an object lies below its stack's folder."""
    return f"kubernetes/{item.namespace or '_cluster'}/{item.kind.lower()}-{item.name}.yaml"


def _notes(item: KubeObject) -> dict[str, str]:
    notes: dict[str, str] = {}
    if item.origin:
        notes[f"{OWN}origin"] = item.origin
    if item.suppress:
        notes[f"{OWN}suppress"] = _compact([{"rule": s.rule, "reason": s.reason} for s in item.suppress])
    if item.assume:
        notes[f"{OWN}assume"] = _compact([{k: v for k, v in asdict(a).items() if v} for a in item.assume])
    return notes


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _dumper() -> type[yaml.SafeDumper]:
    import yaml

    class Dumper(yaml.SafeDumper):
        """Blocks for long text, quotes for what YAML 1.1 and 1.2 read differently, no aliases."""

        def ignore_aliases(self, data: Any) -> bool:
            return True

    def text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
        style = "|" if "\n" in value else "'" if _AMBIGUOUS.fullmatch(value) else None
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)

    Dumper.add_representer(str, text)
    return Dumper
