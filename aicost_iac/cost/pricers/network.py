"""NAT gateways, load balancers and interface endpoints: by the hour, and by what they carry where that is assumed."""

from __future__ import annotations

from decimal import Decimal

from aicost_iac.cost.assumptions import CAPACITY_UNITS, PROCESSED_GIB, number
from aicost_iac.cost.estimates import Line, Part
from aicost_iac.cost.pricers.volumes import always
from aicost_iac.cost.prices import Missing, rate
from aicost_iac.cost.site import Charged, Site, priced
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.world import Subject

_LOAD_BALANCERS = {"application": "alb", "network": "nlb"}


@priced("aws_nat_gateway")
def nat_gateway(subject: Subject, site: Site) -> Charged:
    """https://aws.amazon.com/vpc/pricing/"""
    region = site.region_of(subject)
    yield hours("NAT gateway", 1, "nat-gateway-hour", region)
    yield _carried(subject, "nat-gateway-gib", region)


@priced("aws_lb", "aws_alb")
def load_balancer(subject: Subject, site: Site) -> Charged:
    """https://aws.amazon.com/elasticloadbalancing/pricing/"""
    kind = Block(subject.body).text("load_balancer_type") or "application"
    name = _LOAD_BALANCERS.get(kind)
    if name is None:
        yield Missing(f"no price is known for a {kind} load balancer")
        return
    yield hours("load balancer", 1, f"{name}-hour", site.region_of(subject))
    units = number(subject.node, CAPACITY_UNITS)
    if units is None:
        yield Missing(f"its load is not assumed: the assumption {CAPACITY_UNITS!r} prices it")
    else:
        yield hours("capacity units", units, f"{name}-lcu-hour", site.region_of(subject))


@priced("aws_vpc_endpoint")
def endpoint(subject: Subject, site: Site) -> Charged:
    """An interface endpoint costs in each zone; a gateway endpoint is free. https://aws.amazon.com/privatelink/pricing/"""
    body, region = Block(subject.body), site.region_of(subject)
    if (body.text("vpc_endpoint_type") or "Gateway") != "Interface":
        return
    subnets = body.get("subnet_ids")
    zones = len(subnets) if isinstance(subnets, list) else 0
    if not zones:
        yield Missing("how many subnets it stands in is known only to Terraform")
        return
    yield hours("interface endpoint", zones, "vpc-endpoint-zone-hour", region)
    yield _carried(subject, "vpc-endpoint-gib", region)


def hours(what: str, count: Decimal | int, name: str, region: str) -> Part | Missing:
    """So many of a thing that is paid by the hour, all the time."""
    quote = rate(name, region)
    return quote if isinstance(quote, Missing) else always(what, Line(Decimal(count), what, quote))


def _carried(subject: Subject, name: str, region: str) -> Part | Missing:
    """What it processes in a month, where that is assumed."""
    gib = number(subject.node, PROCESSED_GIB)
    if gib is None:
        return Missing(f"what it carries is not assumed: the assumption {PROCESSED_GIB!r} prices it")
    return hours("GiB processed", gib, name, region)
