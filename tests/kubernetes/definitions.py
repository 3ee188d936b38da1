"""The definitions of custom resources, and a strict reader of them: what a definition does not name is refused.

An API server prunes unknown fields without a word; here they are violations. The grammar of a structural schema:
https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

import yaml

from tests.environments import REPOSITORY
from tests.kubernetes import structural
from tests.kubernetes.metadata import Scope

FOLDER = REPOSITORY.parent / "shared" / "crds"
_SERVER_OWNED = frozenset({"apiVersion", "kind", "metadata"})


@dataclass(frozen=True, slots=True)
class Definition:
    """One version of one custom resource."""

    scope: Scope
    schema: Mapping[str, Any]

    def violations(self, item: Mapping[str, Any]) -> Iterator[str]:
        """What the definition refuses, or would drop."""
        known = {**self.schema.get("properties", {}), **dict.fromkeys(_SERVER_OWNED, structural.ANYTHING)}
        yield from structural.violations({**self.schema, "properties": known}, item, "")


def find(item: Mapping[str, Any]) -> Definition | None:
    """The definition of an object's kind, None where there is none."""
    return everything().get((item.get("apiVersion", ""), item.get("kind", "")))


@cache
def everything() -> Mapping[tuple[str, str], Definition]:
    """All definitions, by API version and kind."""
    return {key: found for file in sorted(FOLDER.glob("*/*.yaml")) for key, found in _read(file.read_text())}


def _read(text: str) -> Iterator[tuple[tuple[str, str], Definition]]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for document in yaml.load_all(text, Loader=loader):
        spec = document["spec"]
        for version in spec["versions"]:
            if version["served"]:
                key = (f"{spec['group']}/{version['name']}", spec["names"]["kind"])
                yield key, Definition(cast(Scope, spec["scope"]), version["schema"]["openAPIV3Schema"])
