"""Whether a body is what a schema wants: names known, what is required there, blocks and values of the right form."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from aicost_iac import Resource
from aicost_iac.plan import META_ARGUMENTS
from tests.provider6.assembly import Argument, Assembly

_EVALUATED = re.compile(r"(?<!\$)\$\{")
_SPELLED = {"boolean": re.compile("true|false"), "number": re.compile(r"-?\d+(\.\d+)?")}


def problems(assembly: Assembly, resource: Resource, body: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a resource whose `body` is as it was written: JSON data."""
    arguments = assembly.arguments(resource.type, resource.mode)
    if arguments is None:
        yield f"{resource.address}: {resource.type} is no {resource.mode} type of AWS {assembly.provider}"
        return
    own = {key: value for key, value in body.items() if key not in META_ARGUMENTS and key != "//"}
    yield from _block(assembly, arguments, own, resource.address)


def _block(assembly: Assembly, arguments: Mapping[str, Argument], body: Mapping[str, Any], where: str) -> Iterator[str]:
    dynamic = body.get("dynamic", {})
    for name, value in body.items():
        if name in arguments:
            yield from _value(assembly, arguments[name], value, f"{where}.{name}")
        elif name != "dynamic":
            yield f"{where}.{name}: there is no such argument"
    for name, argument in arguments.items():
        if argument.required and name not in body and name not in dynamic:
            yield f"{where}.{name}: is required"


def _value(assembly: Assembly, argument: Argument, value: Any, where: str) -> Iterator[str]:
    if argument.block is None:
        yield from _plain(argument, value, where)
        return
    blocks = value if isinstance(value, list) else [value]
    if len(blocks) > 1 and not argument.repeated:
        yield f"{where}: is a single block, {len(blocks)} are given"
    for index, block in enumerate(blocks):
        place = f"{where}.{index}"
        if isinstance(block, Mapping):
            yield from _block(assembly, assembly.members(argument.block), block, place)
        else:
            yield f"{place}: is a block, not {type(block).__name__}"


def _plain(argument: Argument, value: Any, where: str) -> Iterator[str]:
    if isinstance(value, str) and _EVALUATED.search(value):
        return
    if isinstance(value, Mapping | list):
        if argument.primitives:
            yield f"{where}: is {' or '.join(sorted(argument.primitives))}, not {type(value).__name__}"
    elif not argument.primitives:
        yield f"{where}: is a list or a map, not {value!r}"
    elif "string" not in argument.primitives and not _spells(argument, value):
        yield f"{where}: is {' or '.join(sorted(argument.primitives))}, not {value!r}"


def _spells(argument: Argument, value: Any) -> bool:
    """Terraform converts text: https://developer.hashicorp.com/terraform/language/expressions/types#type-conversion"""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return any(_SPELLED[name].fullmatch(text) for name in argument.primitives if name in _SPELLED)
