"""What Prometheus scrapes, as its operator takes it.

https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.PodMonitor
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from aicost_iac.kubernetes.metadata import Metadata
from aicost_iac.plan import KubeObject


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
    marked = replace(shared, labels={**shared.labels, **found_by})
    return marked.object("monitoring.coreos.com/v1", "PodMonitor", name, {"spec": spec})
