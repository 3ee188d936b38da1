"""Storage that pods claim, and load balancers that Services and Ingresses start."""

from decimal import Decimal
from typing import Any

import pytest

from aicost_iac.plan import KubeObject
from tests.cost.plans import of


def claim(name: str | None, **more: Any) -> KubeObject:
    spec = {"resources": {"requests": {"storage": "100Gi"}}, **more}
    body = {**spec, "storageClassName": name} if name else spec
    return KubeObject("v1", "PersistentVolumeClaim", "c", "ml", body={"spec": body})


def storage_class(name: str, provisioner: str, **parameters: str) -> KubeObject:
    return KubeObject(
        "storage.k8s.io/v1", "StorageClass", name, body={"provisioner": provisioner, "parameters": parameters}
    )


@pytest.mark.parametrize(
    ("nodes", "month"),
    [
        ((claim("gp3"),), "8.00"),
        ((claim("fast"), storage_class("fast", "ebs.csi.aws.com", type="io2")), "12.50"),
        ((claim("plain"), storage_class("plain", "ebs.csi.aws.com")), "8.00"),
    ],
)
def test_a_claim_is_a_volume_of_its_class(nodes: tuple[KubeObject, ...], month: str) -> None:
    assert of(*nodes).month.expected == Decimal(month)


@pytest.mark.parametrize(
    ("nodes", "reason"),
    [
        ((claim("fast"),), "the storage class 'fast' is not known"),
        ((claim(None),), "the cluster's default storage class is not known"),
        ((claim("efs"), storage_class("efs", "efs.csi.aws.com")), "the storage of efs.csi.aws.com is not estimated"),
        ((claim("gp3", resources={}),), "how much storage is claimed is not known"),
    ],
)
def test_a_class_that_is_not_known_to_be_ebs_has_no_price(nodes: tuple[KubeObject, ...], reason: str) -> None:
    assert [each.reason for each in of(*nodes).unpriced] == [reason]


def test_a_stateful_set_claims_for_each_of_its_pods() -> None:
    spec = {
        "replicas": 3,
        "template": {"spec": {"containers": []}},
        "volumeClaimTemplates": [{"spec": {"storageClassName": "gp3", "resources": {"requests": {"storage": "50Gi"}}}}],
    }
    made = of(KubeObject("apps/v1", "StatefulSet", "s", "ml", body={"spec": spec}))
    assert made.month.expected == Decimal("12.00")


def service(kind: str, **more: Any) -> KubeObject:
    notes = {"service.beta.kubernetes.io/aws-load-balancer-type": str(more.pop("of"))} if "of" in more else {}
    return KubeObject("v1", "Service", "s", "ml", annotations=notes, body={"spec": {"type": kind, **more}})


def ingress(name: str) -> KubeObject:
    return KubeObject("networking.k8s.io/v1", "Ingress", "i", "ml", body={"spec": {"ingressClassName": name}})


@pytest.mark.parametrize(
    ("node", "month", "unpriced"),
    [
        (service("ClusterIP"), "0.00", 0),
        (service("LoadBalancer"), "0.00", 1),
        (service("LoadBalancer", of="external"), "16.43", 0),
        (service("LoadBalancer", loadBalancerClass="service.k8s.aws/nlb"), "16.43", 0),
        (ingress("alb"), "16.43", 0),
        (ingress("nginx"), "0.00", 0),
    ],
)
def test_load_balancers(node: KubeObject, month: str, unpriced: int) -> None:
    made = of(node)
    assert (made.month.expected, len(made.unpriced)) == (Decimal(month), unpriced)
