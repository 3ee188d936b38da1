"""What an autoscaler measures, in words whose unit and aggregation are known.

Each becomes a trigger of KEDA's with the metric type that its query needs: a total grows with the load and is divided
by the threshold (`AverageValue`); an average does not, and is compared with it (`Value`).
https://keda.sh/docs/2.20/reference/scaledobject-spec/#triggers
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal
from zoneinfo import ZoneInfo

from pydantic import Field

from aicost_iac.blueprints._autoscaler.authentication import Authentication, AwsIdentity
from aicost_iac.blueprints._autoscaler.targets import Scaled
from aicost_iac.errors import Problem
from aicost_iac.fields import Model, Region, matching

Name = Annotated[str, matching(r"[a-z]([a-z0-9-]{0,30}[a-z0-9])?", "a name: a-z, 0-9 and '-', at most 32 characters")]
Metric = Annotated[str, matching(r"[a-zA-Z_:][a-zA-Z0-9_:]*", "the name of a Prometheus metric")]
Label = Annotated[str, matching(r"[a-zA-Z_][a-zA-Z0-9_]*", "the name of a Prometheus label")]
Cron5 = Annotated[str, matching(r"\S+( \S+){4}", "five fields of cron: minute, hour, day, month, day of the week")]
Count = Annotated[float, Field(gt=0)]

# Series that pods of the target emit, or their GPUs: without pods there are none.
_OF_PODS = re.compile(r"(vllm|sglang|tgi|nv|te|container)[:_].*|DCGM_FI_.*")

# What the servers call the requests they hold, those that run and those that wait.
# https://docs.vllm.ai/en/v0.11.0/usage/metrics.html
# https://huggingface.co/docs/text-generation-inference/reference/metrics
# https://docs.nvidia.com/deeplearning/triton-inference-server/user-guide/docs/user_guide/metrics.html
RUNNING = {"tgi": "tgi_batch_current_size", "vllm": "vllm:num_requests_running"}
WAITING = {
    "tgi": "tgi_queue_size",
    "triton": "nv_inference_pending_request_count",
    "vllm": "vllm:num_requests_waiting",
}
# Servers that fill each step of the GPU with whatever there is.
CONTINUOUS = frozenset({"tgi", "vllm"})
# What a slice has, and what a whole GPU has, with the most it can be.
# https://github.com/NVIDIA/dcgm-exporter/blob/main/etc/default-counters.csv
_BUSY_SLICE, _BUSY_GPU = ("DCGM_FI_PROF_GR_ENGINE_ACTIVE", 1), ("DCGM_FI_DEV_GPU_UTIL", 100)


class _Trigger(Model):
    """What all have in common."""

    at_zero: ClassVar[bool] = False
    """Whether it can be measured while no replica runs."""
    holds: ClassVar[bool] = False
    """Whether what it counts waits by itself until somebody takes it."""
    prometheus: ClassVar[bool] = True
    """Whether Prometheus is asked."""

    name: Name | None = None
    """Of the trigger; default: what it measures."""

    def body(self, target: Scaled, to_zero: bool) -> dict[str, Any]:
        """KEDA's trigger, without the address of Prometheus; `to_zero` where the target may sleep."""
        raise NotImplementedError(type(self).__name__)

    def lacks(self, target: Scaled) -> str | None:
        """Why the target can not be measured so."""
        return None

    @property
    def label(self) -> str:
        """How the trigger is called."""
        return self.name or re.sub(r"(?<!^)(?=[A-Z])", "-", type(self).__name__).lower()


class QueueDepth(_Trigger):
    """Requests that wait in front of the target: in a gateway, a router, a broker. Wakes it from zero."""

    at_zero: ClassVar[bool] = True

    metric: Metric
    """A gauge of what waits, emitted by what holds the requests, never by the target's own pods."""
    per_replica: Count
    """How many one replica is to have in front of it."""
    labels: Mapping[Label, str] = Field(default_factory=dict)
    """Which series are meant."""
    absent_is_zero: bool = False
    """Whether a series that is not there means that nothing waits. Otherwise the count stays while it is missing."""

    def problems(self) -> Iterator[Problem]:
        if _OF_PODS.fullmatch(self.metric):
            way_out = "the metric of the gateway or queue in front; WaitingRequests measures the server"
            yield Problem("metric", "is emitted by the target's own pods: at zero there is none", self.metric, way_out)

    def body(self, target: Scaled, to_zero: bool) -> dict[str, Any]:
        query = f"sum({self.metric}{_selector(self.labels)})"
        query += " or vector(0)" if self.absent_is_zero else ""
        return _prometheus(self.label, "AverageValue", query, self.per_replica, activation=0)


class Arrivals(_Trigger):
    """Requests for the target that something in front of it counted in the last minutes. Wakes it from zero.

    For routers and gateways that count and do not queue. The difference of two sums counts the first request of a new
    series too, which `increase` does not see; a counter that starts over counts as nothing for one window.
    https://prometheus.io/docs/prometheus/latest/querying/functions/#increase
    """

    at_zero: ClassVar[bool] = True

    metric: Metric
    """A counter of requests, emitted by what stands in front, never by the target's own pods."""
    per_replica: Count
    """How many in a window one replica is to have."""
    labels: Mapping[Label, str] = Field(default_factory=dict)
    """Which series are meant."""
    window_minutes: Annotated[int, Field(ge=1, le=60)] = 2
    """How far back requests count; at least two scrapes."""

    def problems(self) -> Iterator[Problem]:
        if _OF_PODS.fullmatch(self.metric):
            way_out = "the counter of the router or gateway in front"
            yield Problem("metric", "is emitted by the target's own pods: at zero there is none", self.metric, way_out)

    def body(self, target: Scaled, to_zero: bool) -> dict[str, Any]:
        series = f"{self.metric}{_selector(self.labels)}"
        before = f"(sum({series} offset {self.window_minutes}m) or vector(0))"
        query = f"clamp_min(sum({series}) - {before}, 0) or vector(0)"
        return _prometheus(self.label, "AverageValue", query, self.per_replica, activation=0)


class WaitingRequests(_Trigger):
    """Requests in the target's own hands, those that wait and those that run. Says nothing at zero."""

    per_replica: Count
    """How many one replica is to have; with `running` at most its `max_num_seqs`."""
    running: bool = True
    """Count those that run too: a demand that falls to nothing when nobody waits would shrink a busy service."""

    def lacks(self, target: Scaled) -> str | None:
        return None if target.engine in WAITING else f"{target.engine} has no metric of waiting requests"

    def body(self, target: Scaled, to_zero: bool) -> dict[str, Any]:
        names = [WAITING[target.engine], *([RUNNING[target.engine]] if self._counts_running(target) else ())]
        query = " + ".join(f"sum({name}{_own(target)})" for name in names)
        return _prometheus(self.label, "AverageValue", query + _asleep(target, to_zero), self.per_replica)

    def _counts_running(self, target: Scaled) -> bool:
        return self.running and target.engine in RUNNING


class KvCacheUse(_Trigger):
    """How full the KV cache is, over all replicas (vLLM). Says nothing at zero."""

    percent: Annotated[float, Field(gt=0, lt=100)] = 75
    """Above it more replicas are wanted."""

    def lacks(self, target: Scaled) -> str | None:
        return None if target.engine == "vllm" else f"{target.engine} has no metric of its KV cache"

    def body(self, target: Scaled, to_zero: bool) -> dict[str, Any]:
        query = f"avg(vllm:kv_cache_usage_perc{_own(target)})"
        return _prometheus(self.label, "Value", query + _asleep(target, to_zero), self.percent / 100)


class GpuActivity(_Trigger):
    """How busy the target's GPUs are, as dcgm-exporter measures it. Says nothing at zero.

    On MIG slices only the profiling metric exists, a ratio; on whole GPUs utilisation, in percent. A server with
    continuous batching is busy at any load: scale on requests, and take this as a second opinion only.
    https://github.com/NVIDIA/dcgm-exporter/blob/main/etc/default-counters.csv
    """

    percent: Annotated[float, Field(gt=0, lt=100)] = 80
    """Above it more replicas are wanted."""
    honor_labels: bool = False
    """Whether the scrape of dcgm-exporter keeps the workload's labels; if not, Prometheus calls them `exported_...`."""

    def body(self, target: Scaled, to_zero: bool) -> dict[str, Any]:
        prefix = "" if self.honor_labels else "exported_"
        own = _selector({f"{prefix}namespace": target.namespace, f"{prefix}container": target.container})
        metric, most = _BUSY_SLICE if target.slices else _BUSY_GPU
        query = f"avg({metric}{own}){_asleep(target, to_zero)}"
        return _prometheus(self.label, "Value", query, self.percent / 100 * most)


class Cron(_Trigger):
    """Hours in which replicas are wanted whatever the load. https://keda.sh/docs/2.20/scalers/cron/"""

    at_zero: ClassVar[bool] = True
    prometheus: ClassVar[bool] = False

    start: Cron5
    """When the hours begin, such as `0 8 * * 1-5`."""
    end: Cron5
    """When they end; on the same days as `start`, or they last until the next `end` that comes before a `start`."""
    replicas: Annotated[int, Field(ge=1)] = 1
    """How many in these hours."""
    timezone: str = "UTC"
    """An IANA name, such as `Europe/Berlin`."""

    def problems(self) -> Iterator[Problem]:
        if self.start == self.end:
            yield Problem("end", "is the start: the hours would never end", self.end)
        try:
            ZoneInfo(self.timezone)
        except (KeyError, ValueError, OSError):
            yield Problem("timezone", "is no time zone", self.timezone, "an IANA name, such as 'Europe/Berlin'")

    def body(self, target: Scaled, to_zero: bool) -> dict[str, Any]:
        metadata = {
            "desiredReplicas": str(self.replicas),
            "end": self.end,
            "start": self.start,
            "timezone": self.timezone,
        }
        return {"type": "cron", "name": self.label, "metadata": metadata}


class SqsQueue(_Trigger):
    """Messages in an SQS queue, which keeps them until a replica takes them. Wakes the target from zero.

    https://keda.sh/docs/2.20/scalers/aws-sqs/
    """

    at_zero: ClassVar[bool] = True
    holds: ClassVar[bool] = True
    prometheus: ClassVar[bool] = False

    url: Annotated[str, matching(r"https://sqs[\w.-]+/\d{12}/[\w-]{1,80}(\.fifo)?", "the URL of an SQS queue")]
    """Of the queue."""
    region: Region
    """Of the queue."""
    per_replica: Annotated[int, Field(ge=1)]
    """How many messages one replica is to have."""
    in_flight: bool = True
    """Count messages that are being worked on: without them a busy service is scaled in."""
    authentication: Authentication = AwsIdentity()
    """How KEDA may read the queue's attributes."""

    def body(self, target: Scaled, to_zero: bool) -> dict[str, Any]:
        metadata = {
            "activationQueueLength": "0",
            "awsRegion": self.region,
            "queueLength": str(self.per_replica),
            "queueURL": self.url,
            "scaleOnInFlight": "true" if self.in_flight else "false",
        }
        return {"type": "aws-sqs-queue", "name": self.label, "metadata": metadata}


Trigger = QueueDepth | Arrivals | WaitingRequests | KvCacheUse | GpuActivity | Cron | SqsQueue


def _prometheus(
    name: str,
    metric_type: Literal["AverageValue", "Value"],
    query: str,
    threshold: float,
    activation: int | None = None,
) -> dict[str, Any]:
    """An empty result is a failed read, never 0, unless the query itself says what empty means."""
    metadata = {"ignoreNullValues": "false", "query": query, "threshold": f"{threshold:g}"}
    if activation is not None:
        metadata["activationThreshold"] = str(activation)
    return {"type": "prometheus", "name": name, "metricType": metric_type, "metadata": dict(sorted(metadata.items()))}


def _own(target: Scaled) -> str:
    """The target's own series, by the names a PodMonitor gives them."""
    return _selector({"job": target.job, "namespace": target.namespace})


def _asleep(target: Scaled, to_zero: bool) -> str:
    """0 while there is no pod to scrape. A pod that can not be scraped is another thing: that read fails."""
    return f" or on() absent(up{_own(target)}) * 0" if to_zero else ""


def _selector(labels: Mapping[str, str]) -> str:
    written = ",".join(f'{name}="{_escaped(value)}"' for name, value in sorted(labels.items()))
    return f"{{{written}}}" if written else ""


def _escaped(value: str) -> str:
    """https://prometheus.io/docs/prometheus/latest/querying/basics/#string-literals"""
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
