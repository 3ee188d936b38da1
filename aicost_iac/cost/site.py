"""Where things are priced: the plan around a node, its region, the prices; and who prices which kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from aicost_iac.cost.estimates import Part
from aicost_iac.cost.prices import Missing, Prices
from aicost_iac.expr import Expr, Ref
from aicost_iac.plan import Plan, Resource
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.world import Subject, World

Charged = Iterator[Part | Missing]
Pricer = Callable[[Subject, "Site"], Charged]

PRICERS: dict[str, Pricer] = {}


@dataclass(frozen=True)
class Site:
    """A plan and what its prices depend on. `aliases` maps provider aliases to their regions."""

    plan: Plan
    region: str
    prices: Prices
    aliases: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def world(self) -> World:
        return World(tuple(Subject(node) for node in self.plan.nodes))

    def region_of(self, subject: Subject) -> str:
        """The region of a node: that of its provider configuration."""
        alias = str(subject.body.get("provider", "")).partition(".")[2]
        return self.aliases.get(alias, self.region)

    def named(self, value: Any, kind: str) -> Resource | None:
        """The resource of a type that a value refers to, if the plan holds it."""
        for part in value.parts if isinstance(value, Expr) else (value,):
            if isinstance(part, Ref):
                found = self.plan.by_address.get(part.address)
                if isinstance(found, Resource) and found.type == kind:
                    return found
        return None

    def linked(self, block: Block, kind: str, *keys: str) -> Resource | None:
        """The resource of a type that one of a block's attributes refers to."""
        return next((found for key in keys if (found := self.named(block.get(key), kind)) is not None), None)


def priced(*kinds: str) -> Callable[[Pricer], Pricer]:
    """Declare what prices these Terraform types or Kubernetes kinds."""

    def declare(pricer: Pricer) -> Pricer:
        for kind in kinds:
            if kind in PRICERS:
                raise ValueError(f"{kind} is priced twice")
            PRICERS[kind] = pricer
        return pricer

    return declare
