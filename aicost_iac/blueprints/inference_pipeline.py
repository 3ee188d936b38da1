"""InferencePipeline: router, cache, a small and a large model, which know of each other what they need and no more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated

from pydantic import AfterValidator

from aicost_iac.blueprints._pipeline import checks, expansion
from aicost_iac.blueprints._pipeline.settings import (
    ExactCache,
    LiteLLM,
    OwnRouter,
    RequestMix,
    Scaling,
    SemanticCache,
)
from aicost_iac.blueprints.model_server import ModelServer
from aicost_iac.errors import Problem
from aicost_iac.kubernetes.metadata import Namespace
from aicost_iac.model import Blueprint, Context
from aicost_iac.plan import Plan


class InferencePipeline(Blueprint):
    """One address for questions: answered from the cache, by a small model, or by a large one, whichever is cheapest.

    Everything the pieces need of each other (addresses, ports, keys, labels) follows from the pieces. Only the router
    reaches the models, the cache and the embedding server; pods of its own namespace, and of those you name, reach the
    router. A cache or a model that fails costs money or quality, never an outage: requests go on to the next one.
    """

    small: ModelServer
    large: ModelServer
    router: LiteLLM | OwnRouter
    cache: SemanticCache | ExactCache | None = None
    """Without one every request is computed."""
    small_scaling: Scaling | None = None
    large_scaling: Scaling | None = None
    client_namespaces: Annotated[Sequence[Namespace], AfterValidator(tuple)] = ()
    """Namespaces whose pods may ask the router, besides its own."""
    prometheus_url: str | None = None
    """Where KEDA asks for metrics; default: the Service that the Prometheus operator makes."""
    cpu_instance_type: str | None = None
    """The machine that router, cache and embedding server share, for estimates: their nodes are not the pipeline's."""
    mix: RequestMix | None = None

    def problems(self) -> Iterator[Problem]:
        yield from checks.problems(self)

    @property
    def namespace(self) -> str:
        """Where all of it lies: that of the models."""
        return self.small.namespace

    @property
    def url(self) -> str:
        """Where clients ask, inside the cluster: an OpenAI-compatible API, with the pipeline's name as the model."""
        return expansion.router_url(self)

    def expand(self, context: Context) -> Plan:
        return expansion.expand(self, context)
