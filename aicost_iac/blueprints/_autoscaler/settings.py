"""What an autoscaler can be told besides its triggers: where Prometheus is, its pace, what it does without a metric."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field

from aicost_iac.blueprints._autoscaler.authentication import Authentication
from aicost_iac.errors import Problem
from aicost_iac.fields import Model, Region, matching

Url = Annotated[
    str, matching(r"https?://[\w.-]+(:\d{1,5})?(/\S*)?", "a URL such as 'http://prometheus.monitoring:9090'")
]
Seconds = Annotated[int, Field(ge=0, le=86_400)]


class Prometheus(Model):
    """Where metrics are asked for. https://keda.sh/docs/2.20/scalers/prometheus/"""

    url: Url = "http://prometheus-operated.monitoring.svc.cluster.local:9090"
    """As KEDA reaches it; the default is the Service that the Prometheus operator makes."""
    aws_region: Region | None = None
    """Of a workspace of Amazon Managed Service for Prometheus: requests are signed."""
    authentication: Authentication | None = None
    """Needed with `aws_region`."""

    def problems(self) -> Iterator[Problem]:
        if (self.aws_region is None) != (self.authentication is None):
            field = "aws_region" if self.aws_region is None else "authentication"
            yield Problem(field, "is required too: a signed request needs both", remedy="AwsIdentity()")

    def metadata(self) -> dict[str, str]:
        """What every trigger says of it."""
        region = {} if self.aws_region is None else {"awsRegion": self.aws_region}
        return {"serverAddress": self.url, **region}


class MetricFallback(Model):
    """What to do while a metric can not be read. https://keda.sh/docs/2.20/reference/scaledobject-spec/#fallback

    It counts as active: it wakes a target from zero and keeps it up, and billed, for as long as the outage lasts.
    """

    replicas: Annotated[int, Field(ge=0)]
    """How many to have then."""
    failures: Annotated[int, Field(ge=0, le=100)] = 3
    """More than so many in a row; KEDA's polls and the HPA's reads both count."""
    behavior: Literal["static", "currentReplicas", "currentReplicasIfHigher", "currentReplicasIfLower"] = (
        "currentReplicasIfHigher"
    )
    """`static` shrinks a service that has more."""

    def body(self) -> dict[str, Any]:
        """As a ScaledObject takes it."""
        return {"behavior": self.behavior, "failureThreshold": self.failures, "replicas": self.replicas}


class ScalePace(Model):
    """How fast one direction goes. https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#configurable-scaling-behavior"""

    pods: Annotated[int, Field(ge=1)] | None = None
    """The most pods changed in a period."""
    percent: Annotated[int, Field(ge=1)] | None = None
    """The most percent changed in a period; with both, what changes more."""
    period_seconds: Annotated[int, Field(ge=1, le=1800)] = 60
    """The period."""
    window_seconds: Annotated[int, Field(ge=0, le=3600)] | None = None
    """How long a demand must have held; default: up 0, down 300 or the target's cold start."""

    def body(self, window: int) -> dict[str, Any]:
        """As an HPA takes it; `window` stands in where none is given."""
        kinds = (("Percent", self.percent), ("Pods", self.pods))
        policies = [
            {"type": kind, "value": value, "periodSeconds": self.period_seconds}
            for kind, value in kinds
            if value is not None
        ]
        seconds = window if self.window_seconds is None else self.window_seconds
        return {**({"policies": policies} if policies else {}), "stabilizationWindowSeconds": seconds}
