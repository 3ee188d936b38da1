"""Would an API server take these objects, and drop nothing of them?

Core kinds: the newest schemas of `kubernetes-validate`, strict. Custom resources: their definitions, when they lie in
`../shared/crds` beside the repository; a kind whose schema is nowhere is a skip with its name, after everything else
was checked. KEDA's trigger metadata, which its definition leaves open, is checked against KEDA's own table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

import jsonschema
import kubernetes_validate
import pytest
import referencing
from kubernetes_validate.utils import schema_contents

from aicost_iac import KubeObject
from aicost_iac.kubernetes.manifest import manifest
from tests.kubernetes import definitions, keda_triggers, metadata

Manifest = Mapping[str, Any]
_STRICT = f"kubernetes-json-schema/v{kubernetes_validate.latest_version()}-local-strict"


def assert_valid(objects: Iterable[KubeObject | Manifest]) -> None:
    """Fails with every violation of every object; skips, naming the kinds, when some could not be checked."""
    manifests = [manifest(item) if isinstance(item, KubeObject) else item for item in objects]
    found = [violation for item in manifests for violation in violations(item)]
    assert not found, "\n".join(found)
    if unchecked := sorted({name_of(item) for item in manifests if not is_known(item)}):
        pytest.skip(f"no schema for {', '.join(unchecked)}: the definitions of ../shared/crds are not there")


def violations(item: Manifest) -> Iterator[str]:
    """What is wrong with one object, each with its place."""
    place = f"{item.get('kind')}/{item.get('metadata', {}).get('name')}"
    definition = definitions.find(item)
    for violation in metadata.violations(item, _scope(item)):
        yield f"{place}: {violation}"
    for violation in definition.violations(item) if definition else _core_violations(item):
        yield f"{place}: {violation}"
    for violation in keda_triggers.violations(item):
        yield f"{place}: {violation}"


def _scope(item: Manifest) -> metadata.Scope | None:
    if definition := definitions.find(item):
        return definition.scope
    return metadata.scope_of(item["kind"]) if _core(name_of(item)) else None


def is_known(item: Manifest) -> bool:
    """Whether there is a schema for the object's kind."""
    return definitions.find(item) is not None or _core(name_of(item)) is not None


def name_of(item: Manifest) -> str:
    """`apps/v1/Deployment`"""
    return f"{item['apiVersion']}/{item['kind']}"


def _core_violations(item: Manifest) -> Iterator[str]:
    validator = _core(name_of(item))
    for error in validator.iter_errors(item) if validator else ():
        deepest = jsonschema.exceptions.best_match([error]) or error
        yield f"{'.'.join(map(str, deepest.absolute_path)) or '(whole)'}: {deepest.message}"


@cache
def _core(name: str) -> jsonschema.Draft202012Validator | None:
    """The validator that `kubernetes_validate.validate` would make, kept: it reads 2 MB for every object."""
    group, _, rest = name.rpartition("/")[0].rpartition("/")
    if "." in group and not group.endswith(".k8s.io"):
        return None
    version = f"{group.partition('.')[0]}-{rest}" if group else rest
    try:
        schema = schema_contents(f"{_STRICT}/{name.rpartition('/')[2].lower()}-{version}.json", "")
    except FileNotFoundError:
        return None
    return jsonschema.Draft202012Validator(schema, registry=referencing.Resource.from_contents(schema) @ _registry())


@cache
def _registry() -> Any:
    shared = schema_contents(f"{_STRICT}/_definitions.json", "")
    return referencing.Resource.from_contents(shared) @ referencing.Registry()
