"""Where pods may land: accelerators, taints, and whose cluster it is."""

from typing import Any

import pytest

from aicost_iac.rules.reading import bills
from aicost_iac.rules.reading.flavours import flavour
from aicost_iac.rules.reading.placement import accelerators
from aicost_iac.rules.reading.pods import all_pods
from aicost_iac.rules.reading.pools import pools
from aicost_iac.rules.reading.taints import Taint, taints, tolerates
from aicost_iac.rules.reading.values import Block
from tests.rules.documents import Document, facts, world
from tests.rules.reading.manifests import deployment, only_pods, resource

TYPE = "node.kubernetes.io/instance-type"
SERVER = {"resources": {"limits": {"nvidia.com/gpu": 2}}}


def _affinity(*values: str, operator: str = "In") -> dict[str, Any]:
    term = {"matchExpressions": [{"key": TYPE, "operator": operator, "values": [*values]}]}
    required = "requiredDuringSchedulingIgnoredDuringExecution"
    return {"affinity": {"nodeAffinity": {required: {"nodeSelectorTerms": [term]}}}}


@pytest.mark.parametrize(
    ("spec", "found"),
    [
        ({"nodeSelector": {TYPE: "g6e.xlarge"}}, {"L40S"}),
        ({"nodeSelector": {"nvidia.com/gpu.product": "NVIDIA-H100-80GB-HBM3-MIG-1g.10gb"}}, {"H100"}),
        ({"nodeSelector": {"karpenter.k8s.aws/instance-gpu-name": "a10g"}}, {"A10G"}),
        ({"nodeSelector": {"karpenter.k8s.aws/instance-family": "g5", TYPE: "g5.xlarge"}}, {"A10G"}),
        (_affinity("g5.xlarge", "g6e.xlarge"), {"A10G", "L40S"}),
        (_affinity("g5.xlarge", "x9.huge"), None),
        (_affinity("g5.xlarge", operator="NotIn"), None),
        ({"nodeSelector": {TYPE: "{{ .Values.type }}"}}, None),
        ({}, None),
    ],
)
def test_the_accelerators_a_pod_may_get(spec: dict[str, Any], found: set[str] | None) -> None:
    assert accelerators(*only_pods(deployment(SERVER, **spec))) == found


def test_a_label_of_the_authors_leads_to_the_pools_that_set_it() -> None:
    pool = resource("aws_eks_node_group", labels={"pool": "gpu"}, instance_types=["g5.xlarge"])
    assert set(accelerators(*only_pods(deployment(SERVER, nodeSelector={"pool": "gpu"}), pool)) or ()) == {"A10G"}


@pytest.mark.parametrize(
    ("document", "found"),
    [
        (resource("aws_eks_node_group", taint=[{"key": "gpu", "value": "a", "effect": "NO_SCHEDULE"}]),
         [("gpu", "a", "NO_SCHEDULE")]),
        (resource("aws_eks_node_group", taint=[{"key": "gpu", "effect": "PREFER_NO_SCHEDULE"}]), []),
        (resource("aws_eks_node_group", dynamic={"taint": [{"for_each": "${var.t}", "content": {}}]}), None),
        (resource("aws_eks_node_group"), []),
        (resource("azurerm_kubernetes_cluster_node_pool", node_taints=["sku=gpu:NoSchedule"]),
         [("sku", "gpu", "NoSchedule")]),
        (resource("google_container_node_pool",
                  node_config=[{"taint": [{"key": "${var.key}", "value": "x", "effect": "NO_SCHEDULE"}]}]), None),
        ({"apiVersion": "karpenter.sh/v1", "kind": "NodePool", "metadata": {"name": "gpu"},
          "spec": {"template": {"spec": {"taints": [{"key": "gpu", "effect": "NoSchedule"}]}}}},
         [("gpu", "", "NoSchedule")]),
        ({"apiVersion": "eksctl.io/v1alpha5", "kind": "ClusterConfig", "metadata": {"name": "ml"},
          "managedNodeGroups": [{"name": "gpu", "taints": {"gpu": "yes:NoExecute"}}]}, [("gpu", "yes", "NoExecute")]),
    ],
)  # fmt: skip
def test_taints_in_every_clouds_spelling(document: Document, found: list[tuple[str, str, str]] | None) -> None:
    [pool] = world([document]).once(pools)
    read = taints(pool)
    assert (None if read is None else [(each.key, each.value, each.effect) for each in read]) == found


@pytest.mark.parametrize(
    ("toleration", "accepted"),
    [
        ({"operator": "Exists"}, True),
        ({"key": "gpu", "operator": "Exists"}, True),
        ({"key": "gpu", "value": "a"}, True),
        ({"key": "gpu", "operator": "Equal", "value": "b"}, False),
        ({"key": "gpu"}, False),
        ({"key": "gpu", "operator": "Exists", "effect": "NoExecute"}, False),
        ({"key": "gpu", "value": "{{ .Values.pool }}"}, True),
        ({"key": "other", "operator": "Exists"}, False),
        ({"key": "$(KEY)", "operator": "Exists"}, True),
    ],
)
def test_what_tolerates_a_taint(toleration: dict[str, Any], accepted: bool) -> None:
    assert tolerates([Block(toleration)], Taint("gpu", "a", "NO_SCHEDULE", ())) is accepted


def test_a_taint_of_unknown_value_may_be_tolerated() -> None:
    assert tolerates([Block({"key": "gpu", "value": "b"})], Taint("gpu", None, "NoSchedule", ()))


@pytest.mark.parametrize(
    ("documents", "told", "found"),
    [
        ([deployment(SERVER, nodeSelector={"cloud.google.com/gke-accelerator": "nvidia-l4"})], {}, "gke"),
        ([deployment(SERVER), resource("google_container_node_pool")], {}, "gke"),
        ([deployment(SERVER), resource("google_container_node_pool"), resource("aws_eks_node_group")], {}, None),
        ([deployment(SERVER)], {}, None),
        ([deployment(SERVER), resource("google_container_node_pool")], {"cluster": {"flavour": "eks"}}, "eks"),
    ],
)
def test_whose_cluster_it_is(documents: list[Document], told: dict[str, Any], found: str | None) -> None:
    made = world(documents, facts(told))
    assert flavour(made.once(all_pods)[0], made) == found


@pytest.mark.parametrize(
    ("containers", "usd"),
    [
        ([SERVER], "2717.06"),
        ([SERVER, {}], "2717.06"),
        ([{}], None),
        ([{"resources": {"limits": {"nvidia.com/gpu": "{{ .Values.gpus }}"}}}], None),
    ],
)
def test_the_bill_of_what_pods_hold(containers: list[dict[str, Any]], usd: str | None) -> None:
    bill = bills.of_pods(*only_pods(deployment(*containers, nodeSelector={TYPE: "g6e.xlarge"})))
    assert (str(bill.usd_month) if bill else None) == usd


def test_a_slice_is_billed_as_its_part_of_the_cheapest_gpu_that_can_be_cut_so() -> None:
    pods, made = only_pods(deployment({"resources": {"limits": {"nvidia.com/mig-1g.10gb": 2}}}, replicas=3))
    bill, hour = bills.of_pods(pods, made), bills.slice_hour("nvidia.com/mig-1g.10gb", made.facts)
    assert bill is not None
    assert hour is not None
    assert bill == hour.times(2).month(3)


@pytest.mark.parametrize("spec", [{}, {"nodeSelector": {TYPE: "{{ .Values.type }}"}}])
def test_gpus_of_an_unknown_kind_have_no_price(spec: dict[str, Any]) -> None:
    assert bills.of_pods(*only_pods(deployment(SERVER, **spec))) is None
