"""Storage that pods claim, and load balancers that Services and Ingresses start.

https://kubernetes.io/docs/concepts/storage/persistent-volumes/#persistentvolumeclaims
"""

from __future__ import annotations

from decimal import Decimal

from aicost_iac.cost.estimates import Line, Part
from aicost_iac.cost.pricers.network import hours
from aicost_iac.cost.pricers.volumes import always
from aicost_iac.cost.prices import Missing, rate
from aicost_iac.cost.site import Charged, Site, priced
from aicost_iac.kubernetes.autoscaling.quantities import quantity
from aicost_iac.plan import KubeObject
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.world import Subject

_EBS = ("ebs.csi.aws.com", "ebs.csi.eks.amazonaws.com", "kubernetes.io/aws-ebs")
# https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/service/annotations/
_TYPE = "service.beta.kubernetes.io/aws-load-balancer-type"


@priced("PersistentVolumeClaim")
def claim(subject: Subject, site: Site) -> Charged:
    """An EBS volume of the size it asks for, where its class is known to be EBS."""
    yield _volume(Block(subject.body).block("spec"), subject, site)


@priced("Service")
def service(subject: Subject, site: Site) -> Charged:
    """A Service of type LoadBalancer starts one."""
    spec = Block(subject.body).block("spec")
    if spec.text("type") != "LoadBalancer":
        return
    node = subject.node
    kind = str(node.annotations.get(_TYPE, "")) if isinstance(node, KubeObject) else ""
    by_class = (spec.text("loadBalancerClass") or "").endswith("/nlb")
    if by_class or kind.startswith(("nlb", "external")):
        yield hours("load balancer", 1, "nlb-hour", site.region_of(subject))
    else:
        yield Missing("which load balancer it starts is not known")


@priced("Ingress")
def ingress(subject: Subject, site: Site) -> Charged:
    """The AWS controller starts an Application Load Balancer for an Ingress, or for a group of them."""
    node, spec = subject.node, Block(subject.body).block("spec")
    old = str(node.annotations.get("kubernetes.io/ingress.class", "")) if isinstance(node, KubeObject) else ""
    if (spec.text("ingressClassName") or old) == "alb":
        yield hours("load balancer", 1, "alb-hour", site.region_of(subject))


def of_workload(subject: Subject, site: Site) -> Charged:
    """The claims that a StatefulSet makes for each of its pods; they stay when it shrinks."""
    spec = Block(subject.body).block("spec")
    count = spec.whole("replicas")
    for template in spec.blocks("volumeClaimTemplates") if subject.kind == "StatefulSet" else ():
        found = _volume(template.block("spec"), subject, site)
        if isinstance(found, Part) and count is not None:
            found = found.times(count)
        yield found


def _volume(spec: Block, subject: Subject, site: Site) -> Part | Missing:
    size = quantity(spec.block("resources", "requests").get("storage"))
    if size is None:
        return Missing("how much storage is claimed is not known")
    kind = _ebs_type(spec.text("storageClassName"), site)
    if isinstance(kind, Missing):
        return kind
    quote = rate(f"ebs-{kind}", site.region_of(subject))
    if isinstance(quote, Missing):
        return quote
    return always("volume", Line(Decimal(str(size)) / 2**30, f"GiB of {kind}", quote))


def _ebs_type(name: str | None, site: Site) -> str | Missing:
    """The volume type of a storage class; classes called after one are taken at their word."""
    if name in ("gp2", "gp3"):
        return str(name)
    for each in site.world.of("StorageClass"):
        if each.name == name:
            body = Block(each.body)
            if body.text("provisioner") in _EBS:
                return body.block("parameters").text("type") or "gp3"
            return Missing(f"the storage of {body.text('provisioner')} is not estimated")
    return Missing(
        f"the storage class {name!r} is not known" if name else "the cluster's default storage class is not known"
    )
