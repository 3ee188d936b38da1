"""What the pieces of a pipeline, each valid in itself, make impossible together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from aicost_iac.blueprints._pipeline import mix
from aicost_iac.blueprints._pipeline.settings import LiteLLM, OwnRouter
from aicost_iac.errors import Problem

if TYPE_CHECKING:
    from aicost_iac.blueprints._pipeline.mix import Load
    from aicost_iac.blueprints._pipeline.settings import Scaling
    from aicost_iac.blueprints.inference_pipeline import InferencePipeline
    from aicost_iac.blueprints.model_server import ModelServer

_ENDINGS = ("router", "cache", "embeddings")


def problems(pipeline: InferencePipeline) -> Iterator[Problem]:
    """Names, keys, scaling, and whether the load can be served."""
    yield from _names(pipeline)
    for role, server, scaling in _models(pipeline):
        yield from _model(role, server, scaling)
    yield from _sleep(pipeline)
    yield from _capacity(pipeline)


def _models(pipeline: InferencePipeline) -> Iterator[tuple[str, ModelServer, Scaling | None]]:
    yield "small", pipeline.small, pipeline.small_scaling
    yield "large", pipeline.large, pipeline.large_scaling


def _names(pipeline: InferencePipeline) -> Iterator[Problem]:
    if pipeline.small.namespace != pipeline.large.namespace:
        reason = f"is not that of the small model, {pipeline.small.namespace!r}"
        yield Problem("large.namespace", reason, pipeline.large.namespace, "put both into one: they share secrets")
    taken = {f"{pipeline.name}-{ending}" for ending in _ENDINGS}
    names = [server.name for _, server, _ in _models(pipeline)]
    if names[0] == names[1]:
        yield Problem("large.name", "is the small model's too", names[1], "give each its own")
    for role, server, _ in _models(pipeline):
        if server.name in taken:
            yield Problem(f"{role}.name", "is one of the pipeline's own", server.name, "give it another")


def _model(role: str, server: ModelServer, scaling: Scaling | None) -> Iterator[Problem]:
    if server.engine == "vllm" and server.api_key is None:
        yield Problem(f"{role}.api_key", "is required: without a key whoever reaches the port uses the GPUs for free")
    if server.suppress:
        yield Problem(f"{role}.suppress", "has no effect inside a pipeline", remedy="suppress rules on the pipeline")
    if (scaling is None) == (server.replicas is None):
        way_out = f"replicas=None with {role}_scaling, or a number without it"
        what = "is set beside an autoscaler" if scaling else "is left to an autoscaler, and there is none"
        yield Problem(f"{role}.replicas", what, server.replicas, way_out)
    if scaling is not None and scaling.min_replicas > scaling.max_replicas:
        yield Problem(f"{role}_scaling.min_replicas", "is above max_replicas", scaling.min_replicas)


def _sleep(pipeline: InferencePipeline) -> Iterator[Problem]:
    """A model may sleep only while the other one answers its requests."""
    asleep = [role for role, _, scaling in _models(pipeline) if scaling is not None and scaling.min_replicas == 0]
    router = pipeline.router
    if len(asleep) == 2:
        reason = "and small_scaling.min_replicas are both 0: nobody would answer while they wake"
        yield Problem("large_scaling.min_replicas", reason, 0, "keep one of the models at 1")
    elif asleep and isinstance(router, OwnRouter):
        reason = "needs a router that is known to ask the other model meanwhile, and to count what it asks"
        yield Problem(f"{asleep[0]}_scaling.min_replicas", reason, 0, "keep 1, or let LiteLLM route")
    elif asleep == ["large"] and isinstance(router, LiteLLM) and not router.large_falls_back:
        reason = "lets the large model sleep, and nothing answers its requests while it wakes"
        yield Problem("large_scaling.min_replicas", reason, 0, "router.large_falls_back=True, or keep 1")


def _capacity(pipeline: InferencePipeline) -> Iterator[Problem]:
    if pipeline.mix is None:
        return
    if pipeline.cpu_instance_type is None:
        reason = "is required with a mix: a request pays for the router and the cache too"
        yield Problem("cpu_instance_type", reason, remedy="name the machine they share, such as 'm7i.xlarge'")
    for (role, server, scaling), load in zip(_models(pipeline), loads(pipeline), strict=True):
        most = scaling.max_replicas if scaling else server.replicas
        if load is not None and most is not None and load.replicas > most:
            reason = f"asks {load.replicas} replicas of the {role} model, and there are at most {most}"
            yield Problem("mix.requests_per_hour", reason, pipeline.mix.requests_per_hour, "allow more, or expect less")


def loads(pipeline: InferencePipeline) -> tuple[Load | None, Load | None]:
    """What the mix asks of the small and of the large model."""
    stated = pipeline.mix
    return (None, None) if stated is None else (mix.small_load(stated), mix.large_load(stated))
