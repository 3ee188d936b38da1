"""A pipeline's parts, wired to each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from aicost_iac.blueprints._autoscaler.settings import Prometheus
from aicost_iac.blueprints._autoscaler.triggers import Arrivals, WaitingRequests
from aicost_iac.blueprints._pipeline import embedding, litellm, mix, routers, stores, watching
from aicost_iac.blueprints._pipeline.backends import (
    EMBEDDING_PORT,
    REDIS_PORT,
    Cache,
    Model,
    key_namespace,
    service_host,
)
from aicost_iac.blueprints._pipeline.checks import loads
from aicost_iac.blueprints._pipeline.settings import ElastiCache, LiteLLM, Redis, Scaling
from aicost_iac.blueprints.gpu_autoscaler import GpuAutoscaler
from aicost_iac.cost.assumptions import INSTANCE_TYPE
from aicost_iac.expr import Ref
from aicost_iac.kubernetes import network
from aicost_iac.kubernetes.metadata import Metadata, labels, selector
from aicost_iac.plan import Assumption, KubeObject, Output, Plan, Resource, merge

if TYPE_CHECKING:
    from aicost_iac.blueprints._pipeline.mix import Load
    from aicost_iac.blueprints.inference_pipeline import InferencePipeline
    from aicost_iac.blueprints.model_server import ModelServer
    from aicost_iac.model import Context

_WAKING = "the router asks the other model while this one wakes"


def expand(pipeline: InferencePipeline, context: Context) -> Plan:
    """Models with their autoscalers, router, cache, embedding server, and the network between them."""
    tags = context.tags.keys()
    small, large = loads(pipeline)
    parts = [
        _model(pipeline, "small", pipeline.small, pipeline.small_scaling, small, context),
        _model(pipeline, "large", pipeline.large, pipeline.large_scaling, large, context),
        Plan(objects=tuple(_placed(pipeline, [*_router(pipeline, tags), *_in_cluster_cache(pipeline, tags)]))),
        _terraform_cache(pipeline, tags),
    ]
    url = Output(router_url(pipeline), "Where clients ask, with the pipeline's name as the model")
    return replace(merge([replace(part, outputs={}) for part in parts]), outputs={"url": url, **parts[-1].outputs})


def router_url(pipeline: InferencePipeline) -> str:
    """Where clients ask."""
    router = pipeline.router
    port = litellm.PORT if isinstance(router, LiteLLM) else router.port
    return f"http://{service_host(_named(pipeline, 'router'), pipeline.namespace)}:{port}/v1"


def _placed(pipeline: InferencePipeline, objects: list[KubeObject]) -> Iterator[KubeObject]:
    """Say which machine is shared, where that is known: without it what needs no accelerator has no price."""
    machine = pipeline.cpu_instance_type
    shared = (Assumption(INSTANCE_TYPE, machine, source="cpu_instance_type"),) if machine else ()
    for each in objects:
        yield replace(each, assume=(*each.assume, *shared)) if each.kind == "Deployment" else each


def _named(pipeline: InferencePipeline, part: str) -> str:
    return f"{pipeline.name}-{part}"


def _model(
    pipeline: InferencePipeline,
    role: str,
    server: ModelServer,
    scaling: Scaling | None,
    load: Load | None,
    context: Context,
) -> Plan:
    """A model that only the router reaches, with what scales it."""
    closed = server.model_copy(update={"clients": selector(_named(pipeline, "router")), "client_namespaces": ()})
    own = replace(context, tags=server.tags.over(context.tags))
    source = pipeline.mix.source if pipeline.mix else ""
    objects = [
        replace(each, assume=(*each.assume, *mix.of_model(load, source))) if each.kind == "Deployment" else each
        for each in closed.expand(own).objects
    ]
    if scaling is not None:
        objects += _autoscaler(pipeline, role, server, scaling, load).expand(own).objects
    return Plan(objects=tuple(objects))


def _autoscaler(
    pipeline: InferencePipeline, role: str, server: ModelServer, scaling: Scaling, load: Load | None
) -> GpuAutoscaler:
    """Requests in the server's hands; to wake it, requests that the router had for it."""
    sleeps = scaling.min_replicas == 0
    waiting = WaitingRequests(per_replica=scaling.requests_per_replica)
    arrivals = Arrivals(
        metric=litellm.REQUESTS,
        labels={litellm.MODEL_LABEL: role, "job": f"{pipeline.namespace}/{_named(pipeline, 'router')}"},
        per_replica=scaling.requests_per_replica,
    )
    return GpuAutoscaler(
        name=server.name,
        target=server,
        triggers=[waiting, arrivals] if sleeps else [waiting],
        min_replicas=scaling.min_replicas,
        max_replicas=scaling.max_replicas,
        held_by=_WAKING if sleeps else None,
        prometheus=Prometheus(url=pipeline.prometheus_url) if pipeline.prometheus_url else Prometheus(),
        expected_replicas=None if load is None else Decimal(max(scaling.min_replicas, load.replicas)),
    )


def _seen(server: ModelServer) -> Model:
    return Model(
        name=server.served_name or server.model,
        url=f"{server.url}/v1",
        key=server.api_key,
        port=server.listens_on,
        pods=selector(server.name),
        identity=f"{server.model}@{server.pinned_image}/{server.quantization}",
    )


def _cache(pipeline: InferencePipeline) -> Cache | None:
    """The cache as the router knows it; none yet, where Terraform has still to make it."""
    settings = pipeline.cache
    if settings is None:
        return None
    store = settings.store
    host = (
        store.endpoint
        if isinstance(store, ElastiCache)
        else service_host(_named(pipeline, "cache"), pipeline.namespace)
    )
    if host is None:
        return None
    return Cache(settings, host, key_namespace(pipeline.name, settings, _seen(pipeline.small), _seen(pipeline.large)))


def _router(pipeline: InferencePipeline, tags: Mapping[str, str]) -> Iterator[KubeObject]:
    name, router, cache = _named(pipeline, "router"), pipeline.router, _cache(pipeline)
    small, large = _seen(pipeline.small), _seen(pipeline.large)
    embedding_url = _embedding_url(pipeline, cache)
    shared = Metadata(pipeline.namespace, labels(name, tags))
    if isinstance(router, LiteLLM):
        config = litellm.config(pipeline.name, router, small, large, cache, embedding_url)
        server, file = routers.of_litellm(name, router, config, cache, small, large)
        yield from routers.objects(server, file, pipeline.namespace, tags, mix.of_router(pipeline.mix))
        if pipeline.small.prometheus_namespace is not None:
            yield from watching.objects(shared, name, cache is not None, pipeline.small.monitor_labels)
    else:
        server = routers.own(name, router, cache, embedding_url, small, large)
        yield from routers.objects(server, None, pipeline.namespace, tags, mix.of_router(pipeline.mix))
    ingress = [network.clients(_router_clients(pipeline), server.port)]
    yield network.policy(shared, name, selector(name), ingress, list(_router_reaches(pipeline, cache)))


def _router_clients(pipeline: InferencePipeline) -> list[network.Peer]:
    """Its own namespace, those that are named, and Prometheus."""
    named = [*pipeline.client_namespaces, *filter(None, [pipeline.small.prometheus_namespace])]
    return [network.ANY_POD, *(network.namespace(each) for each in dict.fromkeys(named))]


def _router_reaches(pipeline: InferencePipeline, cache: Cache | None) -> Iterator[network.Rule]:
    yield network.NAMES
    for server in (pipeline.small, pipeline.large):
        yield network.to([network.pods(selector(server.name))], server.listens_on)
    if cache is not None:
        inside = isinstance(cache.settings.store, Redis)
        peer = network.pods(selector(_named(pipeline, "cache"))) if inside else network.ANYWHERE
        yield network.to([peer], REDIS_PORT)
        if cache.semantic is not None:
            yield network.to([network.pods(selector(_named(pipeline, "embeddings")))], EMBEDDING_PORT)
    if isinstance(pipeline.router, LiteLLM) and pipeline.router.key_budgets:
        yield network.to([network.ANYWHERE], litellm.DATABASE_PORT)


def _embedding_url(pipeline: InferencePipeline, cache: Cache | None) -> str | None:
    if cache is None or cache.semantic is None:
        return None
    return f"http://{service_host(_named(pipeline, 'embeddings'), pipeline.namespace)}:{EMBEDDING_PORT}/v1"


def _in_cluster_cache(pipeline: InferencePipeline, tags: Mapping[str, str]) -> Iterator[KubeObject]:
    """Redis and the embedding server, each reached by the router only."""
    cache = _cache(pipeline)
    if cache is None:
        return
    router = network.pods(selector(_named(pipeline, "router")))
    if isinstance(cache.settings.store, Redis):
        name = _named(pipeline, "cache")
        yield from stores.redis(name, cache.settings.store, pipeline.namespace, tags)
        shared = Metadata(pipeline.namespace, labels(name, tags))
        yield network.policy(shared, name, selector(name), [network.clients([router], REDIS_PORT)], [])
    if cache.semantic is not None:
        name = _named(pipeline, "embeddings")
        shared = Metadata(pipeline.namespace, labels(name, tags))
        yield from embedding.objects(name, cache.semantic.embedding, pipeline.namespace, tags)
        # Out only for the model, at the first start.
        reaches = [network.NAMES, network.to([network.ANYWHERE], 443)]
        yield network.policy(shared, name, selector(name), [network.clients([router], EMBEDDING_PORT)], reaches)


def _terraform_cache(pipeline: InferencePipeline, tags: Mapping[str, str]) -> Plan:
    """ElastiCache, and where it is once it was made."""
    store = pipeline.cache.store if pipeline.cache else None
    if not isinstance(store, ElastiCache):
        return Plan()
    resources: list[Resource] = stores.elasticache(_named(pipeline, "cache"), store, tags)
    endpoint = Ref(resources[0].address, "primary_endpoint_address")
    told = "Write it into cache.store.endpoint: until then the router runs without a cache"
    return Plan(tuple(resources), outputs={"cache_endpoint": Output(endpoint, told)})
