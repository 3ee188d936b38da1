"""ScaledObjects for the simulator, in as few words as a test needs."""

from collections.abc import Sequence
from typing import Any

from aicost_iac.kubernetes.autoscaling import Change, Step, simulate

Spec = dict[str, Any]
# KEDA's first poll, and the creation of the HPA, as they follow a new ScaledObject.
FIRST_POLL, HPA_CREATED = 3.0, 1.0


def prometheus(threshold: float = 10, metric_type: str | None = None, **metadata: Any) -> Spec:
    """A Prometheus trigger; the query itself is never run."""
    written = {"serverAddress": "http://prometheus.monitoring:9090", "query": "sum(x)", "threshold": str(threshold)}
    body: Spec = {"type": "prometheus", "metadata": written | {key: str(value) for key, value in metadata.items()}}
    return body if metric_type is None else body | {"metricType": metric_type}


def scaled(*triggers: Spec, least: int = 1, most: int = 20, **more: Any) -> Spec:
    """A spec with both bounds."""
    bounds = {"minReplicaCount": least, "maxReplicaCount": most}
    return {"scaleTargetRef": {"name": "chat"}, **bounds, "triggers": list(triggers), **more}


def behaving(**behavior: Any) -> Spec:
    """The `advanced` part that holds a behavior."""
    return {"horizontalPodAutoscalerConfig": {"behavior": behavior}}


def run(spec: Spec, *curves: Sequence[Step], start: int = 1, until: float = 600, **more: Any) -> list[Change]:
    """The changes, with the usual phases."""
    phases = {"first_poll_s": FIRST_POLL, "hpa_created_s": HPA_CREATED} | more
    return simulate(spec, curves, start_replicas=start, until_s=until, **phases)


def counts(changes: Sequence[Change]) -> list[int]:
    """The replicas alone."""
    return [replicas for _, replicas in changes]


def at(changes: Sequence[Change], moment: float) -> int:
    """How many replicas are wanted in a moment."""
    return [replicas for time, replicas in changes if time <= moment][-1]
