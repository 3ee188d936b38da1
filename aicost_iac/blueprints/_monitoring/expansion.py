"""The monitoring's objects, files and outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aicost_iac.blueprints._monitoring.rules import groups
from aicost_iac.kubernetes import core, dcgm, manifest, prometheus
from aicost_iac.kubernetes.gpu_operator import CONFIG_LABEL
from aicost_iac.kubernetes.metadata import Metadata, labels
from aicost_iac.plan import File, KubeObject, Output, Plan

if TYPE_CHECKING:
    from aicost_iac.blueprints.gpu_monitoring import GpuMonitoring
    from aicost_iac.model import Context


def expand(monitoring: GpuMonitoring, context: Context) -> Plan:
    """The list of metrics, the monitor, the rules; and what two charts must be told."""
    values = manifest.text(operator_values(monitoring))
    files = [File(f"{monitoring.name}/gpu-operator-values.yaml", values)]
    if monitoring.mig is not None:
        files.append(File(f"{monitoring.name}/kube-prometheus-stack-values.yaml", manifest.text(_state_metrics())))
    return Plan(
        objects=tuple(_objects(monitoring, labels(monitoring.name, context.tags.keys()))),
        outputs={"operator_values": Output(values, "Values for the chart gpu-operator")},
        files=tuple(files),
    )


def operator_values(monitoring: GpuMonitoring) -> dict[str, Any]:
    """Values of the gpu-operator chart. The operator's own monitor would scrape everything a second time."""
    monitor = {"enabled": False, "honorLabels": monitoring.honors_labels}
    config = {"name": _metrics_name(monitoring)}
    return {"dcgmExporter": {"enabled": True, "config": config, "serviceMonitor": monitor}}


def _objects(monitoring: GpuMonitoring, marked: dict[str, str]) -> list[KubeObject]:
    shared, found_by = Metadata(monitoring.namespace, marked), monitoring.prometheus_labels
    listed = [each for each in dcgm.METRICS if each.per_slice or monitoring.mig is None]
    return [
        core.config_map(shared, _metrics_name(monitoring), {dcgm.METRICS_FILE: dcgm.metrics_file(listed)}),
        prometheus.service_monitor(shared, monitoring.name, dcgm.SERVICE, dcgm.endpoint(monitoring.interval), found_by),
        prometheus.prometheus_rule(shared, monitoring.name, groups(monitoring), found_by),
    ]


def _metrics_name(monitoring: GpuMonitoring) -> str:
    return f"{monitoring.name}-dcgm-metrics"


def _state_metrics() -> dict[str, Any]:
    """Node labels are exported only where they are asked for.

    https://github.com/kubernetes/kube-state-metrics/blob/main/docs/developer/cli-arguments.md
    """
    return {"kube-state-metrics": {"metricLabelsAllowlist": [f"nodes=[{CONFIG_LABEL},{CONFIG_LABEL}.state]"]}}
