"""A plan as a Terraform JSON document, and back.

What a node knows besides its body is written under its `"//"` key, which Terraform ignores:
https://developer.hashicorp.com/terraform/language/syntax/json#comment-properties
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from aicost_iac.canonical import plain, refuse_tokens
from aicost_iac.errors import UnreadableDocument
from aicost_iac.expr import Text, parse
from aicost_iac.plan import Output, Plan, Resource, noted, notes

NOTE = "//"
OWN = "aicost"


def render(plan: Plan, settings: dict[str, Any] | None = None) -> dict[str, Any]:
    """The document as JSON data: `settings` (terraform and provider blocks), then the plan's nodes and outputs."""
    refuse_tokens(settings or {}, "settings")
    written: dict[str, Any] = plain(settings or {})
    for resource in plan.resources:
        refuse_tokens(resource.body, resource.address)
        group = written.setdefault(resource.mode, {}).setdefault(resource.type, {})
        group[resource.name] = {**plain(resource.body), **note(resource)}
    for name, output in plan.outputs.items():
        refuse_tokens(output.value, f"output.{name}")
        written.setdefault("output", {})[name] = output_body(output)
    if plan.external:
        written[NOTE] = {OWN: {"external": sorted(plan.external)}}
    return written


def load(document: Mapping[str, Any], file: str = "cdk.tf.json") -> Plan:
    """The plan of a document: ours, or anybody's `*.tf.json`.

    References that resolve to nothing in the document are taken as external: judging them is a rule's work.
    """
    resources = tuple(_resources(document, file))
    outputs = {
        name: _output(_mapping(body, f"output.{name}", file), f"output.{name}", file)
        for name, body in _section(document, "output", file).items()
    }
    known = {resource.address for resource in resources}
    read = {address for resource in resources for address in resource.references()}
    read |= {address for output in outputs.values() for address in output.references()}
    declared = _own(document, "the document", file).get("external", ())
    return Plan(resources, outputs=outputs, external=frozenset(declared) | (read - known))


def note(resource: Resource) -> dict[str, Any]:
    """The `"//"` entry of a resource: what a later reader needs to know, or nothing."""
    own = notes(resource)
    return {NOTE: {OWN: own}} if own else {}


def output_body(output: Output) -> dict[str, Any]:
    """The block of an output."""
    body = {"value": plain(output.value)}
    if output.description:
        body["description"] = output.description
    if output.sensitive:
        body["sensitive"] = True
    return body


def _resources(document: Mapping[str, Any], file: str) -> Iterator[Resource]:
    for mode in ("resource", "data"):
        for kind, named in _section(document, mode, file).items():
            for name, body in _mapping(named, f"{mode}.{kind}", file).items():
                yield _resource(mode, kind, name, _mapping(body, f"{kind}.{name}", file), file)


def _resource(mode: Any, kind: str, name: str, body: Mapping[str, Any], file: str) -> Resource:
    where = f"{kind}.{name}"
    own = _own(body, where, file)
    try:
        known = noted(own)
    except ValueError as error:
        raise UnreadableDocument(file, f'"{NOTE}" of {where} is not as we wrote it: {error}') from error
    attributes = {key: value for key, value in body.items() if key != NOTE}
    return Resource(kind, name, _parsed(attributes, where, file), mode, **known)


def _output(body: Mapping[str, Any], where: str, file: str) -> Output:
    value = _parsed(body.get("value"), where, file)
    return Output(value, body.get("description", ""), body.get("sensitive", False))


def _own(body: Mapping[str, Any], where: str, file: str) -> Mapping[str, Any]:
    """What we noted beside a block; somebody else's comment says nothing to us."""
    comment = body.get(NOTE)
    own = comment.get(OWN, {}) if isinstance(comment, Mapping) else {}
    return _mapping(own, f'"{NOTE}" of {where}', file)


def _parsed(value: Any, where: str, file: str) -> Any:
    if isinstance(value, str):
        return _text(value, where, file)
    if isinstance(value, dict):
        return {str(_text(key, where, file)): _parsed(item, where, file) for key, item in value.items()}
    if isinstance(value, list):
        return [_parsed(item, where, file) for item in value]
    return value


def _text(written: str, where: str, file: str) -> Text:
    try:
        return parse(written)
    except ValueError as error:
        raise UnreadableDocument(file, f"{where}: {error}") from error


def _section(document: Mapping[str, Any], name: str, file: str) -> Mapping[str, Any]:
    """A top-level block: an object, or a list of objects that Terraform merges."""
    section = document.get(name, {})
    if isinstance(section, list):
        merged: dict[str, Any] = {}
        for entry in section:
            for kind, named in _mapping(entry, name, file).items():
                merged.setdefault(kind, {}).update(_mapping(named, f"{name}.{kind}", file))
        return merged
    return _mapping(section, name, file)


def _mapping(value: Any, where: str, file: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise UnreadableDocument(file, f"{where} should be an object, it is {type(value).__name__}")
    return value
