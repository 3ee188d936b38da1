"""OfflineBatch: work that can wait, on nodes that may be taken away, with an end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from aicost_iac.blueprints._pipeline.settings import Image, Quantity
from aicost_iac.cost.assumptions import INSTANCE_TYPE, RUN_HOURS, RUNS_PER_MONTH
from aicost_iac.errors import Problem, UsageError
from aicost_iac.fields import EnvironmentName, matching
from aicost_iac.kubernetes import core
from aicost_iac.kubernetes.autoscaling.cron import firings
from aicost_iac.kubernetes.metadata import Metadata, Namespace, labels
from aicost_iac.kubernetes.placement import Accelerator, Placement
from aicost_iac.kubernetes.secrets import SecretKey
from aicost_iac.kubernetes.workloads import Limits, cron_job, job
from aicost_iac.model import Blueprint, Context
from aicost_iac.plan import Assumption, KubeObject, Plan

_FIELD = r"(\*|\d+(-\d+)?)(/\d+)?(,(\*|\d+(-\d+)?)(/\d+)?)*"
Schedule = Annotated[
    str, matching(rf"{_FIELD}( {_FIELD}){{4}}", "a cron schedule of five fields such as '0 1 * * 1-5'")
]
TimeZone = Annotated[str, matching(r"[A-Z][A-Za-z_]+(/[A-Za-z_+-]+)*", "a time zone such as 'Europe/Berlin'")]
Word = Annotated[str, matching(r"[^\0]*", "free of NUL")]

# https://kueue.sigs.k8s.io/docs/tasks/run/jobs/
_QUEUE = "kueue.x-k8s.io/queue-name"
# Consolidation would start the work over. https://karpenter.sh/docs/concepts/disruption/#pod-level-controls
_KEEP = {"karpenter.sh/do-not-disrupt": "true"}
# What a spot notice leaves: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html
_GRACE_SECONDS = 110
_HOUR = 3600
# Any moment: a schedule is read from it only to see whether it can be read.
_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
_NOBODY = 65_534


class OfflineBatch(Blueprint):
    """A Job, or with a schedule a CronJob, that ends whatever happens.

    A node that is taken away does not count as a failure of the work: the pod is made again, as often as it takes,
    until the deadline. Write results so that a second start can go on.
    https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-failure-policy
    """

    namespace: Namespace
    """Where it runs; its secrets and its queue must be there."""
    image: Image
    """With a version or a digest."""
    command: Annotated[Sequence[Word], Field(min_length=1), AfterValidator(tuple)]
    """Ends with 0 when the work is done; gets SIGTERM when its node goes, and 110 seconds."""
    environment: Mapping[EnvironmentName, str | SecretKey] = Field(default_factory=dict)
    """Plain values, or where a secret lies."""
    placement: Placement
    """Nodes to run on: of a pool, or described by hand. Spot, unless `on_demand` says why not."""
    accelerator: Accelerator
    """A MIG slice, or whole GPUs."""
    on_demand: Annotated[str, Field(min_length=8)] | None = None
    """Why this work must not run on spot nodes; without a reason it must."""
    cpu: Quantity = "4"
    """Requested for each pod."""
    memory: Quantity = "16Gi"
    """Requested for each pod, and the most it gets."""
    deadline_hours: Annotated[int, Field(ge=1, le=168)]
    """The hard end of one run, restarts included. No default: only you know when it is not worth it any more."""
    retries: Annotated[int, Field(ge=0, le=20)] = 3
    """Failures of the work itself; lost nodes do not count."""
    keep_hours: Annotated[int, Field(ge=1, le=720)] = 24
    """How long a finished run can be looked at."""
    parallelism: Annotated[int, Field(ge=1, le=1000)] = 1
    """Pods at once."""
    completions: Annotated[int, Field(ge=1, le=100_000)] | None = None
    """Pieces of work, one pod each, numbered in `JOB_COMPLETION_INDEX`; default: one."""
    schedule: Schedule | None = None
    """When a run starts; without one there is a single run."""
    time_zone: TimeZone = "Etc/UTC"
    """Of the schedule."""
    queue: Annotated[str, matching(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", "the name of a LocalQueue")] | None = None
    """A LocalQueue of Kueue in the namespace: the job waits there for its share of the cluster."""
    expected_hours: Annotated[float, Field(gt=0)] | None = None
    """How long a run usually takes, for estimates; without it a run is priced up to its deadline."""
    runs_per_month: Annotated[int, Field(ge=1)] | None = None
    """How often it usually runs, for estimates."""

    def problems(self) -> Iterator[Problem]:
        if (reason := self.placement.refuses(self.accelerator)) is not None:
            yield Problem("accelerator", reason)
        if not self.placement.spot and self.on_demand is None:
            way_out = "use a spot pool, or say in on_demand= why this work must not be interrupted"
            yield Problem("placement", "is not spot, and work that can wait is what spot is for", remedy=way_out)
        if self.placement.spot and self.on_demand is not None:
            yield Problem("on_demand", "stands beside a spot placement", self.on_demand, "remove one of them")
        if self.completions is not None and self.parallelism > self.completions:
            yield Problem("parallelism", "is above completions", self.parallelism, f"at most {self.completions}")
        if self.expected_hours is not None and self.expected_hours > self.deadline_hours:
            yield Problem("expected_hours", "is beyond the deadline", self.expected_hours, "raise deadline_hours")
        if self.schedule is not None and (reason := _unreadable(self.schedule)) is not None:
            yield Problem("schedule", "names a time that does not exist", self.schedule, reason)
        if self.time_zone != "Etc/UTC" and self.schedule is None:
            yield Problem("time_zone", "is that of a schedule, and there is none", self.time_zone, "remove it")

    def expand(self, context: Context) -> Plan:
        shared = Metadata(self.namespace, labels(self.name, context.tags.keys()))
        limits = Limits(self.deadline_hours * _HOUR, self.keep_hours * _HOUR, self.retries)
        spec = self._spec()
        queued = Metadata(self.namespace, {**shared.labels, **({_QUEUE: self.queue} if self.queue else {})}, _KEEP)
        if self.schedule is None:
            made = job(queued, self.name, self._pod(), limits, **spec)
        else:
            made = cron_job(queued, self.name, self._pod(), limits, self.schedule, self.time_zone, **spec)
        assumed = KubeObject(
            made.api_version, made.kind, made.name, made.namespace, made.labels, {}, made.body, assume=self._assume()
        )
        return Plan(objects=(assumed, core.service_account(shared, self.name)))

    def _spec(self) -> dict[str, Any]:
        disrupted = {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget"}]}
        spec: dict[str, Any] = {"parallelism": self.parallelism, "podFailurePolicy": {"rules": [disrupted]}}
        if self.completions is not None:
            spec |= {"completions": self.completions, "completionMode": "Indexed"}
        # Kueue admits a job by setting this to false.
        return {**spec, "suspend": True} if self.queue else spec

    def _pod(self) -> dict[str, Any]:
        resource = self.placement.resource(self.accelerator)
        return {
            "serviceAccountName": self.name,
            "automountServiceAccountToken": False,
            "enableServiceLinks": False,
            "terminationGracePeriodSeconds": _GRACE_SECONDS,
            "nodeSelector": dict(self.placement.node_selector),
            "tolerations": [toleration.body() for toleration in self.placement.tolerations],
            "securityContext": {
                "runAsNonRoot": True,
                "runAsUser": _NOBODY,
                "runAsGroup": _NOBODY,
                "fsGroup": _NOBODY,
                "seccompProfile": {"type": "RuntimeDefault"},
            },
            "containers": [
                {
                    "name": self.name,
                    "image": self.image,
                    "command": list(self.command),
                    "env": [_variable(key, value) for key, value in sorted(self.environment.items())],
                    "resources": {
                        "requests": {"cpu": self.cpu, "memory": self.memory},
                        "limits": {"memory": self.memory, resource: self.accelerator.count},
                    },
                    "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
                }
            ],
        }

    def _assume(self) -> tuple[Assumption, ...]:
        figures = {
            RUN_HOURS: (self.expected_hours, "hours"),
            RUNS_PER_MONTH: (self.runs_per_month, "runs"),
            INSTANCE_TYPE: (self.placement.instance_type, ""),
        }
        return tuple(
            Assumption(name, str(value), unit, "the blueprint") for name, (value, unit) in figures.items() if value
        )


def _unreadable(schedule: str) -> str | None:
    try:
        firings(schedule, _MOMENT, _MOMENT)
    except UsageError as error:
        return str(error)
    return None


def _variable(name: str, value: str | SecretKey) -> dict[str, Any]:
    return value.environment(name) if isinstance(value, SecretKey) else {"name": name, "value": value}
