"""NVIDIA's DCGM exporter: which metrics of a GPU it exports, and how they are scraped.

https://github.com/NVIDIA/dcgm-exporter/blob/main/etc/dcp-metrics-included.csv
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

# What the GPU operator calls the exporter's service and its port, and the file that the exporter reads.
SERVICE = {"app": "nvidia-dcgm-exporter"}
PORT = "gpu-metrics"
METRICS_FILE = "dcgm-metrics.csv"
ENGINE_ACTIVE = "DCGM_FI_PROF_GR_ENGINE_ACTIVE"
MEMORY_USED, MEMORY_FREE = "DCGM_FI_DEV_FB_USED", "DCGM_FI_DEV_FB_FREE"


@dataclass(frozen=True, slots=True)
class DcgmMetric:
    """One field of DCGM. `per_slice` says whether a MIG instance has a value of its own."""

    field: str
    kind: Literal["gauge", "counter"]
    help: str
    per_slice: bool = True


METRICS = (
    DcgmMetric(ENGINE_ACTIVE, "gauge", "Ratio of time the graphics or compute engine is active (0 to 1)"),
    DcgmMetric("DCGM_FI_PROF_PIPE_TENSOR_ACTIVE", "gauge", "Ratio of cycles the tensor pipe is active (0 to 1)"),
    DcgmMetric("DCGM_FI_PROF_DRAM_ACTIVE", "gauge", "Ratio of cycles the memory interface is active (0 to 1)"),
    DcgmMetric(MEMORY_USED, "gauge", "Memory used (MiB)"),
    DcgmMetric(MEMORY_FREE, "gauge", "Memory free (MiB)"),
    DcgmMetric("DCGM_FI_DEV_GPU_UTIL", "gauge", "Time in which any kernel ran (percent)", per_slice=False),
    DcgmMetric("DCGM_FI_DEV_GPU_TEMP", "gauge", "Temperature (C)"),
    DcgmMetric("DCGM_FI_DEV_POWER_USAGE", "gauge", "Power draw (W)"),
    DcgmMetric("DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION", "counter", "Energy since boot (mJ)"),
    DcgmMetric("DCGM_FI_DEV_XID_ERRORS", "gauge", "Number of the last XID error"),
)


def metrics_file(metrics: Iterable[DcgmMetric]) -> str:
    """The exporter's list: field, Prometheus type, help. A comma would end the help text."""
    lines = (f"{each.field}, {each.kind}, {each.help}\n" for each in metrics)
    return "# DCGM field, Prometheus type, help\n" + "".join(lines)


def endpoint(interval: str) -> dict[str, Any]:
    """How the exporter is scraped: `namespace`, `pod` and `container` are always those of the workload on the GPU.

    `honorLabels` keeps them where the exporter gives them; where no pod has the GPU, the exporter's own must not take
    their place. `node` is added, which other metrics can be joined on.
    """
    node = {"sourceLabels": ["__meta_kubernetes_pod_node_name"], "targetLabel": "node"}
    drop = {"action": "labeldrop", "regex": "(namespace|pod|container)"}
    return {"port": PORT, "path": "/metrics", "interval": interval, "honorLabels": True, "relabelings": [node, drop]}
