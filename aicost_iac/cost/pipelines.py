"""What an inference pipeline costs by part, and for a thousand requests under the load that its author stated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from aicost_iac.cost.amounts import Range, total
from aicost_iac.cost.assumptions import (
    ANSWERS_FROM_CACHE,
    REQUESTS_PER_HOUR,
    SIMPLE_SHARE,
    TOKENS_PER_ANSWER,
    assumed,
    number,
)
from aicost_iac.cost.estimates import Estimate
from aicost_iac.plan import Assumption, Node

_MIX = (REQUESTS_PER_HOUR, ANSWERS_FROM_CACHE, SIMPLE_SHARE, TOKENS_PER_ANSWER)
_THOUSAND = 1000


@dataclass(frozen=True, slots=True)
class PipelinePart:
    """One workload of a pipeline: USD an hour, and its share of what the pipeline is expected to cost, 0 to 1."""

    name: str
    hour: Range
    share: Decimal


@dataclass(frozen=True, slots=True)
class PipelineCost:
    """A pipeline's parts, dearest first, and the load it was priced for. `unpriced` is what the figures lack."""

    origin: str
    parts: tuple[PipelinePart, ...]
    mix: tuple[Assumption, ...]
    requests_per_hour: Decimal
    unpriced: tuple[str, ...]

    @property
    def hour(self) -> Range:
        """USD an hour of all parts."""
        return total(part.hour for part in self.parts)

    @property
    def per_thousand(self) -> Decimal:
        """USD for a thousand requests, whoever answers them: what is expected to run, over what is expected to come."""
        return self.hour.expected * _THOUSAND / self.requests_per_hour


def pipelines(estimate: Estimate, nodes: Iterable[Node]) -> tuple[PipelineCost, ...]:
    """The pipelines among the nodes that state a load, with what the estimate says of their parts."""
    return tuple(_pipelines(estimate, nodes))


def _pipelines(estimate: Estimate, nodes: Iterable[Node]) -> Iterator[PipelineCost]:
    for router in nodes:
        load = number(router, REQUESTS_PER_HOUR)
        if load:
            items = [item for item in estimate.items if item.origin == router.origin and router.origin]
            whole = total(item.hour for item in items).expected
            parts = [
                PipelinePart(item.address, item.hour, item.hour.expected / whole if whole else Decimal(0))
                for item in items
            ]
            mix = [found for name in _MIX if (found := assumed(router, name))]
            lacking = [each.address for each in estimate.unpriced if each.origin == router.origin]
            parts.sort(key=lambda part: (-part.hour.expected, part.name))
            yield PipelineCost(router.origin, tuple(parts), tuple(mix), load, tuple(lacking))
