"""The newest AWS provider's schema, as its prebuilt bindings carry it.

The Python package holds a jsii assembly: one JSON document with every type. A resource's arguments are the properties
of its `...Config` interface; each names its Terraform argument in a link to the registry's documentation.
https://aws.github.io/jsii/specification/3-kernel-api/
"""

import json
import re
import tarfile
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

Json = Mapping[str, Any]
_REPRESENTS = re.compile(r"Represents a \{@link \S+/docs/(resources|data-sources)/\S+ (aws_\w+)\}")
_ARGUMENT = re.compile(r"\{@link \S+/docs/(?:resources|data-sources)/[\w-]+#(\w+) ")
_PROVIDER = re.compile(r"hashicorp/aws provider version (\d+\.\d+\.\d+)")
# What the library adds to every resource.
_META = frozenset({"count", "dependsOn", "forEach", "lifecycle", "provider", "provisioners", "connection"})


@dataclass(frozen=True)
class Argument:
    """One argument or block of a resource, or of a block."""

    name: str
    required: bool
    type: Json

    @property
    def block(self) -> str | None:
        """The interface of what may stand in it, where it is a block."""
        return next((fqn for fqn in _named(self.type) if fqn.startswith("@")), None)

    @property
    def repeated(self) -> bool:
        return any("collection" in part for part in _members(self.type))

    @property
    def primitives(self) -> frozenset[str]:
        """`string`, `number`, `boolean`, as far as the value itself is one."""
        return frozenset(part["primitive"] for part in _members(self.type) if "primitive" in part)


class Assembly:
    """The types of one package of prebuilt bindings."""

    def __init__(self, wheel: Path) -> None:
        with zipfile.ZipFile(wheel) as archive:
            [name] = [name for name in archive.namelist() if re.search(r"/_jsii/.*\.jsii\.tgz$", name)]
            with archive.open(name) as packed, tarfile.open(fileobj=packed) as package:
                member = package.extractfile("package/.jsii")
                assert member, f"{wheel.name} holds no assembly"
                self._document: Json = json.load(member)
        self._types: Mapping[str, Json] = self._document["types"]

    @property
    def provider(self) -> str:
        """The provider's version, such as `6.69.1`."""
        found = _PROVIDER.search(self._document["readme"]["markdown"])
        assert found, "the assembly does not say which provider it is made of"
        return found[1]

    def arguments(self, kind: str, mode: Literal["resource", "data"]) -> Mapping[str, Argument] | None:
        """Those of a resource type, or None where the provider has no such type."""
        fqn = self._classes.get((mode, kind))
        return None if fqn is None else self.members(f"{fqn}Config")

    def members(self, interface: str) -> Mapping[str, Argument]:
        """The arguments of a resource or block."""
        listed = self._types[interface].get("properties", ())
        made = (_argument(each) for each in listed if each["name"] not in _META)
        return {argument.name: argument for argument in made}

    @cached_property
    def _classes(self) -> Mapping[tuple[str, str], str]:
        return dict(self._represented())

    def _represented(self) -> Iterator[tuple[tuple[str, str], str]]:
        for fqn, each in self._types.items():
            found = _REPRESENTS.match(each.get("docs", {}).get("summary", "")) if each["kind"] == "class" else None
            if found:
                yield ("resource" if found[1] == "resources" else "data", found[2]), fqn


def _argument(each: Json) -> Argument:
    docs = each["docs"]
    found = _ARGUMENT.search(f"{docs.get('summary', '')} {docs.get('remarks', '')}")
    assert found, f"{each['name']} names no argument: {docs}"
    return Argument(found[1], not each.get("optional", False), each["type"])


def _members(kind: Json) -> Iterator[Json]:
    if "union" in kind:
        for member in kind["union"]["types"]:
            yield from _members(member)
    else:
        yield kind


def _named(kind: Json) -> Iterator[str]:
    for member in _members(kind):
        if "collection" in member:
            yield from _named(member["collection"]["elementtype"])
        elif "fqn" in member:
            yield member["fqn"]
