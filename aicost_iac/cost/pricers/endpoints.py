"""SageMaker endpoints by the variants of their configuration. https://aws.amazon.com/sagemaker/pricing/"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from aicost_iac.cost.amounts import Range
from aicost_iac.cost.assumptions import REPLICAS, number
from aicost_iac.cost.estimates import Line, Part
from aicost_iac.cost.pricers.machines import accelerators
from aicost_iac.cost.prices import Missing, rate
from aicost_iac.cost.site import Charged, Site, priced
from aicost_iac.expr import Expr
from aicost_iac.plan import Resource
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.world import Subject

CONFIGURATION, ENDPOINT, TARGET = (
    "aws_sagemaker_endpoint_configuration",
    "aws_sagemaker_endpoint",
    "aws_appautoscaling_target",
)


@priced(ENDPOINT)
def endpoint(subject: Subject, site: Site) -> Charged:
    """The instances of its variants, all the time, and what scales them."""
    configuration = site.linked(subject, Block(subject.body), CONFIGURATION, "endpoint_config_name")
    if configuration is None:
        yield Missing("its configuration is not in the plan")
    else:
        yield from variants(Block(configuration.body), subject, site)


@priced(CONFIGURATION)
def configuration(subject: Subject, site: Site) -> Charged:
    """Nothing where an endpoint of the set uses it; alone, what one endpoint of it costs."""
    used = any(subject.node.address in each.node.references() for each in site.world.of(ENDPOINT))
    if not used:
        yield from variants(Block(subject.body), subject, site)


def variants(body: Block, subject: Subject, site: Site) -> Charged:
    """The instances of every variant of a configuration."""
    for variant in (*body.blocks("production_variants"), *body.blocks("shadow_production_variants")):
        if variant.blocks("serverless_config"):
            yield _serverless(variant.block("serverless_config"))
        else:
            yield from _hosted(variant, subject, site)


def _serverless(settings: Block) -> Missing:
    """https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html"""
    kept = settings.whole("provisioned_concurrency")
    size = settings.whole("memory_size_in_mb")
    held = f", and by the hour for {kept} kept ready" if kept else ""
    return Missing(f"a serverless endpoint of {size} MB is billed by the millisecond of each request{held}")


def _hosted(variant: Block, subject: Subject, site: Site) -> Charged:
    name, region = variant.text("instance_type"), site.region_of(subject)
    if name is None:
        yield Missing("the instance type of a variant is not known")
        return
    quote = site.prices.instance(name, region, subject.node)
    if isinstance(quote, Missing):
        yield quote
        return
    count, note = _count(variant, subject, site)
    gpus = accelerators(name.removeprefix("ml."))
    title = variant.text("variant_name")
    what = f"instances of {title}" if title else "instances"
    lines = [Line(each, name, quote, gpus) for each in (count.floor, count.expected, count.ceiling)]
    yield Part(what, lines[0], lines[1], lines[2], note)
    size = variant.whole("volume_size_in_gb")
    disk = rate("sagemaker-endpoint-volume", region) if size else None
    if isinstance(disk, Missing):
        yield disk
    elif disk is not None and size:
        disks = [Line(line.count * size, "GiB of endpoint volume", disk) for line in lines]
        yield Part(f"volumes of {what}", disks[0], disks[1], disks[2])


def _count(variant: Block, subject: Subject, site: Site) -> tuple[Range, str]:
    """Instances: fixed, within managed scaling, or within an Application Auto Scaling target."""
    initial = variant.whole("initial_instance_count") or 1
    managed = variant.block("managed_instance_scaling")
    bounds = (managed.whole("min_instance_count"), managed.whole("max_instance_count"))
    if managed.text("status") != "ENABLED":
        bounds = next(_targets(variant, subject, site), (None, None))
    least, most = bounds
    assumed = number(subject.node, REPLICAS)
    if most is None:
        fixed = Decimal(initial) if assumed is None else assumed
        return Range(fixed, fixed, fixed), ""
    low, high = Decimal(least or 0), Decimal(most)
    expected = max(low, min(Decimal(initial) if assumed is None else assumed, high))
    load = "no load is assumed" if assumed is None else f"{assumed} assumed"
    return Range(low, expected, high), f"{low} to {high} instances; {load}"


def _targets(variant: Block, subject: Subject, site: Site) -> Iterator[tuple[int | None, int | None]]:
    """https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html"""
    name = variant.text("variant_name")
    for each in site.world.of(TARGET):
        body = Block(each.body)
        if body.text("scalable_dimension") == "sagemaker:variant:DesiredInstanceCount":
            written = body.get("resource_id")
            if each.root == subject.root and _is_of(written, subject) and (not name or str(written).endswith(name)):
                yield body.whole("min_capacity"), body.whole("max_capacity")


def _is_of(resource_id: Any, subject: Subject) -> bool:
    """Whether an id such as `endpoint/NAME/variant/VARIANT` names this endpoint, literally or by reference."""
    node = subject.node
    if not isinstance(node, Resource):
        return False
    name = node.body.get("name")
    literal = isinstance(name, str) and str(resource_id).startswith(f"endpoint/{name}/")
    return literal or (isinstance(resource_id, Expr) and f"{node.address}." in str(resource_id))
