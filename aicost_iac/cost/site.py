"""Where things are priced: everything around a node, its region, the prices; and who prices which kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from aicost_iac.cost.estimates import Part
from aicost_iac.cost.prices import Included, Missing, Prices
from aicost_iac.expr import Expr, Ref
from aicost_iac.plan import Node, Resource
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.world import Subject, World

Charge = Part | Missing | Included
Charged = Iterator[Charge]
Pricer = Callable[[Subject, "Site"], Charged]

T = TypeVar("T")
PRICERS: dict[str, Pricer] = {}


@dataclass(frozen=True)
class Root:
    """Nodes that belong together: a stack, a Terraform root folder, a set of manifests.

    `aliases` maps aliases of the AWS provider to their regions; `default_tags` are that provider's.
    """

    name: str
    nodes: tuple[Node, ...]
    region: str = "us-east-1"
    aliases: Mapping[str, str] = field(default_factory=dict)
    default_tags: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def by_address(self) -> Mapping[str, Node]:
        return {node.address: node for node in self.nodes}


@dataclass(frozen=True)
class Site:
    """Everything that is estimated together: pods of one root may run on the nodes of another."""

    roots: tuple[Root, ...]
    prices: Prices
    _built: dict[Callable[[Site], Any], Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def world(self) -> World:
        return World(tuple(Subject(node, root.name) for root in self.roots for node in root.nodes))

    @cached_property
    def _roots(self) -> Mapping[str, Root]:
        return {root.name: root for root in self.roots}

    @cached_property
    def _by_address(self) -> Mapping[tuple[str, str], Subject]:
        return {(subject.root, subject.node.address): subject for subject in self.world.subjects}

    def region_of(self, subject: Subject) -> str:
        """The region of a node: that of its provider configuration."""
        root = self._roots[subject.root]
        provider = subject.body.get("provider")
        return root.region if provider is None else root.aliases.get(str(provider).partition(".")[2], root.region)

    def once(self, build: Callable[[Site], T]) -> T:
        """What `build` makes of this site, made when first asked for."""
        if build not in self._built:
            self._built[build] = build(self)
        made: T = self._built[build]
        return made

    def found(self, root: str, address: str) -> Subject | None:
        """The node at an address of a root."""
        return self._by_address.get((root, address))

    def linked(self, subject: Subject, block: Block, kind: str, *keys: str) -> Resource | None:
        """The resource of a type that one of a block's attributes refers to, if it is there."""
        return next((node for key in keys if (node := self._named(subject.root, block.get(key), kind))), None)

    def _named(self, root: str, value: Any, kind: str) -> Resource | None:
        for part in value.parts if isinstance(value, Expr) else (value,):
            if isinstance(part, Ref) and (found := self.found(root, part.address)) and found.kind == kind:
                return found.node if isinstance(found.node, Resource) else None
        return None


def priced(*kinds: str) -> Callable[[Pricer], Pricer]:
    """Declare what prices these Terraform types or Kubernetes kinds."""

    def declare(pricer: Pricer) -> Pricer:
        for kind in kinds:
            if kind in PRICERS:
                raise ValueError(f"{kind} is priced twice")
            PRICERS[kind] = pricer
        return pricer

    return declare
