"""Objects that run pods. A pod spec is a plain dict in Kubernetes' own words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aicost_iac.kubernetes.metadata import Metadata
from aicost_iac.plan import KubeObject

PodSpec = Mapping[str, Any]


def deployment(
    shared: Metadata, name: str, selector: Mapping[str, str], pod: PodSpec, replicas: int | None = None, **spec: Any
) -> KubeObject:
    """Replicas that live until they are replaced. `replicas` is None where an autoscaler owns the number.

    https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/deployment-v1/
    """
    own = {} if replicas is None else {"replicas": replicas}
    template = {"metadata": shared.template(), "spec": dict(pod)}
    body = {**own, "selector": {"matchLabels": dict(selector)}, **spec, "template": template}
    return shared.object("apps/v1", "Deployment", name, {"spec": body})


@dataclass(frozen=True, slots=True)
class Limits:
    """When a job gives up: how long it may run and be kept afterwards, in seconds, and how often it is tried again.

    A job has none of these by default, and a collective that hangs keeps its GPUs until somebody looks.
    https://kubernetes.io/docs/concepts/workloads/controllers/job/#job-termination-and-cleanup
    """

    seconds: int
    keep_seconds: int = 86_400
    retries: int = 3


def job(shared: Metadata, name: str, pod: PodSpec, limits: Limits, **spec: Any) -> KubeObject:
    """Pods that run to an end."""
    return shared.object("batch/v1", "Job", name, {"spec": _job_spec(shared, pod, limits, spec)})


def cron_job(
    shared: Metadata, name: str, pod: PodSpec, limits: Limits, schedule: str, time_zone: str, **spec: Any
) -> KubeObject:
    """Jobs by a schedule, never two at once; a start that was missed by an hour is left out.

    https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/
    """
    template = {"metadata": shared.template(), "spec": _job_spec(shared, pod, limits, spec)}
    body = {
        "schedule": schedule,
        "timeZone": time_zone,
        "concurrencyPolicy": "Forbid",
        "startingDeadlineSeconds": 3600,
        "jobTemplate": template,
    }
    return shared.object("batch/v1", "CronJob", name, {"spec": body})


def _job_spec(shared: Metadata, pod: PodSpec, limits: Limits, spec: Mapping[str, Any]) -> dict[str, Any]:
    bounds = {
        "activeDeadlineSeconds": limits.seconds,
        "backoffLimit": limits.retries,
        "ttlSecondsAfterFinished": limits.keep_seconds,
    }
    template = {"metadata": shared.template(), "spec": {"restartPolicy": "Never", **pod}}
    return {**bounds, **spec, "template": template}
