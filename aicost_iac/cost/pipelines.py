"""Pipelines: what share goes to which part, and what a thousand requests cost under the load that is stated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from aicost_iac.cost.amounts import Range, total
from aicost_iac.cost.assumptions import (
    ANSWERS_FROM_CACHE,
    REQUESTS_PER_HOUR,
    SIMPLE_SHARE,
    TOKENS_PER_ANSWER,
    figure,
)
from aicost_iac.cost.estimates import Estimate, Item
from aicost_iac.plan import Assumption

_MIX = (REQUESTS_PER_HOUR, ANSWERS_FROM_CACHE, SIMPLE_SHARE, TOKENS_PER_ANSWER)
_KIND = "Pipeline"
_STEP = Decimal("0.0001")


@dataclass(frozen=True)
class Pipeline:
    """The items of one blueprint that is a pipeline. `mix` is the load its author states; empty where none is."""

    stack: str
    origin: str
    items: tuple[Item, ...]
    mix: tuple[Assumption, ...]

    @property
    def hour(self) -> Range:
        return total(item.hour for item in self.items)

    @property
    def shares(self) -> Mapping[str, Decimal]:
        """The part of the expectation that goes to each item, in percent, the largest first."""
        whole = self.hour.expected
        parts = {item.address: 100 * item.expected_hour / whole if whole else Decimal(0) for item in self.items}
        return dict(sorted(parts.items(), key=lambda pair: -pair[1]))

    @property
    def usd_thousand_requests(self) -> Decimal | None:
        """USD of 1,000 requests: an hour as expected by the requests of an hour. None without a stated load."""
        requests = figure(self.mix, REQUESTS_PER_HOUR)
        if not requests:
            return None
        return (self.hour.expected * 1000 / requests).quantize(_STEP, ROUND_HALF_UP)


def pipelines(estimate: Estimate) -> tuple[Pipeline, ...]:
    """Every pipeline of an estimate: what a blueprint called so made, and what states a load of requests."""
    groups: dict[tuple[str, str], list[Item]] = {}
    for item in estimate.items:
        groups.setdefault((item.stack, item.origin), []).append(item)
    return tuple(
        Pipeline(stack, origin, tuple(items), mix)
        for (stack, origin), items in groups.items()
        if (mix := _mix(items)) or origin.partition("/")[0].endswith(_KIND)
    )


def _mix(items: Iterable[Item]) -> tuple[Assumption, ...]:
    found = {each.name: each for item in items for each in item.assume if each.name in _MIX}
    return tuple(found[name] for name in _MIX if name in found)
