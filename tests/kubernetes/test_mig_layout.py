"""MigLayout: everything that has to agree on a layout agrees, whatever the layout is."""

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from aicost_iac import Context, CostTags, InvalidBlueprint, KubeObject, MigDemand, MigLayout, MigPartition, Plan
from aicost_iac.catalog import mig, mig_bundled
from aicost_iac.catalog.mig import MigGpu
from aicost_iac.rules import Subject, World, check
from tests.kubernetes.brute_force import has_placement
from tests.kubernetes.strict import assert_valid

TAGS = CostTags(workload_type="inference", cost_center="ml", team="search")
CONTEXT = Context(TAGS)
BOARDS = [board for board in mig.gpus() if board.accelerators]
H100 = MigPartition(gpu="H100", layout={"3g.40gb": 1, "2g.20gb": 2})


def layout(*partitions: MigPartition, **fields: Any) -> MigLayout:
    return MigLayout(name="slices", partitions=partitions or [H100], **fields)


def expanded(*partitions: MigPartition, **fields: Any) -> Plan:
    return layout(*partitions, **fields).expand(CONTEXT)


def configs(plan: Plan) -> dict[str, list[dict[str, Any]]]:
    """mig-parted's file in the plan's ConfigMap."""
    [found] = [item for item in plan.objects if item.kind == "ConfigMap"]
    read: dict[str, list[dict[str, Any]]] = yaml.safe_load(found.body["data"]["config.yaml"])["mig-configs"]
    return read


def policy(plan: Plan) -> KubeObject:
    [found] = [item for item in plan.objects if item.kind == "ClusterPolicy"]
    return found


def text(plan: Plan, name: str) -> str:
    [found] = [file.text for file in plan.files if file.path == f"slices/{name}"]
    return found


@st.composite
def any_layout(draw: st.DrawFn) -> tuple[MigGpu, dict[str, int]]:
    board = draw(st.sampled_from(BOARDS))
    names = draw(
        st.lists(st.sampled_from([each.profile for each in board.profiles]), min_size=1, max_size=4, unique=True)
    )
    return board, {name: draw(st.integers(1, 7)) for name in names}


@settings(max_examples=300)
@given(any_layout())
def test_a_layout_is_accepted_when_a_placement_exists_and_only_then(case: tuple[MigGpu, dict[str, int]]) -> None:
    board, wanted = case
    partition = MigPartition(gpu=board.accelerators[0], layout=wanted)
    if has_placement(board, wanted):
        assert layout(partition).cuts[0].gpus == (wanted,)
    else:
        with pytest.raises(InvalidBlueprint, match="has no place for"):
            layout(partition)


@given(any_layout())
def test_the_nearest_layout_that_a_refusal_names_is_accepted(case: tuple[MigGpu, dict[str, int]]) -> None:
    board, wanted = case
    assert has_placement(board, mig.nearest(board, wanted))


@st.composite
def partitions(draw: st.DrawFn) -> list[MigPartition]:
    """One to three partitions of different boards."""
    chosen = draw(st.lists(st.sampled_from(BOARDS), min_size=1, max_size=3, unique=True))
    return [draw(partition(board)) for board in chosen]


@st.composite
def partition(draw: st.DrawFn, board: MigGpu) -> MigPartition:
    if draw(st.booleans()):
        most = max(each.planning_memory_gib for each in board.profiles if each.plain)
        wanted = [
            MigDemand(replicas=draw(st.integers(1, 9)), memory_gib=draw(st.floats(0.5, most)))
            for _ in range(draw(st.integers(1, 2)))
        ]
        return MigPartition(gpu=board.accelerators[0], demands=wanted)
    names = draw(
        st.lists(st.sampled_from([each.profile for each in board.profiles]), min_size=1, max_size=3, unique=True)
    )
    asked = {name: draw(st.integers(1, 4)) for name in names}
    return MigPartition(gpu=board.accelerators[0], layout=mig.nearest(board, asked))


@settings(max_examples=50)
@given(partitions())
def test_random_layouts_are_valid_and_pass_every_rule(chosen: list[MigPartition]) -> None:
    plan = expanded(*chosen)
    found = check(World(tuple(Subject(node) for node in plan.nodes))).findings
    # What a layout of somebody's own leaves over is told; the sheet tells it too.
    assert [finding for finding in found if finding.rule != "MIG011"] == []
    assert_valid(plan.objects)


@settings(max_examples=50)
@given(partitions())
def test_config_map_policy_values_and_capacity_agree(chosen: list[MigPartition]) -> None:
    made = layout(*chosen)
    plan = made.expand(CONTEXT)
    found = configs(plan)
    assert found.pop("all-disabled") == [{"devices": "all", "mig-enabled": False}]
    assert list(found) == [cut.name for cut in made.cuts]
    for cut in made.cuts:
        [group] = found[cut.name]
        assert tuple(group.get("device-filter", ())) == cut.board.device_ids
        assert group["mig-devices"] == cut.gpus[0]
        assert has_placement(cut.board, group["mig-devices"])
        assert plan.outputs["configs"].value[cut.name] == {
            f"nvidia.com/mig-{name.replace('+', '.')}": count for name, count in group["mig-devices"].items()
        }
        assert not mig_bundled.is_bundled(cut.name)
    values = yaml.safe_load(text(plan, "gpu-operator-values.yaml"))
    assert policy(plan).body["spec"].items() >= values.items()
    assert values["migManager"]["config"] == {"name": "slices", "default": "all-disabled"}
    assert values["mig"]["strategy"] == "mixed"


def test_a_node_in_a_cloud_may_reboot_and_the_value_is_text() -> None:
    assert policy(expanded()).body["spec"]["migManager"]["env"] == [{"name": "WITH_REBOOT", "value": "true"}]
    assert "env" not in policy(expanded(cluster="self-managed")).body["spec"]["migManager"]


def test_the_policy_is_a_patch() -> None:
    made = policy(expanded())
    assert made.name == "cluster-policy"
    assert not made.labels
    assert {name: value for name, value in made.body["spec"].items() if value}.keys() == {
        "daemonsets",
        "mig",
        "migManager",
    }
    assert [item.kind for item in expanded(cluster_policy=None).objects] == ["ConfigMap"]


def test_the_config_map_stands_where_the_operator_reads_it() -> None:
    [found] = [item for item in expanded(namespace="nvidia").objects if item.kind == "ConfigMap"]
    assert found.namespace == "nvidia"
    assert found.labels["cost-center"] == "ml"


def test_gpus_of_a_node_are_numbered_and_the_rest_stays_whole() -> None:
    layouts = [{"1g.5gb": 7}] * 2 + [{"3g.20gb": 2}] * 5 + [{}]
    plan = expanded(MigPartition(instance_type="p4d.24xlarge", layouts=layouts))
    assert [(group["devices"], group.get("mig-devices", {})) for group in configs(plan)["slices-a100-40gb"]] == [
        ([0, 1], {"1g.5gb": 7}),
        ([2, 3, 4, 5, 6], {"3g.20gb": 2}),
        ([7], {}),
    ]
    assert plan.outputs["configs"].value["slices-a100-40gb"] == {
        "nvidia.com/mig-1g.5gb": 14,
        "nvidia.com/mig-3g.20gb": 10,
        "nvidia.com/gpu": 1,
    }


def test_a_layout_of_a_type_is_on_every_gpu_of_it() -> None:
    [cut] = layout(MigPartition(instance_type="p4d.24xlarge", layout={"1g.5gb": 7})).cuts
    assert cut.resources() == {"nvidia.com/mig-1g.5gb": 56}


def test_several_models_share_one_config_map() -> None:
    plan = expanded(H100, MigPartition(gpu="A100-80GB", layout={"1g.10gb": 7}))
    assert list(configs(plan)) == ["all-disabled", "slices-h100", "slices-a100-80gb"]


def test_demands_are_dealt_out_to_nodes_of_several_gpus() -> None:
    """Ten GPUs on nodes of eight: five of each of two, and three that stay whole."""
    made = layout(MigPartition(instance_type="p5.48xlarge", demands=[MigDemand(replicas=10, memory_gib=70)]))
    assert [(cut.name, cut.count, cut.resources()) for cut in made.cuts] == [
        ("slices-h100", 2, {"nvidia.com/mig-7g.80gb": 5, "nvidia.com/gpu": 3}),
    ]
    assert "spare: 6 whole GPUs, $30,134 a month (p5.48xlarge on demand" in text(
        made.expand(CONTEXT), "mig-placement.txt"
    )


def test_nodes_that_differ_are_configs_of_their_own() -> None:
    demands = [MigDemand(replicas=7, memory_gib=9), MigDemand(replicas=1, memory_gib=70)]
    made = layout(MigPartition(instance_type="p5.4xlarge", demands=demands))
    assert [(cut.name, cut.count, cut.capacity()) for cut in made.cuts] == [
        ("slices-h100-1", 1, {"1g.10gb": 7}),
        ("slices-h100-2", 1, {"7g.80gb": 1}),
    ]


def test_the_sheet_draws_prices_and_names_what_pods_ask_for() -> None:
    demands = [MigDemand(replicas=3, memory_gib=14), MigDemand(replicas=2, memory_gib=35)]
    assert text(expanded(MigPartition(instance_type="p5.4xlarge", demands=demands)), "mig-placement.txt") == (
        "slices-h100: H100-80GB in p5.4xlarge, 2 nodes\n"
        "  every GPU: 1 x 3g.40gb + 2 x 2g.20gb\n"
        "    0    1    2    3    4    5    6    7\n"
        "    [2g.20gb ][2g.20gb ][3g.40gb           ]\n"
        "    left over of each: nothing\n"
        "  a node offers 2 x nvidia.com/mig-2g.20gb, 1 x nvidia.com/mig-3g.40gb\n"
        "  3 x 14 GiB: each asks for one nvidia.com/mig-2g.20gb (19.6 GiB)\n"
        "  2 x 35 GiB: each asks for one nvidia.com/mig-3g.40gb (39.5 GiB)\n"
        "  spare: 1 x 2g.20gb (20 GB), $1,256 a month (p5.4xlarge on demand in us-east-1, 2026-07-20)\n"
    )


def test_the_sheet_says_what_a_layout_strands() -> None:
    sheet = text(expanded(MigPartition(gpu="H100", layout={"2g.20gb": 3})), "mig-placement.txt")
    assert "2 of 8 memory slices (20 GB), 1 of 7 compute slices, $1,256 a month" in sheet
    assert "1 x 1g.20gb could be added for nothing" in sheet


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no placement": (
        {"partitions": [MigPartition(gpu="H100", layout={"3g.40gb": 2, "1g.10gb": 1})]},
        r"partitions\.0\.layout: H100-80GB has no place for 1 x 1g\.10gb of 2 x 3g\.40gb \+ 1 x 1g\.10gb .*nearest "
        r"layout that fits is \{'3g\.40gb': 2\}",
    ),
    "another generation's profile": (
        {"partitions": [MigPartition(gpu="H200", layout={"1g.10gb": 7})]},
        r"layout\.1g\.10gb: H200-141GB has no such profile .*did you mean '1g\.18gb'",
    ),
    "no MIG": (
        {"partitions": [MigPartition(instance_type="g6e.12xlarge", layout={"1g.10gb": 1})]},
        r"L40S has no MIG.*time-slicing.*\$2\.62 an hour.*g6e\.xlarge at \$1\.86.*g7e\.2xlarge at \$3\.36",
    ),
    "a share of a GPU": (
        {"partitions": [MigPartition(instance_type="g6f.xlarge", layout={"1g.10gb": 1})]},
        r"L4 has no MIG.*g6\.xlarge at \$0\.80",
    ),
    "unknown GPU": ({"partitions": [MigPartition(gpu="H100x", layout={"1g.10gb": 1})]}, r"did you mean 'H100'"),
    "a PCI id": ({"partitions": [MigPartition(gpu="0x233010DE", layout={"1g.10gb": 1})]}, r"unknown MIG GPU"),
    "demand too large": (
        {"partitions": [MigPartition(gpu="H100", demands=[MigDemand(replicas=1, memory_gib=90)])]},
        r"demands: no slice of H100-80GB has 90 GiB.*79\.2 GiB",
    ),
    "wrong number of layouts": (
        {"partitions": [MigPartition(instance_type="p4d.24xlarge", layouts=[{"1g.5gb": 7}])]},
        r"layouts: are 1, and p4d\.24xlarge has 8 GPUs",
    ),
    "one name twice": ({"partitions": [H100, H100]}, r"hold 2 of one name .*'h100'"),
    "old driver": (
        {"partitions": [MigPartition(gpu="H100", layout={"4g.40gb": 1, "3g.40gb": 1})], "driver": 470},
        r"driver: is older than slices-h100 needs: 510",
    ),
    "single with two sizes": ({"partitions": [H100], "strategy": "single"}, r"'single' can not advertise slices-h100"),
    "single with whole GPUs": (
        {
            "partitions": [MigPartition(instance_type="p4d.24xlarge", layouts=[{"1g.5gb": 7}] * 7 + [{}])],
            "strategy": "single",
        },
        r"or whole GPUs",
    ),
    "native on EKS": ({"partitions": [H100], "plugin": "native"}, r"eks has none"),
    "native and mixed": ({"partitions": [H100], "plugin": "native", "cluster": "gke"}, r"knows one size for all GPUs"),
    "native and not full": (
        {
            "partitions": [MigPartition(gpu="H100", layout={"1g.10gb": 5})],
            "plugin": "native",
            "cluster": "aks",
        },
        r"as many as fit",
    ),
    "taken name": (
        {"name": "all", "partitions": [MigPartition(gpu="H100", name="balanced", layout={"1g.10gb": 7})]},
        r"makes a config that mig-parted has already .*'all-balanced'",
    ),
}


@pytest.mark.parametrize(("fields", "message"), REFUSED.values(), ids=REFUSED)
def test_what_can_not_work_is_refused_with_the_way_out(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidBlueprint, match=message):
        MigLayout(**{"name": "slices", **fields})


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"layout": {"1g.10gb": 7}}, "is needed, or an instance_type"),
        ({"gpu": "H100", "instance_type": "p5.4xlarge", "layout": {"1g.10gb": 7}}, "and not both"),
        ({"gpu": "H100"}, "layout: is missing"),
        ({"gpu": "H100", "layout": {"1g.10gb": 7}, "demands": [MigDemand(replicas=1, memory_gib=1)]}, "beside demands"),
        ({"gpu": "H100", "layouts": [{"1g.10gb": 7}]}, "number the GPUs of a node"),
        ({"instance_type": "p5.4xlarge", "layouts": [{}]}, "leave every GPU whole"),
        ({"gpu": "H100", "layout": {"1g.10gb": 0}}, "greater than or equal to 1"),
    ],
)
def test_a_partition_says_one_thing_once(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidBlueprint, match=message):
        MigPartition(**fields)


def test_a_clusters_own_plugin_gets_nothing_it_would_ignore() -> None:
    full = MigPartition(gpu="H100", layout={"1g.10gb": 7})
    for cluster in ("gke", "aks"):
        plan = expanded(full, cluster=cluster, plugin="native")
        assert plan.objects == ()
        assert [file.path for file in plan.files] == ["slices/mig-placement.txt"]


def test_single_is_possible_where_all_slices_are_alike() -> None:
    plan = expanded(MigPartition(gpu="H100", layout={"1g.10gb": 7}), strategy="single")
    assert policy(plan).body["spec"]["mig"] == {"strategy": "single"}
