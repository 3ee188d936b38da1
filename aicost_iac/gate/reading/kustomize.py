"""Kustomize's patches: parts of objects, which are judged as the whole that `kustomize build` makes of them.

https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/patches/
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from aicost_iac.errors import UnreadableDocument
from aicost_iac.gate.reading.texts import text_of
from aicost_iac.gate.reading.yaml_documents import YamlDocument, documents

_NAMES = frozenset({"kustomization.yaml", "kustomization.yml", "Kustomization"})
_KEYS = ("patches", "patchesJson6902", "patchesStrategicMerge")


def patches(files: Iterable[str]) -> frozenset[str]:
    """Those of some files that kustomizations among them name as patches."""
    listed = list(files)
    named = {path for file in listed if Path(file).name in _NAMES for path in _named(file)}
    return frozenset(file for file in listed if named and os.path.normpath(file) in named)


def _named(file: str) -> Iterator[str]:
    try:
        read = list(documents(text_of(file), file))
    except UnreadableDocument:
        return
    for each in read:
        data = each.data if isinstance(each, YamlDocument) and isinstance(each.data, dict) else {}
        for patch in (patch for key in _KEYS for patch in _listed(data.get(key))):
            path = patch.get("path") if isinstance(patch, dict) else patch
            if isinstance(path, str) and "\n" not in path:
                yield os.path.normpath(Path(file).parent / path)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
