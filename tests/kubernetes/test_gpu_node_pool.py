"""GpuNodePool: bounded, priced, reachable only by those who say so, and true to what its machines have."""

import json
from decimal import Decimal
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from aicost_iac import (
    CommittedPrice,
    Context,
    CostTags,
    GpuNodePool,
    InvalidBlueprint,
    KubeObject,
    MigLayout,
    MigPartition,
    MigSlice,
    Plan,
    Ref,
    Resource,
    SpotPrice,
    Taint,
    WholeGpus,
)
from aicost_iac.catalog import InstanceType, instances
from aicost_iac.kubernetes import workloads
from aicost_iac.kubernetes.metadata import Metadata
from aicost_iac.rules import Subject, World, check
from tests.kubernetes.strict import assert_valid

TAGS = CostTags(workload_type="training", cost_center="ml", team="search")
CONTEXT = Context(TAGS)
LAYOUT = MigLayout(
    name="slices",
    partitions=[
        MigPartition(gpu="H100", layout={"3g.40gb": 1, "2g.20gb": 2}),
        MigPartition(instance_type="p4d.24xlarge", layouts=[{"1g.5gb": 7}] * 7 + [{}]),
    ],
)
GROUP: dict[str, Any] = {
    "engine": "managed-node-group",
    "node_role": "arn:aws:iam::123456789012:role/nodes",
    "subnet_ids": ["subnet-0a1b2c3d"],
}


def pool(**fields: Any) -> GpuNodePool:
    given = {"instance_types": ["g6e.xlarge"], "max_gpus": 8, "cluster_name": "ml", "node_role": "nodes", **fields}
    return GpuNodePool(name="pool", **given)


def expanded(**fields: Any) -> Plan:
    return pool(**fields).expand(CONTEXT)


def named(plan: Plan, kind: str, name: str = "pool") -> KubeObject:
    [found] = [item for item in plan.objects if (item.kind, item.name) == (kind, name)]
    return found


def spec(plan: Plan, kind: str, name: str = "pool") -> dict[str, Any]:
    return dict(named(plan, kind, name).body["spec"])


def requirements(plan: Plan, name: str = "pool") -> dict[str, list[str]]:
    listed = spec(plan, "NodePool", name)["template"]["spec"]["requirements"]
    return {each["key"]: each["values"] for each in listed}


def groups(plan: Plan) -> list[Resource]:
    return [each for each in plan.resources if each.type == "aws_eks_node_group"]


def autoscaler_tags(plan: Plan, group: str) -> dict[str, str]:
    found = [each for each in plan.resources if each.type == "aws_autoscaling_group_tag"]
    tags = [each.body["tag"][0] for each in found if each.body["autoscaling_group_name"].address.endswith(f".{group}")]
    return {tag["key"].removeprefix("k8s.io/cluster-autoscaler/node-template/"): tag["value"] for tag in tags}


def values(plan: Plan, chart: str = "gpu-operator") -> dict[str, Any]:
    [text] = [file.text for file in plan.files if file.path == f"pool/{chart}-values.yaml"]
    read: dict[str, Any] = yaml.safe_load(text)
    return read


# Limits and prices


def test_a_pool_is_limited_in_accelerators_and_says_what_they_cost() -> None:
    plan = expanded(max_gpus=8)
    assert spec(plan, "NodePool")["limits"] == {"nvidia.com/gpu": "8"}
    [assumed] = named(plan, "NodePool").assume
    assert (assumed.name, assumed.value, assumed.unit) == ("limit_usd_hour", "14.89", "8 accelerators")
    assert plan.outputs["limit_usd_hour"].value == "14.89"


def test_the_price_of_the_limit_is_that_of_the_dearest_machine() -> None:
    cheap, both = expanded(), expanded(instance_types=["g6e.xlarge", "g6e.16xlarge"])
    assert float(both.outputs["limit_usd_hour"].value) > float(cheap.outputs["limit_usd_hour"].value)


def test_a_pool_of_slices_is_limited_by_what_its_nodes_still_advertise() -> None:
    plan = expanded(instance_types=["p5.4xlarge"], max_gpus=4, mig=LAYOUT)
    assert spec(plan, "NodePool")["limits"] == {
        "nvidia.com/gpu": "4",
        "cpu": "64",
        "nvidia.com/mig-2g.20gb": "8",
        "nvidia.com/mig-3g.40gb": "4",
    }


def test_committed_prices_reach_karpenter_the_limit_and_estimates() -> None:
    price = CommittedPrice(usd_hour=Decimal("1.10"), as_of="2026-11-01", source="Savings Plan, 3 years")
    plan = expanded(committed_prices={"g6e.xlarge": price})
    overlay = spec(plan, "NodeOverlay", "pool-price-g6e-xlarge")
    assert overlay["price"] == "1.10"
    assert {each["key"]: each["values"] for each in overlay["requirements"]} == {
        "karpenter.sh/nodepool": ["pool"],
        "node.kubernetes.io/instance-type": ["g6e.xlarge"],
        "karpenter.sh/capacity-type": ["on-demand"],
    }
    assert plan.outputs["limit_usd_hour"].value == "8.80"
    assert ("on_demand_price_usd_hour", "1.10", "g6e.xlarge") in [
        (each.name, each.value, each.unit) for each in named(plan, "NodePool").assume
    ]


def test_spot_prices_are_written_for_estimates() -> None:
    prices = {"g6e.xlarge": SpotPrice(usd_hour=Decimal("0.9"), as_of="2026-11-01")}
    plan = expanded(capacity="spot", spot_prices=prices)
    assert ("spot_price_usd_hour", "0.9") in [(each.name, each.value) for each in named(plan, "NodePool").assume]


# Buying


def test_a_baseline_is_a_pool_of_its_own_that_is_tried_first() -> None:
    plan = expanded(capacity="spot", on_demand_baseline_gpus=2)
    first, then = spec(plan, "NodePool", "pool-baseline"), spec(plan, "NodePool")
    assert first["weight"] > then["weight"] > 0
    assert (first["limits"], then["limits"]) == ({"nvidia.com/gpu": "2"}, {"nvidia.com/gpu": "6"})
    assert requirements(plan, "pool-baseline")["karpenter.sh/capacity-type"] == ["on-demand"]
    assert requirements(plan)["karpenter.sh/capacity-type"] == ["spot"]
    assert first["template"]["metadata"] == then["template"]["metadata"]


def test_a_fallback_is_bought_within_the_same_limit() -> None:
    plan = expanded(capacity="spot", on_demand_fallback=True)
    assert requirements(plan)["karpenter.sh/capacity-type"] == ["spot", "on-demand"]


def test_reserved_nodes_start_in_the_reservation_only() -> None:
    plan = expanded(capacity="reserved", reservation_ids=["cr-0a1b2c3d4e5f60718"])
    assert requirements(plan)["karpenter.sh/capacity-type"] == ["reserved"]
    assert spec(plan, "EC2NodeClass")["capacityReservationSelectorTerms"] == [{"id": "cr-0a1b2c3d4e5f60718"}]


def test_a_share_of_a_gpu_is_made_known_to_karpenter() -> None:
    plan = expanded(instance_types=["g6f.xlarge", "g6.xlarge"])
    overlay = spec(plan, "NodeOverlay", "pool-shares")
    assert overlay["capacity"] == {"nvidia.com/gpu": "1"}
    assert {"key": "node.kubernetes.io/instance-type", "operator": "In", "values": ["g6f.xlarge"]} in overlay[
        "requirements"
    ]


# Disruption


def test_serving_is_consolidated_and_renewed() -> None:
    made = spec(expanded(), "NodePool")
    assert made["disruption"] == {"consolidationPolicy": "WhenEmptyOrUnderutilized", "consolidateAfter": "10m"}
    assert made["template"]["spec"]["expireAfter"] == "720h"
    assert made["template"]["spec"]["terminationGracePeriod"] == "1h"


def test_nothing_ends_training_but_its_own_end() -> None:
    made = spec(expanded(purpose="training"), "NodePool")
    assert made["disruption"]["consolidationPolicy"] == "WhenEmpty"
    assert made["template"]["spec"]["expireAfter"] == "Never"
    assert "terminationGracePeriod" not in made["template"]["spec"]
    stopped = {reason: each["nodes"] for each in made["disruption"]["budgets"] for reason in each["reasons"]}
    assert stopped == {"Drifted": "0", "Underutilized": "0", "Empty": "100%"}


def test_an_expiry_of_training_is_later_than_its_longest_job() -> None:
    made = spec(expanded(purpose="training", expire_after_hours=100, max_job_hours=96), "NodePool")
    assert made["template"]["spec"]["expireAfter"] == "100h"


# Labels, taints, placement


@pytest.mark.parametrize(
    ("types", "key"),
    [
        (["g6e.xlarge"], "nvidia.com/gpu"),
        (["inf2.xlarge"], "aws.amazon.com/neuron"),
        (["trn1.2xlarge"], "aws.amazon.com/neuron"),
    ],
)
def test_the_accelerators_own_taint_and_resource(types: list[str], key: str) -> None:
    made = pool(instance_types=types)
    plan = made.expand(CONTEXT)
    assert spec(plan, "NodePool")["template"]["spec"]["taints"] == [
        {"key": key, "value": "true", "effect": "NoSchedule"}
    ]
    assert list(spec(plan, "NodePool")["limits"]) == [key]
    assert made.placement.resource(WholeGpus()) == key
    assert [each.key for each in made.placement.tolerations] == [key]


def pod(made: GpuNodePool) -> dict[str, Any]:
    """A pod that takes everything it must say from the placement."""
    place = made.placement
    wanted = MigSlice(profile=next(iter(place.slices))) if place.slices else WholeGpus()
    assert place.refuses(wanted) is None
    resources = {"limits": {place.resource(wanted): wanted.count}}
    return {
        "nodeSelector": dict(place.node_selector),
        "tolerations": [each.body() for each in place.tolerations],
        "containers": [{"name": "main", "image": "registry.example/main:1.4", "resources": resources}],
    }


POOLS: dict[str, dict[str, Any]] = {
    "whole": {},
    "taints and labels": {"taints": [Taint(key="team", value="search")], "labels": {"team": "search"}},
    "several sizes": {"instance_types": ["g6e.xlarge", "g6e.12xlarge"]},
    "slices": {"instance_types": ["p5.4xlarge", "p5.48xlarge"], "mig": LAYOUT},
    "numbered slices": {"instance_types": ["p4d.24xlarge"], "mig": LAYOUT},
    "neuron": {"instance_types": ["inf2.xlarge", "inf2.24xlarge"]},
    "arm": {"instance_types": ["g5g.xlarge"]},
    "bottlerocket": {"image": "bottlerocket"},
    "group": GROUP,
    "group of slices": {**GROUP, "instance_types": ["p4d.24xlarge"], "mig": LAYOUT},
}


@pytest.mark.parametrize("fields", POOLS.values(), ids=POOLS)
def test_a_workload_by_the_placement_passes_every_rule(fields: dict[str, Any]) -> None:
    made = pool(**fields)
    job = workloads.job(Metadata("apps"), "job", pod(made), workloads.Limits(3600))
    nodes = [*made.expand(CONTEXT).nodes, *(LAYOUT.expand(CONTEXT).nodes if made.mig else ()), job]
    report = check(World(tuple(Subject(node) for node in nodes)))
    assert [finding for finding in report.findings if finding.severity == "error"] == []


@pytest.mark.parametrize("fields", POOLS.values(), ids=POOLS)
def test_every_object_is_valid(fields: dict[str, Any]) -> None:
    assert_valid(expanded(**fields).objects)


def test_a_placement_knows_what_nodes_offer() -> None:
    place = pool(instance_types=["p5.4xlarge"], mig=LAYOUT).placement
    assert (place.gpu, place.slices, place.instance_type) == ("H100", {"2g.20gb": 2, "3g.40gb": 1}, "p5.4xlarge")
    assert place.node_selector == {"aicost.dev/gpu-pool": "pool"}
    assert place.resource(MigSlice(profile="3g.40gb")) == "nvidia.com/mig-3g.40gb"
    assert "whole" not in str(place.refuses(MigSlice(profile="2g.20gb")))
    assert place.refuses(MigSlice(profile="1g.10gb")) is not None
    assert pool(capacity="spot").placement.spot


# MIG


def test_every_node_is_labelled_with_a_config_of_the_layout() -> None:
    plan = expanded(instance_types=["p5.4xlarge"], mig=LAYOUT)
    label = spec(plan, "NodePool")["template"]["metadata"]["labels"]["nvidia.com/mig.config"]
    [config] = [item for item in LAYOUT.expand(CONTEXT).objects if item.kind == "ConfigMap"]
    assert label in yaml.safe_load(config.body["data"]["config.yaml"])["mig-configs"]


def test_karpenter_is_told_the_slices_of_each_size_of_node() -> None:
    plan = expanded(instance_types=["p5.4xlarge", "p5.48xlarge"], mig=LAYOUT, max_gpus=16)
    one, eight = spec(plan, "NodeOverlay", "pool-slices-1"), spec(plan, "NodeOverlay", "pool-slices-8")
    assert one["capacity"] == {"nvidia.com/mig-2g.20gb": "2", "nvidia.com/mig-3g.40gb": "1"}
    assert eight["capacity"] == {"nvidia.com/mig-2g.20gb": "16", "nvidia.com/mig-3g.40gb": "8"}


def test_the_autoscaler_is_told_slices_and_that_cut_gpus_are_none() -> None:
    plan = expanded(**GROUP, instance_types=["p5.48xlarge"], mig=LAYOUT)
    assert autoscaler_tags(plan, "pool_group") == {
        "label/aicost.dev/gpu-pool": "pool",
        "label/k8s.amazonaws.com/accelerator": "h100",
        "label/nvidia.com/mig.config": "slices-h100",
        "resources/nvidia.com/gpu": "0",
        "resources/nvidia.com/mig-2g.20gb": "16",
        "resources/nvidia.com/mig-3g.40gb": "8",
        "taint/nvidia.com/gpu": "true:NoSchedule",
    }


def test_single_slices_are_gpus_to_the_autoscaler() -> None:
    single = MigLayout(name="s", strategy="single", partitions=[MigPartition(gpu="H100", layout={"1g.10gb": 7})])
    made = pool(**GROUP, instance_types=["p5.4xlarge"], mig=single)
    assert autoscaler_tags(made.expand(CONTEXT), "pool_group")["resources/nvidia.com/gpu"] == "7"
    assert made.placement.resource(MigSlice(profile="1g.10gb")) == "nvidia.com/gpu"


# Node groups


def test_a_node_group_is_sized_in_nodes() -> None:
    plan = expanded(**GROUP, instance_types=["g6e.12xlarge"], max_gpus=32, capacity="spot", on_demand_baseline_gpus=8)
    sizes = {
        group.body["node_group_name"]: (group.body["capacity_type"], *group.body["scaling_config"])
        for group in groups(plan)
    }
    assert sizes == {
        "pool-baseline": ("ON_DEMAND", {"min_size": 2, "max_size": 2, "desired_size": 2}),
        "pool": ("SPOT", {"min_size": 0, "max_size": 6, "desired_size": 0}),
    }


def test_what_a_node_group_launches_is_tagged() -> None:
    [template] = [each for each in expanded(**GROUP).resources if each.type == "aws_launch_template"]
    tagged = {each["resource_type"]: each["tags"] for each in template.body["tag_specifications"]}
    assert tagged.keys() == {"instance", "network-interface", "volume"}
    assert all(tags["cost-center"] == "ml" for tags in tagged.values())


# Images and charts


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, {"driver": False, "toolkit": False}),
        ({"image": "bottlerocket"}, {"devicePlugin": False, "driver": False, "toolkit": False}),
        ({"ami_ids": ["ami-0a1b2c3d"], "ami_has_driver": False}, {"driver": True, "toolkit": True}),
    ],
)
def test_the_operator_installs_what_the_image_lacks(fields: dict[str, Any], expected: dict[str, bool]) -> None:
    assert {name: each["enabled"] for name, each in values(expanded(**fields)).items()} == expected


def test_neuron_nodes_get_their_own_plugin() -> None:
    assert values(expanded(instance_types=["inf2.xlarge"]), "neuron-helm-chart") == {"npd": {"enabled": False}}


def test_the_operator_stands_every_taint_of_the_pool() -> None:
    made = values(expanded(taints=[Taint(key="team")]))
    assert made["daemonsets"] == made["node-feature-discovery"]["worker"] == {"tolerations": [{"operator": "Exists"}]}
    assert "daemonsets" not in values(expanded())


@pytest.mark.parametrize(
    ("types", "image", "expected"),
    [
        (["g6e.xlarge"], "al2023", "AL2023_x86_64_NVIDIA"),
        (["g5g.xlarge"], "al2023", "AL2023_ARM_64_NVIDIA"),
        (["inf2.xlarge"], "al2023", "AL2023_x86_64_NEURON"),
        (["g6e.xlarge"], "bottlerocket", "BOTTLEROCKET_x86_64_NVIDIA"),
    ],
)
def test_a_node_group_boots_the_image_with_the_driver(types: list[str], image: str, expected: str) -> None:
    [group] = groups(expanded(**GROUP, instance_types=types, image=image))
    assert group.body["ami_type"] == expected


# Other clouds


def settings_of(**fields: Any) -> dict[str, Any]:
    [text] = [file.text for file in expanded(**fields).files if file.path == "pool/node-pool.json"]
    read: dict[str, Any] = json.loads(text)
    return read


def test_gke_cuts_with_its_own_plugin() -> None:
    layout = MigLayout(
        name="s", cluster="gke", plugin="native", partitions=[MigPartition(gpu="H100", layout={"1g.10gb": 7})]
    )
    fields = {"cluster": "gke", "instance_types": ["a3-highgpu-8g"], "mig": layout, "max_gpus": 16}
    [config] = settings_of(**fields)["node_config"]
    assert config["guest_accelerator"] == [{"type": "nvidia-h100-80gb", "count": 8, "gpu_partition_size": "1g.10gb"}]
    assert config["labels"] == {"aicost.dev/gpu-pool": "pool"}
    place = pool(**fields).placement
    assert place.resource(MigSlice(profile="1g.10gb")) == "nvidia.com/gpu"
    assert place.node_selector["cloud.google.com/gke-gpu-partition-size"] == "1g.10gb"
    assert not [file for file in expanded(**fields).files if "operator" in file.path]


def test_gke_leaves_the_gpu_to_the_operator_where_that_cuts() -> None:
    layout = MigLayout(name="s", cluster="gke", partitions=[MigPartition(gpu="H100", layout={"3g.40gb": 2})])
    fields = {"cluster": "gke", "instance_types": ["a3-highgpu-8g"], "mig": layout}
    [config] = settings_of(**fields)["node_config"]
    assert config["labels"]["gke-no-default-nvidia-gpu-device-plugin"] == "true"
    assert config["labels"]["nvidia.com/mig.config"] == "s-h100"
    assert "gpu_partition_size" not in config["guest_accelerator"][0]
    assert values(expanded(**fields))["toolkit"]["installDir"] == "/home/kubernetes/bin/nvidia"


def test_aks_names_profiles_in_its_own_way() -> None:
    layout = MigLayout(
        name="s", cluster="aks", plugin="native", partitions=[MigPartition(gpu="A100-80GB", layout={"3g.40gb": 2})]
    )
    fields = {"cluster": "aks", "instance_types": ["Standard_NC24ads_A100_v4"], "mig": layout, "capacity": "spot"}
    made = settings_of(**fields)
    assert made["gpu_instance"] == "MIG3g"
    assert made["priority"] == "Spot"
    assert made["node_taints"] == ["nvidia.com/gpu=true:NoSchedule"]
    place = pool(**fields).placement
    assert place.resource(MigSlice(profile="3g.40gb")) == "nvidia.com/mig-3g.40gb"
    assert [each.key for each in place.tolerations] == ["nvidia.com/gpu", "kubernetes.azure.com/scalesetpriority"]


# Refusals


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "unknown type": ({"instance_types": ["g6e.huge"]}, r"instance_types\.0: unknown aws instance type"),
    "retired": ({"instance_types": ["p3.2xlarge"]}, "is retired"),
    "twice": ({"instance_types": ["g6e.xlarge", "g6e.xlarge"]}, "name one type 2 times"),
    "two accelerators": ({"instance_types": ["g6e.xlarge", "g6.xlarge"]}, r"different accelerators .*'L4', 'L40S'"),
    "no node fits": ({"instance_types": ["p4d.24xlarge"], "max_gpus": 4}, "less than one node has: 8"),
    "no image": ({"instance_types": ["g7.2xlarge"]}, "of EKS have no driver for g7"),
    "baseline without spot": ({"on_demand_baseline_gpus": 2}, "is for spot"),
    "baseline of everything": ({"capacity": "spot", "on_demand_baseline_gpus": 8}, "leaves no room"),
    "baseline of no node": (
        {"capacity": "spot", "on_demand_baseline_gpus": 4, "instance_types": ["p4d.24xlarge"], "max_gpus": 16},
        "or for no node",
    ),
    "fallback without spot": ({"on_demand_fallback": True}, "is for spot pools of Karpenter"),
    "reserved without reservation": ({"capacity": "reserved"}, "go together"),
    "price of another type": (
        {"committed_prices": {"g5.xlarge": CommittedPrice(usd_hour=Decimal(1), as_of="2026-11-01")}},
        r"committed_prices\.g5\.xlarge: is no instance type of the pool",
    ),
    "layout for another GPU": ({"mig": LAYOUT}, "has no partition for g6e.xlarge"),
    "layout for another number of GPUs": (
        {"instance_types": ["p4d.24xlarge"], "mig_config": "slices-h100", "mig": LAYOUT},
        "is none of those that fit: slices-a100-40gb",
    ),
    "config without layout": ({"mig_config": "slices-h100"}, "names a config of no layout"),
    "bottlerocket with MIG": (
        {"instance_types": ["p5.4xlarge"], "mig": LAYOUT, "image": "bottlerocket"},
        "the GPU operator does not reach",
    ),
    "reserved label": ({"labels": {"karpenter.sh/x": "y"}}, "belongs to a domain that programs set"),
    "bad label": ({"labels": {"a b": "y"}}, "is not a label key"),
    "expiry kills jobs": ({"purpose": "training", "expire_after_hours": 48}, "would end jobs that still run"),
    "expiry before the longest job": (
        {"purpose": "training", "expire_after_hours": 48, "max_job_hours": 72},
        "would end jobs that still run",
    ),
    "role as ARN": ({"node_role": "arn:aws:iam::123456789012:role/x"}, "Karpenter wants the role's name"),
    "no role": ({"node_role": None}, "is required on EKS"),
    "group without subnets": ({**GROUP, "subnet_ids": []}, "are required for a node group"),
    "group with zones": ({**GROUP, "zones": ["us-east-1a"]}, "are those of the subnets"),
    "group with an expiry": ({**GROUP, "expire_after_hours": 24}, "is Karpenter's"),
    "group with an image": ({**GROUP, "ami_ids": ["ami-0a1b2c3d"]}, "need boot data of your own"),
    "group of two sizes": ({**GROUP, "instance_types": ["g6e.xlarge", "g6e.12xlarge"]}, "must be of one size"),
}


@pytest.mark.parametrize(("fields", "message"), REFUSED.values(), ids=REFUSED)
def test_what_can_not_work_is_refused_with_the_way_out(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidBlueprint, match=message):
        pool(**fields)


def test_an_ambiguous_config_must_be_named() -> None:
    both = MigLayout(
        name="s",
        partitions=[
            MigPartition(gpu="H100", layout={"1g.10gb": 7}),
            MigPartition(gpu="H100", name="large", layout={"3g.40gb": 2}),
        ],
    )
    with pytest.raises(InvalidBlueprint, match=r"several configs fit .*'s-h100', 's-large'"):
        pool(instance_types=["p5.4xlarge"], mig=both)
    made = pool(instance_types=["p5.4xlarge"], mig=both, mig_config="s-large")
    assert made.placement.slices == {"3g.40gb": 2}


def test_karpenter_can_not_evaluate_expressions() -> None:
    with pytest.raises(InvalidBlueprint, match="Kubernetes evaluates none"):
        pool(node_role=Ref("aws_iam_role.nodes", "name"))
    assert pool(**{**GROUP, "node_role": Ref("aws_iam_role.nodes", "arn")}).reads() == {"aws_iam_role.nodes"}


# Any pool


CURRENT = [each for each in instances() if each.status == "current" and each.family not in ("g7", "g4ad")]
ALIKE: dict[tuple[str, str], list[InstanceType]] = {}
for each in CURRENT:
    ALIKE.setdefault((each.accelerator, each.arch), []).append(each)


@st.composite
def pools(draw: st.DrawFn) -> GpuNodePool:
    shapes = draw(
        st.lists(st.sampled_from(draw(st.sampled_from(list(ALIKE.values())))), min_size=1, max_size=4, unique=True)
    )
    largest = max(shape.accelerator_count for shape in shapes)
    most = draw(st.integers(largest, 64)) + largest
    spot = draw(st.booleans())
    baseline = draw(st.sampled_from([0, largest])) if spot else 0
    return pool(
        instance_types=[shape.name for shape in shapes],
        max_gpus=most,
        capacity="spot" if spot else "on-demand",
        on_demand_baseline_gpus=baseline,
        purpose=draw(st.sampled_from(["serving", "training"])),
        zones=draw(st.sampled_from([(), ("us-east-1a", "us-east-1b")])),
        labels=draw(st.dictionaries(st.sampled_from(["team", "example.org/tier"]), st.sampled_from(["a", "b.c"]))),
        taints=[Taint(key=key) for key in draw(st.lists(st.sampled_from(["team", "example.org/tier"]), unique=True))],
        volume_gib=draw(st.integers(50, 1000)),
    )


@settings(max_examples=60)
@given(pools())
def test_random_pools_are_valid_and_pass_every_rule(made: GpuNodePool) -> None:
    plan = made.expand(CONTEXT)
    job = workloads.job(Metadata("apps"), "job", pod(made), workloads.Limits(3600))
    report = check(World(tuple(Subject(node) for node in (*plan.nodes, job))))
    assert [finding for finding in report.findings if finding.severity == "error"] == []
    assert_valid(plan.objects)


@settings(max_examples=60)
@given(pools())
def test_random_pools_never_buy_more_than_they_may(made: GpuNodePool) -> None:
    every = [item for item in made.expand(CONTEXT).objects if item.kind == "NodePool"]
    limits = [int(next(iter(item.body["spec"]["limits"].values()))) for item in every]
    assert sum(limits) == made.max_gpus
