"""What is recorded about GPUs, and when somebody is called: utilisation, idle hours, allocation, MIG."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from aicost_iac.kubernetes.dcgm import ENGINE_ACTIVE, MEMORY_FREE, MEMORY_USED
from aicost_iac.kubernetes.prometheus import Alert, Recording, Rules

if TYPE_CHECKING:
    from aicost_iac.blueprints.gpu_monitoring import GpuMonitoring

# A GPU or a MIG instance, and who has it.
_DEVICE = "node, UUID, modelName, GPU_I_ID, GPU_I_PROFILE"
# kube-state-metrics writes every character that a Prometheus name can not have as '_'.
# https://github.com/kubernetes/kube-state-metrics/blob/main/docs/metrics/cluster/node-metrics.md
_RESOURCES = 'resource=~"nvidia_com_(gpu|mig_.+)"'
_CONFIG, _STATE = "label_nvidia_com_mig_config", "label_nvidia_com_mig_config_state"
# How finely idle hours are counted.
_STEP_MINUTES = 5


def groups(monitoring: GpuMonitoring) -> Rules:
    """Rules by group name."""
    name, idle = monitoring.name, monitoring.idle_percent / 100
    found: dict[str, Sequence[Recording | Alert]] = {
        f"{name}-utilisation": [*_utilisation()],
        f"{name}-idle": [*_idle(idle, monitoring.idle_minutes)],
        f"{name}-allocation": [*_allocation(monitoring)],
    }
    if monitoring.mig is not None:
        found[f"{name}-mig"] = [*_mig(monitoring)]
    return found


def _utilisation() -> Iterator[Recording]:
    """By device, by namespace and for all, on average and at the 95th percentile: a mean hides the peaks."""
    active = "gpu:engine_active:ratio"
    yield Recording(active, f"max by ({_DEVICE}, namespace, pod) ({ENGINE_ACTIVE})")
    yield Recording("gpu:engine_active:avg1h", f"avg_over_time({active}[1h])")
    yield Recording("gpu:engine_active:p95_1h", f"quantile_over_time(0.95, {active}[1h])")
    yield Recording("gpu:memory_used:ratio", f"{MEMORY_USED} / ({MEMORY_USED} + {MEMORY_FREE})")
    for level, by, of in (("namespace", " by (namespace)", '{namespace!=""}'), ("cluster", "", "")):
        yield Recording(f"{level}:gpu_engine_active:avg", f"avg{by} ({active}{of})")
        yield Recording(f"{level}:gpu_engine_active:p95", f"quantile{by} (0.95, {active}{of})")


def _idle(ratio: float, minutes: int) -> Iterator[Recording | Alert]:
    """Hours of the last day in which a device did nothing, whoever had it."""
    idle = f"max by ({_DEVICE}) (gpu:engine_active:ratio) < {ratio:g}"
    held = f'gpu:engine_active:ratio{{namespace!=""}} < {ratio:g}'
    yield Recording("gpu:idle_hours:1d", _hours(idle))
    yield Recording("cluster:gpu_idle_hours:1d", "sum by (modelName, GPU_I_PROFILE) (gpu:idle_hours:1d)")
    yield Recording("namespace:gpu_idle_hours:1d", f"sum by (namespace) ({_hours(held)})")
    yield Alert(
        "GpuIdleWhileAllocated",
        f'max_over_time(gpu:engine_active:ratio{{namespace!=""}}[{_STEP_MINUTES}m]) < {ratio:g}',
        minutes,
        "warning",
        "{{ $labels.namespace }}/{{ $labels.pod }} holds a GPU and does not use it",
        f"Its engine was active less than {ratio:.0%} of the time for {minutes} minutes. The GPU is paid for and "
        "nobody else can have it: stop the pod, or give it a smaller slice.",
    )


def _hours(query: str) -> str:
    return f"count_over_time(({query})[1d:{_STEP_MINUTES}m]) * {_STEP_MINUTES} / 60"


def _allocation(monitoring: GpuMonitoring) -> Iterator[Recording | Alert]:
    """What nodes offer, what running pods have asked for, and what of that is used."""
    requests = f"kube_pod_container_resource_requests{{{_RESOURCES}}}"
    running = 'max by (namespace, pod) (kube_pod_status_phase{phase="Running"}) == 1'
    allocatable = f"kube_node_status_allocatable{{{_RESOURCES}}}"
    yield Recording("resource:gpu_allocatable:sum", f"sum by (resource) ({allocatable})")
    yield Recording(
        "namespace_resource:gpu_requested:sum",
        f"sum by (namespace, resource) ({requests} * on (namespace, pod) group_left () ({running}))",
    )
    requested = "sum by (resource) (namespace_resource:gpu_requested:sum) or resource:gpu_allocatable:sum * 0"
    yield Recording("resource:gpu_allocated:ratio", f"({requested}) / (resource:gpu_allocatable:sum > 0)")
    used = f"count by (namespace) (gpu:engine_active:avg1h >= {monitoring.idle_percent / 100:g})"
    held = 'count by (namespace) (gpu:engine_active:avg1h{namespace!=""})'
    yield Recording("namespace:gpu_used:ratio", f"({used} or {held} * 0) / {held}")
    share, minutes = monitoring.unallocated_percent / 100, monitoring.unallocated_minutes
    yield Alert(
        "GpuNotAllocated",
        f"1 - resource:gpu_allocated:ratio > {share:g}",
        minutes,
        "info",
        "{{ $value | humanizePercentage }} of {{ $labels.resource }} belongs to no pod",
        f"More than {share:.0%} for {minutes} minutes. The nodes are paid for: see why they are not consolidated.",
    )
    yield Alert(
        "GpuNotMeasured",
        f"sum by (node) ({allocatable}) > 0 unless on (node) count by (node) ({ENGINE_ACTIVE})",
        15,
        "warning",
        "Node {{ $labels.node }} offers GPUs that DCGM does not measure",
        "Without its metrics idle GPUs are not seen, and autoscalers take the missing value for zero.",
    )


def _mig(monitoring: GpuMonitoring) -> Iterator[Alert]:
    """Labels say what mig-manager believes; only allocatable resources say what pods can have."""
    labelled = f'kube_node_labels{{{_CONFIG}!~"|all-disabled", {_STATE}="success"}}'
    slices = "gpu" if monitoring.mig and monitoring.mig.strategy == "single" else "mig_.+"
    offered = f'sum by (node) (kube_node_status_allocatable{{resource=~"nvidia_com_{slices}"}}) > 0'
    yield Alert(
        "MigAppliedButNoSlice",
        f"{labelled} unless on (node) ({offered})",
        15,
        "critical",
        "Node {{ $labels.node }} says that MIG is applied and offers no slice",
        "A device filter that matches no GPU is reported as success. The GPU is paid for and no pod can have it.",
    )
    yield Alert(
        "MigNotApplied",
        f'kube_node_labels{{{_CONFIG}!~"|all-disabled", {_STATE}!="success"}}',
        30,
        "warning",
        "Node {{ $labels.node }} is not cut as its label says",
        f"Its state is {{{{ $labels.{_STATE} }}}}: pods may be in the way, or the layout may have no placement.",
    )
    yield Alert(
        "MigStateNotExported",
        f'absent(kube_node_labels{{{_CONFIG}!=""}}) and on () (sum(resource:gpu_allocatable:sum) > 0)',
        60,
        "warning",
        "kube-state-metrics does not export the MIG labels of nodes",
        "The alerts on MIG can not fire: allow the labels with metricLabelsAllowlist.",
    )
    yield from _missing(monitoring)


def _missing(monitoring: GpuMonitoring) -> Iterator[Alert]:
    """For every config of the layout, the slices that each of its nodes must offer."""
    for cut in monitoring.mig.cuts if monitoring.mig and monitoring.mig.strategy == "mixed" else ():
        for resource, count in cut.resources().items():
            named = re.sub(r"\W", "_", resource)
            labelled = f'kube_node_labels{{{_CONFIG}="{cut.name}", {_STATE}="success"}}'
            offered = f'kube_node_status_allocatable{{resource="{named}"}} >= {count}'
            yield Alert(
                "MigSlicesMissing",
                f"{labelled} unless on (node) ({offered})",
                15,
                "critical",
                f"Node {{{{ $labels.node }}}} offers fewer than {count} x {resource}",
                f"Its config {cut.name} makes at least {count} of them.",
            )
