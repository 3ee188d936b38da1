"""Plan: ordered resources and Kubernetes objects, a value.

Every node knows, besides its body, who made it (`origin`), which rules it knowingly breaks (`suppress`) and what its
author assumed (`assume`). All of that is written into the output and read back: `load(render(plan)) == plan`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import Any, Literal, TypeVar

from aicost_iac.canonical import normal, whole
from aicost_iac.errors import DuplicateAddress, PlanError, UnresolvedReference, did_you_mean
from aicost_iac.expr import Expr, Raw, Ref, references
from aicost_iac.fields import Suppress

_N = TypeVar("_N", bound="Node")

# A component neither begins with '.' nor is empty: nothing leaves the folder, and nothing in it is hidden.
_FILE_PATH = re.compile(r"[a-z0-9_][a-z0-9._-]*(/[a-z0-9_][a-z0-9._-]*)*")
# https://developer.hashicorp.com/terraform/language/meta-arguments
META_ARGUMENTS = frozenset({"connection", "count", "depends_on", "for_each", "lifecycle", "provider", "provisioner"})


@dataclass(frozen=True, slots=True)
class Assumption:
    """A number the author put in and a reader should know: a spot price, a load, a throughput."""

    name: str
    value: str
    """A decimal, as text."""
    unit: str = ""
    source: str = ""
    as_of: str = ""
    """ISO date."""


@dataclass(frozen=True)
class Node:
    """What resources and Kubernetes objects have in common."""

    origin: str = field(default="", kw_only=True)
    suppress: tuple[Suppress, ...] = field(default=(), kw_only=True)
    assume: tuple[Assumption, ...] = field(default=(), kw_only=True)

    @property
    def address(self) -> str:
        raise NotImplementedError

    def references(self) -> Iterator[str]:
        """Addresses of Terraform resources this node reads."""
        yield from ()


@dataclass(frozen=True)
class Resource(Node):
    """A Terraform resource or data source. `body` has the provider's own attribute names, meta-arguments included."""

    type: str
    name: str
    body: Mapping[str, Any] = field(default_factory=dict)
    mode: Literal["resource", "data"] = "resource"

    def __post_init__(self) -> None:
        object.__setattr__(self, "body", normal(self.body, self.address))

    @cached_property
    def address(self) -> str:
        stem = f"{self.type}.{self.name}"
        return f"data.{stem}" if self.mode == "data" else stem

    def ref(self, attribute: str) -> Ref:
        return Ref(self.address, attribute)

    def references(self) -> Iterator[str]:
        yield from self._read

    @cached_property
    def _read(self) -> tuple[str, ...]:
        """A body is walked once, however often plans of it are made."""
        return (*_references(self.body), *self.body.get("depends_on", ()))


@dataclass(frozen=True)
class KubeObject(Node):
    """A Kubernetes object. `body` is everything but apiVersion, kind and metadata."""

    api_version: str
    kind: str
    name: str
    namespace: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "body", whole(self.body, self.address))

    @cached_property
    def address(self) -> str:
        return f"{self.api_version}/{self.kind}/{self.namespace or ''}/{self.name}"


@dataclass(frozen=True, slots=True)
class Output:
    """A Terraform output value."""

    value: Any
    description: str = ""
    sensitive: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", normal(self.value, "output"))

    def references(self) -> Iterator[str]:
        return _references(self.value)


@dataclass(frozen=True, slots=True, order=True)
class File:
    """Text for people and programs that lies beside the Terraform document: a launcher, a training script."""

    path: str
    """Below the stack's folder `files`, with `/`."""
    text: str

    def __post_init__(self) -> None:
        if not _FILE_PATH.fullmatch(self.path):
            raise PlanError(f"{self.path!r} is no path below a stack's folder; use a-z, 0-9 and '.', '_', '-', '/'")


@dataclass(frozen=True)
class Plan:
    """Unique addresses; every reference resolves or is declared `external`. Nodes are ordered by their addresses."""

    resources: tuple[Resource, ...] = ()
    objects: tuple[KubeObject, ...] = ()
    outputs: Mapping[str, Output] = field(default_factory=dict)
    external: frozenset[str] = frozenset()
    """Addresses that exist outside this plan, in the same Terraform root."""
    files: tuple[File, ...] = ()
    """Written beside the document, and in no other way part of it."""

    def __post_init__(self) -> None:
        for field_name in ("resources", "objects"):
            object.__setattr__(self, field_name, tuple(sorted(getattr(self, field_name), key=_address)))
        object.__setattr__(self, "files", tuple(sorted(self.files)))
        for one, other in pairwise(self.files):
            if one.path == other.path:
                raise DuplicateAddress(f"the file {one.path!r} stands twice in one plan; rename one of the blueprints")
        seen: dict[str, Node] = {}
        for node in self.nodes:
            if (first := seen.setdefault(node.address, node)) is not node:
                raise DuplicateAddress(_duplicate(node, first))
        self._resolve(seen.keys() | self.external)

    @property
    def nodes(self) -> Iterator[Node]:
        yield from self.resources
        yield from self.objects

    @cached_property
    def by_address(self) -> Mapping[str, Node]:
        return {node.address: node for node in self.nodes}

    def of_type(self, *types: str) -> Iterator[Resource]:
        return (resource for resource in self.resources if resource.type in types and resource.mode == "resource")

    def stamped(self, origin: str, suppress: tuple[Suppress, ...] = (), provider: str | None = None) -> Plan:
        """Every node marked with who made it, and bound to a provider configuration."""
        resources = tuple(_with(r, origin=origin, suppress=suppress, body=_bound(r, provider)) for r in self.resources)
        objects = tuple(_with(o, origin=origin, suppress=suppress) for o in self.objects)
        return replace(self, resources=resources, objects=objects)

    def _resolve(self, known: set[str]) -> None:
        for node in self.nodes:
            _resolve(node.address, node.references(), known)
        for name, output in self.outputs.items():
            _resolve(f"output {name!r}", output.references(), known)


def merge(parts: Iterable[Plan], external: Iterable[str] = ()) -> Plan:
    """One plan of several, checked as a whole: only `external` may be missing from it."""
    plans = list(parts)
    outputs: dict[str, Output] = {}
    for name, output in (pair for part in plans for pair in part.outputs.items()):
        if name in outputs:
            raise DuplicateAddress(f"output {name!r} is declared twice; rename one of the blueprints")
        outputs[name] = output
    return Plan(
        resources=tuple(resource for part in plans for resource in part.resources),
        objects=tuple(item for part in plans for item in part.objects),
        outputs=outputs,
        external=frozenset(external),
        files=tuple(file for part in plans for file in part.files),
    )


def notes(node: Node) -> dict[str, Any]:
    """What a node knows besides its body, as JSON data: only what there is."""
    own: dict[str, Any] = {}
    if node.origin:
        own["origin"] = node.origin
    if node.suppress:
        own["suppress"] = [{"rule": s.rule, "reason": s.reason} for s in node.suppress]
    if node.assume:
        own["assume"] = [{k: v for k, v in asdict(a).items() if v} for a in node.assume]
    return own


def noted(own: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a node that `notes` wrote. A ValueError says what somebody's hand made of them."""
    try:
        return {
            "origin": own.get("origin", ""),
            "suppress": tuple(Suppress(**entry) for entry in own.get("suppress", ())),
            "assume": tuple(Assumption(**entry) for entry in own.get("assume", ())),
        }
    except TypeError as error:
        raise ValueError(str(error)) from error


def _address(node: Node) -> str:
    return node.address


def _with(node: _N, **changes: Any) -> _N:
    """`dataclasses.replace` for values already in normal form: a body is not walked twice."""
    changed = copy(node)
    changed.__dict__.pop("_read", None)
    for name, value in changes.items():
        object.__setattr__(changed, name, value)
    return changed


def _bound(resource: Resource, alias: str | None) -> Mapping[str, Any]:
    if alias is None or not resource.type.startswith("aws_"):
        return resource.body
    return {**resource.body, "provider": f"aws.{alias}"}


def _references(value: Any) -> Iterator[str]:
    kind = type(value)
    if kind is dict:
        for item in value.values():
            yield from _references(item)
    elif kind is list:
        for item in value:
            yield from _references(item)
    elif kind is Ref or kind is Raw or kind is Expr:
        yield from references(value)


def _resolve(reader: str, addresses: Iterable[str], known: set[str]) -> None:
    for address in addresses:
        if address not in known:
            hint = did_you_mean(address, known) or "add the resource, or declare the address in `external`"
            raise UnresolvedReference(f"{reader} refers to {address!r}, which this plan does not hold; {hint}")


def _duplicate(node: Node, other: Node) -> str:
    makers = " and ".join(sorted({maker for maker in (node.origin, other.origin) if maker}))
    by = f" (made by {makers})" if makers else ""
    return f"{node.address!r} stands twice in one plan{by}; give one of the blueprints another name"
