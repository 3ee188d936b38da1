"""GpuMonitoring: whether the GPUs that are paid for are used, and by whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import Field

from aicost_iac.blueprints._monitoring import expansion
from aicost_iac.blueprints._nodes.settings import LabelKey, LabelValue
from aicost_iac.blueprints.mig_layout import MigLayout
from aicost_iac.errors import Problem
from aicost_iac.fields import matching
from aicost_iac.kubernetes.gpu_operator import NAMESPACE
from aicost_iac.kubernetes.metadata import Namespace
from aicost_iac.model import Blueprint, Context
from aicost_iac.plan import Plan


class GpuMonitoring(Blueprint):
    """DCGM's metrics, scraped so that they name the workload, recorded as what people ask, alerted on what costs.

    Makes the exporter's list of metrics, with the profiling metrics that MIG instances have; one ServiceMonitor, whose
    series carry the workload's `namespace` and `pod`; and Prometheus rules for utilisation (average and P95), idle
    GPU-hours, what is allocated against what is used, and MIG that is applied but offers nothing. The exporter itself
    is the GPU operator's: give its chart the values of this blueprint. kube-state-metrics must run in the cluster.
    https://docs.nvidia.com/datacenter/dcgm/latest/gpu-telemetry/dcgm-exporter.html
    """

    prometheus_labels: Mapping[LabelKey, LabelValue]
    """By which your Prometheus finds monitors and rules, such as `{"release": "kube-prometheus-stack"}`; {} for all."""
    namespace: Namespace = NAMESPACE
    """Where the GPU operator runs."""
    mig: MigLayout | None = None
    """The cluster's layout: then its slices are watched too, and metrics that slices do not have are left out."""
    interval: Annotated[str, matching(r"[1-9][0-9]*s", "seconds such as '15s'")] = "15s"
    """How often the exporter is scraped."""
    idle_percent: Annotated[int, Field(ge=1, le=50)] = 5
    """A device whose engine is active less of the time is idle."""
    idle_minutes: Annotated[int, Field(ge=10, le=1440)] = 60
    """How long a pod may hold an idle device."""
    unallocated_percent: Annotated[int, Field(ge=1, le=99)] = 50
    """How much of what nodes offer may belong to no pod."""
    unallocated_minutes: Annotated[int, Field(ge=10, le=1440)] = 120
    """For how long."""

    def problems(self) -> Iterator[Problem]:
        if self.mig is not None and self.mig.plugin == "native":
            message = "is cut by the cluster's own plugin, without the operator's exporter and labels"
            yield Problem("mig", message, self.mig.name, "leave it out, or use plugin='operator'")

    @property
    def honors_labels(self) -> bool:
        """Whether `namespace` and `pod` of DCGM's series are the workload's: always, with this scrape."""
        return True

    @property
    def operator_values(self) -> dict[str, Any]:
        """What the GPU operator must know: the list of metrics, and that it is scraped already."""
        return expansion.operator_values(self)

    def expand(self, context: Context) -> Plan:
        return expansion.expand(self, context)
