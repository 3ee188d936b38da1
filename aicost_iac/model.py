"""The base of every blueprint: one AI workload, or one guard around it, described once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import BaseModel

from aicost_iac.expr import Expr, Raw, Ref, references
from aicost_iac.fields import EnvironmentName, Model, Name, Suppress
from aicost_iac.tags import CostTags

if TYPE_CHECKING:
    from aicost_iac.plan import Plan


@dataclass(frozen=True, slots=True)
class Seen:
    """What the first pass made of one stack: everything that needs nobody else's plan."""

    stack: str
    region: str
    tags: CostTags
    """The stack's own, which reach every resource through the provider's `default_tags`."""
    plan: Plan


@dataclass(frozen=True, slots=True)
class Context:
    """What the place a blueprint is put into tells it."""

    tags: CostTags = CostTags()
    provider_version: str = ">= 5.100, < 7"
    partition: str = "aws"
    """`aws`, `aws-cn` or `aws-us-gov`: the second part of every ARN."""
    region: str = "us-east-1"
    seen: tuple[Seen, ...] = ()
    """The app's stacks as the first pass left them; only for a blueprint with `second_pass`."""
    stack: str = ""
    """The stack's name, by which a second pass finds its own among `seen`; empty outside of an app."""


class Blueprint(Model):
    """Fields every blueprint has. Subclasses say what it becomes in `expand`."""

    second_pass: ClassVar[bool] = False
    """Whether `expand` needs what everything else became (`Context.seen`): a budget's limit, a delay's price."""

    name: Name
    """Unique in its stack; the stem of every resource's name."""
    tags: CostTags = CostTags()
    """Override or extend the stack's tags."""
    suppress: Sequence[Suppress] = ()
    """Rules this blueprint knowingly breaks."""
    provider: EnvironmentName | None = None
    """Alias of the stack's provider configuration to use; the default configuration when absent."""

    def expand(self, context: Context) -> Plan:
        """What this becomes: a pure function of the blueprint and its context."""
        raise NotImplementedError(type(self).__name__)

    def reads(self) -> frozenset[str]:
        """Addresses the user's own expressions name: they exist beside this blueprint, in the same Terraform root."""
        return frozenset(address for _, value in self for address in _addresses(value))

    @property
    def origin(self) -> str:
        """Who made a resource; written beside it, so that a finding can name it."""
        return f"{type(self).__name__}/{self.name}"

    def named(self, part: str) -> str:
        """The plan's name of one resource: readable and without hash."""
        return f"{self.name}-{part}".replace("-", "_")


def _addresses(value: Any) -> Iterator[str]:
    if isinstance(value, Ref | Raw | Expr):
        yield from references(value)
    elif isinstance(value, BaseModel):
        for _, inner in value:
            yield from _addresses(inner)
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _addresses(inner)
    elif isinstance(value, tuple | list):
        for inner in value:
            yield from _addresses(inner)
