"""What is scaled: a model server of ours, or a workload that exists already."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from aicost_iac.blueprints._serving.pricing import ReplicaPrice, replica_gpus, replica_price
from aicost_iac.blueprints._serving.settings import Engine, ObjectName
from aicost_iac.blueprints.model_server import ModelServer
from aicost_iac.fields import Model, Usd
from aicost_iac.kubernetes.metadata import Namespace
from aicost_iac.kubernetes.placement import MigSlice


class ScaleTarget(Model):
    """A workload that somebody else declares, and what an autoscaler must know of it."""

    name: ObjectName
    """Of the workload."""
    namespace: Namespace
    """Where it lies; the autoscaler lies there too."""
    cold_start_seconds: Annotated[int, Field(ge=0, le=86_400)]
    """From a wanted replica to its first answer, the node included."""
    kind: str = "Deployment"
    """Anything with a `/scale` subresource."""
    api_version: str = "apps/v1"
    """Of the kind."""
    engine: Engine = "vllm"
    """What serves: decides how its metrics are called."""
    container: str | None = None
    """Of the pods' server; default: the workload's name."""
    job: str | None = None
    """The `job` of its series in Prometheus; default: `<namespace>/<name>`, as of a PodMonitor of its name."""
    slices: bool = False
    """Whether its pods hold MIG slices."""
    replica_usd_hour: Usd | None = None
    """What a replica costs an hour, where you know."""
    gpus_per_replica: Annotated[Decimal, Field(gt=0)] = Decimal(1)
    """Whole GPUs of a replica, or its part of one."""


@dataclass(frozen=True, slots=True)
class Scaled:
    """Either, as the rest of the autoscaler sees it."""

    name: str
    namespace: str
    kind: str
    api_version: str
    engine: Engine
    container: str
    job: str
    slices: bool
    cold_start_seconds: int
    gpus: Decimal


def scaled(target: ModelServer | ScaleTarget) -> Scaled:
    """What is known of a target."""
    if isinstance(target, ScaleTarget):
        return Scaled(
            target.name,
            target.namespace,
            target.kind,
            target.api_version,
            target.engine,
            target.container or target.name,
            target.job or f"{target.namespace}/{target.name}",
            target.slices,
            target.cold_start_seconds,
            target.gpus_per_replica,
        )
    return Scaled(
        target.name,
        target.namespace,
        "Deployment",
        "apps/v1",
        target.engine,
        target.name,
        f"{target.namespace}/{target.name}",
        isinstance(target.accelerator, MigSlice),
        target.cold_start_seconds,
        replica_gpus(target.placement, target.accelerator),
    )


def price(target: ModelServer | ScaleTarget, region: str) -> ReplicaPrice | None:
    """What one replica costs an hour, None where nobody says."""
    if isinstance(target, ModelServer):
        return replica_price(target.placement, target.accelerator, region)
    return None if target.replica_usd_hour is None else ReplicaPrice(target.replica_usd_hour, "given", "")
