"""A ScaledObject's spec, read with KEDA's and Kubernetes' defaults.

https://keda.sh/docs/2.20/reference/scaledobject-spec/
https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

MetricType = Literal["AverageValue", "Value", "Utilization"]
FallbackBehavior = Literal["static", "currentReplicas", "currentReplicasIfHigher", "currentReplicasIfLower"]
PolicyType = Literal["Pods", "Percent"]
SelectPolicy = Literal["Max", "Min", "Disabled"]

# The share by which a metric may miss its target without a change, unless a behavior says otherwise.
TOLERANCE = 0.1
DOWN_WINDOW = 300
# What an HPA takes for a direction that a `behavior` does not describe.
DEFAULT_PERIOD = 15


@dataclass(frozen=True, slots=True)
class Trigger:
    """One trigger. `target` is in thousandths, as the metrics API carries it; `activation` is not.

    `empty` is what an empty result counts as, None for a failed read. `hours` is what a cron trigger wants inside its
    window. `resource` triggers (cpu, memory) are measured on the pods by the HPA alone.
    """

    type: str
    metric_type: MetricType
    target: int
    activation: float = 0
    empty: float | None = None
    cached: bool = False
    resource: bool = False
    hours: int | None = None


@dataclass(frozen=True, slots=True)
class Fallback:
    """What stands in for a trigger after more than `failure_threshold` failed reads in a row."""

    failure_threshold: int
    replicas: int
    behavior: FallbackBehavior = "static"


@dataclass(frozen=True, slots=True)
class Policy:
    """How much one direction may change in `period` seconds."""

    type: PolicyType
    value: int
    period: int


@dataclass(frozen=True, slots=True)
class Rules:
    """One direction of a `behavior`; `window` is the stabilization window in seconds."""

    window: int
    policies: tuple[Policy, ...]
    select: SelectPolicy = "Max"
    tolerance: float = TOLERANCE


DEFAULT_UP = Rules(0, (Policy("Pods", 4, DEFAULT_PERIOD), Policy("Percent", 100, DEFAULT_PERIOD)))
DEFAULT_DOWN = Rules(DOWN_WINDOW, (Policy("Percent", 100, DEFAULT_PERIOD),))


@dataclass(frozen=True, slots=True)
class Behavior:
    """Both directions, as the API server completes what is written of them."""

    up: Rules = DEFAULT_UP
    down: Rules = DEFAULT_DOWN


@dataclass(frozen=True, slots=True)
class Scaling:
    """A ScaledObject. Times in seconds; `behavior` is None where none is written, which is not the same as defaults."""

    triggers: tuple[Trigger, ...]
    least: int = 0
    most: int = 100
    idle: int | None = None
    polling: int = 30
    cooldown: int = 300
    initial_cooldown: int = 0
    fallback: Fallback | None = None
    behavior: Behavior | None = None

    @property
    def on_pods_alone(self) -> bool:
        """Whether every trigger is cpu or memory: KEDA then takes the target for active, always."""
        return all(trigger.resource for trigger in self.triggers)
