"""EKS: the control plane and managed node groups. https://aws.amazon.com/eks/pricing/"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from aicost_iac.cost.assumptions import REPLICAS, number
from aicost_iac.cost.estimates import Line
from aicost_iac.cost.pricers.buying import Units, bought
from aicost_iac.cost.pricers.machines import LAUNCH_TEMPLATE, Machine, Wanted, machine, template_volumes
from aicost_iac.cost.pricers.volumes import Charge, always, charges
from aicost_iac.cost.prices import Missing, divided, rate
from aicost_iac.cost.site import Charged, Site, priced
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.world import Subject

# https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html
_DEFAULT_TYPE, _DEFAULT_DISK_GIB = "t3.medium", 20


@priced("aws_eks_cluster")
def cluster(subject: Subject, site: Site) -> Charged:
    """The control plane by the hour; in extended support, six times as much."""
    extended = Block(subject.body).block("upgrade_policy").text("support_type") == "EXTENDED"
    standard, late = (rate(f"eks-cluster-{each}hour", site.region_of(subject)) for each in ("", "extended-support-"))
    if isinstance(standard, Missing) or isinstance(late, Missing):
        yield standard if isinstance(standard, Missing) else Missing("no price of extended support is known")
        return
    lines = [Line(Decimal(1), "control plane", quote) for quote in (standard, late if extended else standard)]
    note = "the ceiling is extended support, which begins when the Kubernetes version leaves standard support"
    yield replace(always("control plane", lines[0], note if extended else ""), ceiling=lines[1])


@priced("aws_eks_node_group")
def node_group(subject: Subject, site: Site) -> Charged:
    """Minimum, desired and maximum nodes; the pods that run on them cost nothing more."""
    body = Block(subject.body)
    scaling = body.block("scaling_config")
    least, desired, most = (scaling.whole(key) for key in ("min_size", "desired_size", "max_size"))
    if most is None:
        yield Missing("scaling_config.max_size is known only to Terraform")
        return
    if (expected := number(subject.node, REPLICAS)) is not None:
        desired = math.ceil(expected)
    least = least or 0
    units = Units(least, most if desired is None else max(least, min(desired, most)), most)
    machines, missing = divided(_machines(subject, body, site))
    yield from missing
    spot = body.text("capacity_type") == "SPOT"
    # On demand, EKS takes the types in order; on spot it goes by price and capacity.
    # https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html#managed-node-group-capacity-types
    yield from bought(machines, units, "middle" if spot else "first", spot=spot)


def _machines(subject: Subject, body: Block, site: Site) -> Iterator[Machine | Missing]:
    template = site.linked(subject, body.block("launch_template"), LAUNCH_TEMPLATE, "id", "name")
    own = Block({} if template is None else template.body).text("instance_type")
    named = [text for _, text in body.texts("instance_types")]
    if not named and not body.absent("instance_types"):
        yield Missing("instance_types are known only to Terraform")
        return
    if body.blocks("launch_template"):
        found = template_volumes(template, site.region_of(subject))
    else:
        found = _disk(body, site.region_of(subject))
    volumes, missing = divided(found)
    yield from missing
    for name in named or [own or _DEFAULT_TYPE]:
        yield machine(Wanted(name), volumes, subject, site)


def _disk(body: Block, region: str) -> Iterator[Charge | Missing]:
    """Without a launch template EKS starts the image's gp2. https://github.com/aws/containers-roadmap/issues/1417"""
    return charges(Block({"volume_size": body.whole("disk_size") or _DEFAULT_DISK_GIB}), region, "gp2")
