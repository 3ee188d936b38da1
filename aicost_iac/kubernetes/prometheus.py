"""What the Prometheus operator is told: what to scrape, what to record, when to call.

https://prometheus-operator.dev/docs/api-reference/api/
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from aicost_iac.kubernetes.metadata import Metadata
from aicost_iac.plan import KubeObject

_API = "monitoring.coreos.com/v1"
Severity = Literal["critical", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Recording:
    """A query whose result is kept under a name: `level:metric:operations`.

    https://prometheus.io/docs/practices/rules/
    """

    name: str
    query: str

    def body(self) -> dict[str, Any]:
        return {"record": self.name, "expr": self.query}


@dataclass(frozen=True, slots=True)
class Alert:
    """A query that must stay empty. `minutes` is how long it may hold before somebody is called."""

    name: str
    query: str
    minutes: int
    severity: Severity
    summary: str
    description: str

    def body(self) -> dict[str, Any]:
        return {
            "alert": self.name,
            "expr": self.query,
            "for": f"{self.minutes}m",
            "labels": {"severity": self.severity},
            "annotations": {"summary": self.summary, "description": self.description},
        }


Rules = Mapping[str, Sequence[Recording | Alert]]


def prometheus_rule(shared: Metadata, name: str, groups: Rules, found_by: Mapping[str, str]) -> KubeObject:
    """Rules by group; those of a group are evaluated in order, every minute. `found_by` as for a monitor."""
    written = [
        {"name": group, "interval": "1m", "rules": [each.body() for each in rules]} for group, rules in groups.items()
    ]
    return _found(shared, found_by).object(_API, "PrometheusRule", name, {"spec": {"groups": written}})


def service_monitor(
    shared: Metadata, name: str, selector: Mapping[str, str], endpoint: Mapping[str, Any], found_by: Mapping[str, str]
) -> KubeObject:
    """Scrape the pods behind the services with these labels, in the monitor's own namespace."""
    spec = {"selector": {"matchLabels": dict(selector)}, "endpoints": [dict(endpoint)]}
    return _found(shared, found_by).object(_API, "ServiceMonitor", name, {"spec": spec})


def pod_monitor(
    shared: Metadata, name: str, selector: Mapping[str, str], port: str, found_by: Mapping[str, str]
) -> KubeObject:
    """Scrape `/metrics` at a named port of some pods. `found_by` are labels by which the operator finds monitors.

    The series bear `namespace`, `pod`, `container` and `job="<namespace>/<name>"`.
    """
    spec = {
        "podMetricsEndpoints": [{"interval": "15s", "path": "/metrics", "port": port}],
        "selector": {"matchLabels": dict(selector)},
    }
    return _found(shared, found_by).object(_API, "PodMonitor", name, {"spec": spec})


def _found(shared: Metadata, found_by: Mapping[str, str]) -> Metadata:
    return replace(shared, labels={**shared.labels, **found_by})
