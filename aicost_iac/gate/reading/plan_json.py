"""What `terraform show -json` says of a plan or a state: values are resolved, and some are known only after apply.

A value that is not known yet stays unknown. One that the author did not write at all, and the provider will choose,
is as absent as it is in the author's files. https://developer.hashicorp.com/terraform/internals/json-format
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from aicost_iac.errors import NotPlainData, UnreadableDocument
from aicost_iac.expr import Raw, Ref, parse
from aicost_iac.gate.places import Found, Locate, below
from aicost_iac.plan import Resource
from aicost_iac.rules.findings import Path

Read = Iterator[Found | UnreadableDocument]

# Nothing is known of how the author wrote it; the author did not write it.
_UNSEEN, _UNWRITTEN = object(), object()


def is_plan(data: Mapping[str, Any]) -> bool:
    """Whether a document is the JSON form of a plan or a state."""
    return isinstance(data.get("format_version"), str) and ("planned_values" in data or "values" in data)


def read(data: Mapping[str, Any], file: str, locate: Locate) -> Read:
    """The resources, data sources and provider configurations of a plan."""
    try:
        yield from _read(data, file, locate)
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        # The format is Terraform's own: what deviates from it was not made by it.
        yield UnreadableDocument(file, f"is no plan as `terraform show -json` writes it: {error}", *locate(()))


def _read(data: Mapping[str, Any], file: str, locate: Locate) -> Read:
    plan = _Plan(file, locate, _unknown(data), data.get("configuration", {}))
    yield from plan.providers()
    for path in (("planned_values",), ("values",), ("prior_state", "values")):
        root = _at(data, path).get("root_module", {})
        kinds = ("managed", "data") if path[0] != "prior_state" else ("data",)
        yield from plan.module(root, (*path, "root_module"), kinds)


def _at(data: Mapping[str, Any], path: tuple[str, ...]) -> Mapping[str, Any]:
    for key in path:
        data = data.get(key) or {}
    return data


def _unknown(data: Mapping[str, Any]) -> dict[str, Any]:
    """What is known only after apply, by address."""
    return {each["address"]: each["change"].get("after_unknown", {}) for each in data.get("resource_changes", ())}


@dataclass(frozen=True, slots=True)
class _Plan:
    file: str
    locate: Locate
    unknown: Mapping[str, Any]
    configuration: Mapping[str, Any]

    def module(self, module: Mapping[str, Any], path: Path, modes: tuple[str, ...]) -> Read:
        written = _written(self.configuration.get("root_module", {}), module.get("address", ""))
        for index, each in enumerate(module.get("resources", ())):
            if each["mode"] in modes:
                at = below(self.locate, (*path, "resources", index, "values"))
                yield self.resource(each, module.get("address", ""), written, at)
        for index, child in enumerate(module.get("child_modules", ())):
            yield from self.module(child, (*path, "child_modules", index), modes)

    def resource(
        self, each: Mapping[str, Any], module: str, written: Mapping[str, Any] | None, at: Locate
    ) -> Found | UnreadableDocument:
        said = written.get(f"{each['type']}.{each['name']}", _UNSEEN) if written is not None else _UNSEEN
        body = _merged(each.get("values") or {}, self.unknown.get(each["address"], {}), said)
        name = each["address"].removeprefix(f"{module}.").removeprefix("data.").removeprefix(f"{each['type']}.")
        try:
            node = Resource(each["type"], name, body, "data" if each["mode"] == "data" else "resource")
        except NotPlainData as problem:
            return UnreadableDocument(self.file, str(problem), *at(()))
        return Found(node, self.file, f"{self.file}:{module}" if module else self.file, at, within=module)

    def providers(self) -> Iterator[Found]:
        """Their regions and default tags. https://developer.hashicorp.com/terraform/internals/json-format#configuration-representation"""
        for key, each in self.configuration.get("provider_config", {}).items():
            if ":" not in key:
                body = {name: _said(value) for name, value in each.get("expressions", {}).items()}
                at = below(self.locate, ("configuration", "provider_config", key, "expressions"))
                yield Found(Resource("provider", key, body), self.file, self.file, at)


def _written(module: Mapping[str, Any], address: str) -> Mapping[str, Any] | None:
    """The expressions of each resource of a module, by its address in there; None where the module is not found."""
    for name in [part for part in address.split(".") if part and part != "module"]:
        call = module.get("module_calls", {}).get(name.partition("[")[0])
        if call is None:
            return None
        module = call.get("module", {})
    return {f"{each['type']}.{each['name']}": each.get("expressions", {}) for each in module.get("resources", ())}


def _merged(after: Any, unknown: Any, said: Any) -> Any:
    """Values with what is unknown marked as such. Empty text is how providers plan a text nobody wrote."""
    if unknown is True:
        return None if said is _UNWRITTEN else _said(said)
    if after == "" and said is _UNWRITTEN:
        return None
    if isinstance(after, dict) or (after is None and isinstance(unknown, dict)):
        known, marks = after or {}, unknown if isinstance(unknown, dict) else {}
        return {key: _merged(known.get(key), marks.get(key, False), _below(said, key)) for key in {**known, **marks}}
    if isinstance(after, list) or (after is None and isinstance(unknown, list)):
        items = zip_longest(after or [], unknown if isinstance(unknown, list) else [])
        return [_merged(each, mark, _below(said, index)) for index, (each, mark) in enumerate(items)]
    return after


def _below(said: Any, key: str | int) -> Any:
    """What the author wrote for a part of a block; of a value that is one expression the parts are not seen."""
    if isinstance(said, dict) and isinstance(key, str) and not said.keys() & {"references", "constant_value"}:
        return said.get(key, _UNWRITTEN)
    if isinstance(said, list) and isinstance(key, int) and key < len(said):
        return said[key]
    return _UNSEEN


def _said(said: Any) -> Any:
    """An expression of the configuration as a value: a constant, a reference, or unknown."""
    if isinstance(said, list):
        return [_said(each) for each in said]
    if not isinstance(said, dict):
        return Raw("known after apply")
    if "constant_value" in said:
        return said["constant_value"]
    if "references" in said:
        return _reference(said["references"])
    return {key: _said(each) for key, each in said.items()} or Raw("known after apply")


def _reference(references: list[str]) -> Ref | Raw:
    read = parse(f"${{{references[0]}}}") if references and "}" not in references[0] else None
    alone = read if isinstance(read, Ref) and set(references) <= {references[0], read.address} else None
    return alone or Raw(", ".join(references) or "known after apply")
