"""One trigger of a ScaledObject: its target, its activation, and what an empty result means to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from aicost_iac.errors import Problem, did_you_mean
from aicost_iac.kubernetes.autoscaling.quantities import milli, quantity
from aicost_iac.kubernetes.autoscaling.scalers import RESOURCES, SCALERS, Scaler
from aicost_iac.kubernetes.autoscaling.spec import MetricType, Trigger

Data = Mapping[str, Any]
_EXTERNAL = ("external", "external-push")


def read_trigger(body: Data, place: str) -> tuple[Trigger | None, list[Problem]]:
    """A trigger as KEDA understands it, or what is wrong with it; `place` is its path in the spec."""
    kind, metadata = body.get("type"), body.get("metadata")
    if not isinstance(kind, str) or not isinstance(metadata, Mapping):
        return None, [Problem(place, "needs a type and metadata", body)]
    if kind in RESOURCES:
        return _resource(kind, body, metadata, place)
    if kind == "cron":
        return _cron(body, metadata, place)
    if kind in SCALERS:
        return _external(kind, SCALERS[kind], body, metadata, place)
    if kind in _EXTERNAL:
        reason = "is a scaler of somebody's own: only it knows its target"
    else:
        reason = "is not a trigger KEDA 2.20 has, or one without a target of its own"
    return None, [Problem(f"{place}.type", reason, kind, did_you_mean(kind, SCALERS))]


def _external(
    kind: str, scaler: Scaler, body: Data, metadata: Data, place: str
) -> tuple[Trigger | None, list[Problem]]:
    problems: list[Problem] = []
    key = next((name for name in scaler.targets if name in metadata), scaler.targets[0])
    target = _number(metadata, key, scaler.default, place, problems)
    if target is not None and milli(target) <= 0:
        problems.append(Problem(f"{place}.metadata.{key}", "must be 0.001 or more", metadata.get(key)))
    active = next((name for name in metadata if str(name).startswith("activation")), "activation")
    activation = _number(metadata, active, scaler.activation, place, problems)
    metric_type = _metric_type(body, ("AverageValue", "Value"), place, problems)
    if problems or target is None or activation is None:
        return None, problems
    empty, cached = _empty(kind, scaler, metadata), body.get("useCachedMetrics") is True
    return Trigger(kind, metric_type, milli(target), activation, empty, cached), []


def _resource(kind: str, body: Data, metadata: Data, place: str) -> tuple[Trigger | None, list[Problem]]:
    problems: list[Problem] = []
    target = _number(metadata, "value", None, place, problems)
    written = body if "metricType" in body else {**body, "metricType": metadata.get("type", "Utilization")}
    metric_type = _metric_type(written, ("Utilization", "AverageValue"), place, problems)
    if target is not None and milli(target) <= 0:
        problems.append(Problem(f"{place}.metadata.value", "must be above 0", metadata.get("value")))
    if problems or target is None:
        return None, problems
    return Trigger(kind, metric_type, milli(target), resource=True), []


def _cron(body: Data, metadata: Data, place: str) -> tuple[Trigger | None, list[Problem]]:
    problems: list[Problem] = []
    wanted = _number(metadata, "desiredReplicas", None, place, problems)
    metric_type = _metric_type(body, ("AverageValue", "Value"), place, problems)
    if problems or wanted is None:
        return None, problems
    return Trigger("cron", metric_type, milli(1), hours=int(wanted)), []


def _empty(kind: str, scaler: Scaler, metadata: Data) -> float | None:
    """What an empty result counts as; None is a failed read."""
    stand_in = {"aws-cloudwatch": "minMetricValue", "datadog": "metricUnavailableValue"}.get(kind, "valueIfNull")
    if stand_in in metadata and kind != "aws-cloudwatch":
        return quantity(metadata[stand_in])
    written = str(metadata.get("ignoreNullValues", "")).lower()
    ignored = scaler.null if written not in ("true", "false") or scaler.null is None else written == "true"
    return (quantity(metadata.get(stand_in, 0)) or 0.0) if ignored else None


def _metric_type(body: Data, known: tuple[str, ...], place: str, problems: list[Problem]) -> MetricType:
    written = body.get("metricType") or known[0]
    if written not in known:
        problems.append(Problem(f"{place}.metricType", f"is not {' or '.join(known)} here", written))
    return cast("MetricType", written)


def _number(metadata: Data, key: str, default: float | None, place: str, problems: list[Problem]) -> float | None:
    if key not in metadata:
        if default is None:
            problems.append(Problem(f"{place}.metadata.{key}", "is required"))
        return default
    value = quantity(metadata[key])
    if value is None:
        problems.append(Problem(f"{place}.metadata.{key}", "is not a number", metadata[key]))
    return value
