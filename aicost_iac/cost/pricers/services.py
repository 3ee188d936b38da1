"""Keys, secrets, alarms, buckets and caches: what a month of each costs."""

from __future__ import annotations

from decimal import Decimal

from aicost_iac.cost.assumptions import STORAGE_GIB, number
from aicost_iac.cost.estimates import Line, Part
from aicost_iac.cost.pricers.network import hours
from aicost_iac.cost.pricers.volumes import always
from aicost_iac.cost.prices import Missing, cache_node
from aicost_iac.cost.site import Charged, Site, priced
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.world import Subject


@priced("aws_kms_key", "aws_kms_external_key", "aws_kms_replica_key")
def key(subject: Subject, site: Site) -> Charged:
    """https://aws.amazon.com/kms/pricing/"""
    yield hours("key", 1, "kms-key", site.region_of(subject))


@priced("aws_secretsmanager_secret")
def secret(subject: Subject, site: Site) -> Charged:
    """https://aws.amazon.com/secrets-manager/pricing/"""
    yield hours("secret", 1, "secretsmanager-secret", site.region_of(subject))


@priced("aws_cloudwatch_metric_alarm")
def alarm(subject: Subject, site: Site) -> Charged:
    """Each metric that an alarm reads is billed; under a minute at three times the price.

    https://aws.amazon.com/cloudwatch/pricing/
    """
    body = Block(subject.body)
    metrics = [each.block("metric") for each in body.blocks("metric_query") if each.blocks("metric")] or [body]
    fast = any((each.whole("period") or 60) < 60 for each in metrics)
    name = "cloudwatch-alarm-metric-high-resolution" if fast else "cloudwatch-alarm-metric"
    yield hours("alarm metrics", len(metrics), name, site.region_of(subject))


@priced("aws_s3_bucket")
def bucket(subject: Subject, site: Site) -> Charged:
    """What it keeps, where that is assumed. https://aws.amazon.com/s3/pricing/"""
    gib = number(subject.node, STORAGE_GIB)
    if gib is None:
        yield Missing(f"what it keeps is not assumed: the assumption {STORAGE_GIB!r} prices it")
    else:
        yield hours("GiB kept", gib, "s3-standard", site.region_of(subject))


@priced("aws_elasticache_cluster")
def cache(subject: Subject, site: Site) -> Charged:
    """https://aws.amazon.com/elasticache/pricing/"""
    body = Block(subject.body)
    if not body.absent("replication_group_id"):
        return
    yield _nodes(body, body.text("engine") or "redis", body.whole("num_cache_nodes") or 1, subject, site)


@priced("aws_elasticache_replication_group")
def replicated_cache(subject: Subject, site: Site) -> Charged:
    """Shards times the nodes of each, the primary included."""
    body = Block(subject.body)
    if groups := body.whole("num_node_groups"):
        nodes = groups * (1 + (body.whole("replicas_per_node_group") or 0))
    else:
        nodes = body.whole("num_cache_clusters") or body.whole("number_cache_clusters") or 1
    yield _nodes(body, body.text("engine") or "redis", nodes, subject, site)


def _nodes(body: Block, engine: str, count: int, subject: Subject, site: Site) -> Part | Missing:
    kind = body.text("node_type")
    if kind is None:
        return Missing("node_type is known only to Terraform")
    quote = cache_node(kind, engine, site.region_of(subject))
    return quote if isinstance(quote, Missing) else always("cache nodes", Line(Decimal(count), kind, quote))
