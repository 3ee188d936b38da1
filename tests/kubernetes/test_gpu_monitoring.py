"""GpuMonitoring: the rules say what they are named after, on series as the exporters write them."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from aicost_iac import (
    Context,
    CostTags,
    GpuMonitoring,
    InvalidBlueprint,
    KubeObject,
    MigLayout,
    MigPartition,
    Plan,
)
from aicost_iac.kubernetes.dcgm import METRICS
from aicost_iac.rules import Subject, World, check
from tests.kubernetes import promtool
from tests.kubernetes.strict import assert_valid

CONTEXT = Context(CostTags(workload_type="inference", cost_center="ml", team="search"))
FOUND_BY = {"release": "kube-prometheus-stack"}
LAYOUT = MigLayout(name="slices", partitions=[MigPartition(gpu="H100", layout={"1g.10gb": 7})])
# What the exporter says of a GPU that a pod has, and of one that nobody has.
HELD = 'DCGM_FI_PROF_GR_ENGINE_ACTIVE{node="n1", UUID="GPU-1", modelName="H100", namespace="apps", pod="server-0"}'
FREE = 'DCGM_FI_PROF_GR_ENGINE_ACTIVE{node="n1", UUID="GPU-2", modelName="H100"}'
LABELLED = (
    "kube_node_labels{{node='n1', label_nvidia_com_mig_config='{config}', label_nvidia_com_mig_config_state='{state}'}}"
)
OFFERED = "kube_node_status_allocatable{{node='n1', resource='{resource}'}}"


def monitoring(**fields: Any) -> GpuMonitoring:
    return GpuMonitoring(name="gpus", prometheus_labels=FOUND_BY, **fields)


def expanded(**fields: Any) -> Plan:
    return monitoring(**fields).expand(CONTEXT)


def of_kind(plan: Plan, kind: str) -> KubeObject:
    [found] = [item for item in plan.objects if item.kind == kind]
    return found


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """The rules of a cluster with slices."""
    return promtool.rules_file(tmp_path, of_kind(expanded(mig=LAYOUT), "PrometheusRule"))


def value(query: str, at: str, *samples: tuple[str, float]) -> dict[str, Any]:
    """What a query must yield at a moment."""
    return {
        "expr": query,
        "eval_time": at,
        "exp_samples": [{"labels": each, "value": number} for each, number in samples],
    }


def fires(name: str, at: str, *labels: dict[str, str]) -> dict[str, Any]:
    """The alerts of a name at a moment, by their labels; annotations are as the rules say."""
    return {"alertname": name, "eval_time": at, "exp_alerts": [{"exp_labels": each} for each in labels]}


@pytest.mark.parametrize("mig", [None, LAYOUT], ids=["whole", "slices"])
def test_prometheus_accepts_the_rules(mig: MigLayout | None, tmp_path: Path) -> None:
    promtool.check(promtool.rules_file(tmp_path, of_kind(expanded(mig=mig), "PrometheusRule")))


def test_utilisation_on_average_and_at_the_95th_percentile(rules: Path) -> None:
    """45 minutes at rest, 15 at work: the mean is low, the peak is not."""
    held = 'gpu:engine_active:{}{{UUID="GPU-1", modelName="H100", namespace="apps", node="n1", pod="server-0"}}'
    promtool.verify(
        rules,
        {HELD: "0x44 1x14", FREE: "0.5x59"},
        promql_expr_test=[
            value('gpu:engine_active:avg1h{UUID="GPU-1"}', "59m", (held.format("avg1h"), 0.25)),
            value('gpu:engine_active:p95_1h{UUID="GPU-1"}', "59m", (held.format("p95_1h"), 1)),
            value("namespace:gpu_engine_active:avg", "10m", ('namespace:gpu_engine_active:avg{namespace="apps"}', 0)),
            value("cluster:gpu_engine_active:avg", "10m", ("cluster:gpu_engine_active:avg", 0.25)),
            value("cluster:gpu_engine_active:avg", "59m", ("cluster:gpu_engine_active:avg", 0.75)),
        ],
    )


def test_idle_hours_of_a_day_by_device_and_by_who_held_it(rules: Path) -> None:
    """Six hours at rest, then at work; another GPU at rest all day, and nobody's."""
    promtool.verify(
        rules,
        {HELD: "0.01x359 0.9x1090", FREE: "0x1450"},
        promql_expr_test=[
            value("namespace:gpu_idle_hours:1d", "1441m", ('namespace:gpu_idle_hours:1d{namespace="apps"}', 71 / 12)),
            value(
                "cluster:gpu_idle_hours:1d",
                "1441m",
                ('cluster:gpu_idle_hours:1d{modelName="H100"}', 71 / 12 + 288 / 12),
            ),
        ],
    )


def test_who_holds_a_gpu_without_using_it_is_named_after_an_hour(rules: Path) -> None:
    promtool.verify(
        rules,
        {HELD: "0.01x90", FREE: "0x90"},
        alert_rule_test=[fires("GpuIdleWhileAllocated", "50m")],
        promql_expr_test=[
            value(
                'count by (namespace, pod) (ALERTS{alertname="GpuIdleWhileAllocated", alertstate="firing"})',
                "66m",
                ('{namespace="apps", pod="server-0"}', 1),
            )
        ],
    )


def test_a_gpu_that_works_now_and_then_is_not_idle(rules: Path) -> None:
    promtool.verify(rules, {HELD: "0 0 0 0.5 " * 30}, alert_rule_test=[fires("GpuIdleWhileAllocated", "110m")])


REQUESTED = "kube_pod_container_resource_requests{{namespace='apps', pod='{pod}', resource='{resource}'}}"
PHASE = "kube_pod_status_phase{{namespace='apps', pod='{pod}', phase='{phase}'}}"


def test_allocated_is_what_running_pods_ask_for_and_used_what_works(rules: Path) -> None:
    slices = "nvidia_com_mig_1g_10gb"
    promtool.verify(
        rules,
        {
            OFFERED.format(resource=slices): "7x90",
            OFFERED.format(resource="nvidia_com_gpu"): "0x90",
            REQUESTED.format(pod="a", resource=slices): "1x90",
            REQUESTED.format(pod="b", resource=slices): "1x90",
            REQUESTED.format(pod="waiting", resource=slices): "1x90",
            PHASE.format(pod="a", phase="Running"): "1x90",
            PHASE.format(pod="b", phase="Running"): "1x90",
            PHASE.format(pod="waiting", phase="Pending"): "1x90",
            PHASE.format(pod="waiting", phase="Running"): "0x90",
            'DCGM_FI_PROF_GR_ENGINE_ACTIVE{node="n1", UUID="M-1", namespace="apps", pod="a"}': "0.6x90",
            'DCGM_FI_PROF_GR_ENGINE_ACTIVE{node="n1", UUID="M-2", namespace="apps", pod="b"}': "0x90",
        },
        promql_expr_test=[
            value(
                "resource:gpu_allocatable:sum",
                "70m",
                ('resource:gpu_allocatable:sum{resource="nvidia_com_gpu"}', 0),
                (f'resource:gpu_allocatable:sum{{resource="{slices}"}}', 7),
            ),
            value(
                "resource:gpu_allocated:ratio", "70m", (f'resource:gpu_allocated:ratio{{resource="{slices}"}}', 2 / 7)
            ),
            value("namespace:gpu_used:ratio", "70m", ('namespace:gpu_used:ratio{namespace="apps"}', 0.5)),
        ],
    )


def test_what_belongs_to_no_pod_is_told(rules: Path) -> None:
    firing = 'count by (resource) (ALERTS{alertname="GpuNotAllocated", alertstate="firing"})'
    promtool.verify(
        rules,
        {OFFERED.format(resource="nvidia_com_gpu"): "4x180"},
        promql_expr_test=[value(firing, "60m"), value(firing, "150m", ('{resource="nvidia_com_gpu"}', 1))],
    )


def test_a_node_whose_gpus_are_not_measured_is_told(rules: Path) -> None:
    firing = 'count by (node) (ALERTS{alertname="GpuNotMeasured", alertstate="firing"})'
    other = "kube_node_status_allocatable{node='n2', resource='nvidia_com_gpu'}"
    promtool.verify(
        rules,
        {OFFERED.format(resource="nvidia_com_gpu"): "4x60", other: "4x60", FREE: "0.4x60"},
        promql_expr_test=[value(firing, "30m", ('{node="n2"}', 1))],
    )


STATES = {
    "no slice": ("slices-h100", "success", {"nvidia_com_gpu": "1"}, {"MigAppliedButNoSlice", "MigSlicesMissing"}),
    "too few": ("slices-h100", "success", {"nvidia_com_mig_1g_10gb": "3"}, {"MigSlicesMissing"}),
    "as it should be": ("slices-h100", "success", {"nvidia_com_mig_1g_10gb": "7"}, set()),
    "a node of eight": ("slices-h100", "success", {"nvidia_com_mig_1g_10gb": "56"}, set()),
    "failed": ("slices-h100", "failed", {"nvidia_com_gpu": "1"}, {"MigNotApplied"}),
    "pending": ("slices-h100", "pending", {"nvidia_com_gpu": "1"}, {"MigNotApplied"}),
    "not to be cut": ("all-disabled", "success", {"nvidia_com_gpu": "1"}, set()),
}


@pytest.mark.parametrize(("config", "state", "offered", "expected"), STATES.values(), ids=STATES)
def test_mig_is_believed_when_slices_are_there(
    config: str, state: str, offered: dict[str, str], expected: set[str], rules: Path
) -> None:
    series = {OFFERED.format(resource=resource): f"{count}x60" for resource, count in offered.items()}
    firing = 'count by (alertname) (ALERTS{alertname=~"Mig.*", alertstate="firing"})'
    promtool.verify(
        rules,
        {LABELLED.format(config=config, state=state): "1x60", **series},
        promql_expr_test=[value(firing, "45m", *((f'{{alertname="{name}"}}', 1) for name in sorted(expected)))],
    )


def test_a_cluster_that_does_not_export_mig_labels_is_told(rules: Path) -> None:
    firing = 'count by (alertname) (ALERTS{alertname="MigStateNotExported", alertstate="firing"})'
    promtool.verify(
        rules,
        {OFFERED.format(resource="nvidia_com_gpu"): "1x90", "kube_node_labels{node='n1'}": "1x90"},
        promql_expr_test=[value(firing, "80m", ('{alertname="MigStateNotExported"}', 1))],
    )


# Objects


def test_series_carry_the_labels_of_workloads_and_of_nobody_else() -> None:
    spec = of_kind(expanded(), "ServiceMonitor").body["spec"]
    [endpoint] = spec["endpoints"]
    assert endpoint["honorLabels"] is True
    assert [each for each in endpoint["relabelings"] if each.get("action") == "labeldrop"] == [
        {"action": "labeldrop", "regex": "(namespace|pod|container)"}
    ]
    assert spec["selector"]["matchLabels"] == {"app": "nvidia-dcgm-exporter"}
    values = monitoring().operator_values["dcgmExporter"]
    assert values["serviceMonitor"] == {"enabled": False, "honorLabels": True}
    assert monitoring().honors_labels


def test_the_exporter_reads_the_list_that_is_written() -> None:
    config = of_kind(expanded(), "ConfigMap")
    assert monitoring().operator_values["dcgmExporter"]["config"]["name"] == config.name
    listed = [line.split(", ") for line in config.body["data"]["dcgm-metrics.csv"].splitlines()[1:]]
    assert [(field, kind) for field, kind, _ in listed] == [(each.field, each.kind) for each in METRICS]
    assert all(kind in ("gauge", "counter") for _, kind, _ in listed)


def test_metrics_that_slices_do_not_have_are_left_out_where_gpus_are_cut() -> None:
    whole, cut = (of_kind(expanded(mig=mig), "ConfigMap").body["data"]["dcgm-metrics.csv"] for mig in (None, LAYOUT))
    assert "DCGM_FI_DEV_GPU_UTIL" in whole
    assert "DCGM_FI_DEV_GPU_UTIL" not in cut
    assert "DCGM_FI_PROF_GR_ENGINE_ACTIVE" in cut


def test_every_query_reads_metrics_that_somebody_exports() -> None:
    listed = of_kind(expanded(), "ConfigMap").body["data"]["dcgm-metrics.csv"]
    for group in of_kind(expanded(mig=LAYOUT), "PrometheusRule").body["spec"]["groups"]:
        for rule in group["rules"]:
            for word in rule["expr"].replace("(", " ").replace("{", " ").split():
                assert not word.startswith("DCGM_") or word.rstrip(")") in listed


def test_prometheus_finds_monitor_and_rules_by_its_labels() -> None:
    plan = expanded()
    for kind in ("ServiceMonitor", "PrometheusRule"):
        assert of_kind(plan, kind).labels["release"] == "kube-prometheus-stack"


def test_kube_state_metrics_is_asked_for_the_labels_that_alerts_read() -> None:
    files = {file.path: file.text for file in expanded(mig=LAYOUT).files}
    allowed = yaml.safe_load(files["gpus/kube-prometheus-stack-values.yaml"])["kube-state-metrics"]
    assert allowed == {"metricLabelsAllowlist": ["nodes=[nvidia.com/mig.config,nvidia.com/mig.config.state]"]}
    assert [file.path for file in expanded().files] == ["gpus/gpu-operator-values.yaml"]


def test_the_layout_tells_the_operator_of_the_monitoring_too() -> None:
    values = monitoring().operator_values
    plan = MigLayout(name="s", partitions=LAYOUT.partitions, operator_values=values).expand(CONTEXT)
    [policy] = [item for item in plan.objects if item.kind == "ClusterPolicy"]
    assert policy.body["spec"]["dcgmExporter"] == values["dcgmExporter"]
    assert policy.body["spec"]["mig"] == {"strategy": "mixed"}
    assert_valid(plan.objects)


def test_a_layout_of_the_clusters_own_plugin_is_refused() -> None:
    native = MigLayout(name="s", cluster="gke", plugin="native", partitions=LAYOUT.partitions)
    with pytest.raises(InvalidBlueprint, match="without the operator's exporter"):
        monitoring(mig=native)


@settings(max_examples=25)
@given(st.integers(1, 50), st.integers(10, 1440), st.integers(1, 99), st.booleans())
def test_any_monitoring_is_valid_and_passes_every_rule(idle: int, minutes: int, share: int, cut: bool) -> None:
    plan = expanded(idle_percent=idle, idle_minutes=minutes, unallocated_percent=share, mig=LAYOUT if cut else None)
    nodes = [*plan.nodes, *LAYOUT.expand(CONTEXT).nodes] if cut else list(plan.nodes)
    assert list(check(World(tuple(Subject(node) for node in nodes))).findings) == []
    assert_valid(plan.objects)
