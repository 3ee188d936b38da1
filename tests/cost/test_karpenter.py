"""Karpenter's pools: their limits are a ceiling, and no dollar is counted twice."""

from decimal import Decimal
from typing import Any

import pytest

from aicost_iac.plan import KubeObject
from tests.cost.plans import assumed, item, node_pool, of, reasons, workload

GPU = "nvidia.com/gpu"
POOL = "karpenter.sh/v1/NodePool//p"
H100 = Decimal("55.04")


def pods(replicas: int, gpus: int = 8) -> KubeObject:
    return workload("Deployment", {GPU: gpus}, spec={"replicas": replicas}, nodeSelector={"pool": "p"})


def pool(**limits: Any) -> KubeObject:
    return node_pool("p", ["p5.48xlarge"], labels={"pool": "p"}, limits=limits or None)


@pytest.mark.parametrize(
    ("limits", "nodes"),
    [
        ({GPU: 16}, 2),
        ({"cpu": "400"}, 2),
        ({GPU: 32, "cpu": "400"}, 2),
        ({"memory": "7000Gi"}, 3),
        ({GPU: 7}, 0),
        ({"cpu": 1000, "memory": "2Ti"}, 1),
    ],
)
def test_limits_allow_so_many_nodes_and_nothing_runs_without_pods(limits: dict[str, Any], nodes: int) -> None:
    hour = item(of(pool(**limits)), POOL).hour
    assert (hour.floor, hour.expected, hour.ceiling) == (Decimal(0), Decimal(0), nodes * H100)


@pytest.mark.parametrize(("replicas", "left"), [(1, 3), (4, 0), (9, 0)])
def test_what_its_pods_cost_is_not_counted_again(replicas: int, left: int) -> None:
    made = of(pool(**{GPU: 32}), pods(replicas))
    assert item(made, POOL).ceiling_hour == left * H100
    assert made.hour.ceiling == max(replicas, 4) * H100
    says_so = "they can not all run" in item(made, POOL).parts[0].note
    assert says_so == (replicas > 4)


def test_a_machine_that_is_assumed_is_still_one_of_its_pool() -> None:
    from dataclasses import replace

    assumed_one = replace(pods(2), assume=(assumed("instance_type", "p5.48xlarge"),))
    made = of(pool(**{GPU: 32}), assumed_one)
    assert made.hour.ceiling == 4 * H100
    other = replace(pods(2), assume=(assumed("instance_type", "p5en.48xlarge"),))
    assert item(of(pool(**{GPU: 32}), other), POOL).ceiling_hour == 4 * H100


def test_the_dearest_machine_that_the_limits_allow_is_the_ceiling() -> None:
    wide = node_pool("p", ["g6e.48xlarge", "p5.48xlarge", "g6e.xlarge"], limits={GPU: 8})
    assert item(of(wide), POOL).ceiling_hour == H100


def test_a_pool_without_limits_or_without_named_machines_has_no_known_end() -> None:
    assert reasons(of(pool()), POOL) == ["it has no limits: beyond its pods, what it may start has no end"]
    open_pool = KubeObject("karpenter.sh/v1", "NodePool", "p", body={"spec": {"template": {"spec": {}}}})
    assert reasons(of(open_pool), POOL) == [
        "its machines are not named: beyond its pods, what it may start is not known"
    ]


def test_the_disks_of_a_node_class_are_shared_like_the_node() -> None:
    made_of = {"nodeClassRef": {"group": "karpenter.k8s.aws", "kind": "EC2NodeClass", "name": "big"}}
    plain = pool(**{GPU: 8})
    spec = dict(plain.body["spec"])
    spec["template"] = {**spec["template"], "spec": {**spec["template"]["spec"], **made_of}}
    disk = {"deviceName": "/dev/xvda", "ebs": {"volumeSize": "400Gi", "volumeType": "gp3"}}
    node_class = KubeObject(
        "karpenter.k8s.aws/v1", "EC2NodeClass", "big", body={"spec": {"blockDeviceMappings": [disk]}}
    )
    made = of(KubeObject("karpenter.sh/v1", "NodePool", "p", body={"spec": spec}), node_class, pods(2, gpus=2))
    part = item(made, "apps/v1/Deployment/ml/w").parts[1]
    assert (part.what, part.expected.thing) == ("volumes of their nodes", "GiB of gp3")
    assert part.expected.count == 200
    default = KubeObject("karpenter.k8s.aws/v1", "EC2NodeClass", "big", body={"spec": {}})
    made = of(KubeObject("karpenter.sh/v1", "NodePool", "p", body={"spec": spec}), default, pods(2, gpus=2))
    assert item(made, "apps/v1/Deployment/ml/w").parts[1].expected.count == 10
