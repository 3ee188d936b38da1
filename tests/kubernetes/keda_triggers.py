"""KEDA's trigger metadata against KEDA's own table of parameters: its definition takes any map of text.

https://github.com/kedacore/keda/blob/v2.20.2/schema/generated/scalers-schema.json
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from tests.kubernetes.definitions import FOLDER

_FROM_ENV = "FromEnv"
# They hand their metadata on to a server of the user's.
_OPEN = frozenset({"external", "external-push"})
# The table does not mark what is optional for these: one of several ways to name a server is enough.
_ALTERNATIVES = frozenset({"redis", "redis-cluster", "redis-cluster-streams", "redis-sentinel", "redis-streams"})
Parameters = Mapping[str, Mapping[str, Any]]


def violations(item: Mapping[str, Any]) -> Iterator[str]:
    """What KEDA would refuse, or ignore, in the triggers of a ScaledObject or ScaledJob."""
    if not str(item.get("apiVersion", "")).startswith("keda.sh/") or not _table():
        return
    for index, trigger in enumerate(item.get("spec", {}).get("triggers", ())):
        for violation in _trigger(trigger):
            yield f"spec.triggers.{index}: {violation}"


def _trigger(trigger: Mapping[str, Any]) -> Iterator[str]:
    kind = trigger.get("type", "")
    if kind not in _table():
        yield f"there is no scaler {kind!r}"
        return
    known = _table()[kind]
    given = trigger.get("metadata", {})
    for key, value in given.items():
        if kind not in _OPEN or key in known:
            yield from _parameter(kind, known, key, value)
    elsewhere = "authenticationRef" in trigger
    for name, parameter in known.items() if kind not in _ALTERNATIVES else ():
        if _is_missing(name, parameter, given, elsewhere):
            yield f"{kind} needs {name!r}"


def _parameter(kind: str, known: Parameters, key: str, value: Any) -> Iterator[str]:
    parameter = known.get(key) or known.get(key.removesuffix(_FROM_ENV))
    if parameter is None:
        yield f"{kind} has no parameter {key!r}"
    elif "deprecated" in parameter:
        yield f"{kind}.{key}: {parameter['deprecated']}"
    elif not parameter.get("metadataVariableReadable") and not key.endswith(_FROM_ENV):
        yield f"{kind}.{key} is not read from the trigger's metadata"
    elif (allowed := parameter.get("allowedValue")) and not key.endswith(_FROM_ENV) and value not in allowed:
        yield f"{kind}.{key}: {value!r} is none of {', '.join(map(str, allowed))}"


def _is_missing(name: str, parameter: Mapping[str, Any], given: Mapping[str, Any], elsewhere: bool) -> bool:
    if parameter.get("optional") or "default" in parameter or "deprecated" in parameter:
        return False
    if elsewhere and parameter.get("triggerAuthenticationVariableReadable"):
        return False
    return name not in given and f"{name}{_FROM_ENV}" not in given


@cache
def _table() -> Mapping[str, Parameters]:
    file = FOLDER / "keda" / "scalers-schema.json"
    if not file.is_file():
        return {}
    scalers = json.loads(file.read_text(encoding="utf-8"))["scalers"]
    return {each["type"]: {one["name"]: one for one in each["parameters"]} for each in scalers}
