"""What a stated load asks of the models, and how it is written beside them for estimates."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from aicost_iac.blueprints._pipeline.settings import RequestMix
from aicost_iac.cost.assumptions import (
    ANSWERS_FROM_CACHE,
    REQUESTS_PER_HOUR,
    SIMPLE_SHARE,
    TOKENS_PER_ANSWER,
    TOKENS_PER_SECOND,
)
from aicost_iac.plan import Assumption

_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Load:
    """What one model has to do: tokens a second, and how many replicas at full load that takes."""

    tokens_per_second: float
    one_replica: float

    @property
    def replicas(self) -> int:
        """Whole replicas; at least one where anything is asked."""
        return ceil(self.tokens_per_second / self.one_replica)


def small_load(mix: RequestMix) -> Load:
    """What the cache does not answer, as far as it is simple."""
    return Load(_tokens(mix) * mix.simple_share, mix.small_tokens_per_second)


def large_load(mix: RequestMix) -> Load:
    """The rest."""
    return Load(_tokens(mix) * (1 - mix.simple_share), mix.large_tokens_per_second)


def of_router(mix: RequestMix | None) -> tuple[Assumption, ...]:
    """The load, where the estimate of the pipeline finds it."""
    if mix is None:
        return ()
    figures = {
        REQUESTS_PER_HOUR: (mix.requests_per_hour, "requests"),
        ANSWERS_FROM_CACHE: (mix.cache_hit_rate, "share"),
        SIMPLE_SHARE: (mix.simple_share, "share"),
        TOKENS_PER_ANSWER: (mix.tokens_per_answer, "tokens"),
    }
    return tuple(Assumption(name, f"{value:g}", unit, mix.source) for name, (value, unit) in figures.items())


def of_model(load: Load | None, source: str) -> tuple[Assumption, ...]:
    """What one replica generates."""
    return () if load is None else (Assumption(TOKENS_PER_SECOND, f"{load.one_replica:g}", "tokens", source),)


def _tokens(mix: RequestMix) -> float:
    """Tokens a second that the models generate together."""
    return mix.requests_per_hour * (1 - mix.cache_hit_rate) * mix.tokens_per_answer / _SECONDS
