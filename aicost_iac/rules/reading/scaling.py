"""KEDA's ScaledObjects. https://keda.sh/docs/latest/reference/scaledobject-spec/"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from aicost_iac.rules.findings import Path
from aicost_iac.rules.reading.promql import Query, read_query
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.world import Subject

# What KEDA takes where nothing is written.
MIN_REPLICAS = 0
MAX_REPLICAS = 100


@dataclass(frozen=True)
class Trigger:
    """One trigger; `metadata` holds text even for numbers."""

    block: Block

    @property
    def type(self) -> str:
        return self.block.text("type") or ""

    @property
    def metadata(self) -> Block:
        return self.block.block("metadata")

    @property
    def average_value(self) -> bool | None:
        """Whether demand is metric / threshold, whatever number of pods runs: the default. None is unknown."""
        kind = self.block.text("metricType")
        return kind == "AverageValue" if kind else (True if self.block.absent("metricType") else None)

    @cached_property
    def query(self) -> Query | None:
        """The Prometheus query, None where there is none or it is unknown."""
        text = self.metadata.text("query")
        return read_query(text) if self.type == "prometheus" and text else None

    @property
    def activation(self) -> tuple[str, float] | None:
        """The value above which the trigger wakes a target from zero, and its name; None where unknown."""
        keys = [key for key in self.metadata.body if key.startswith("activation")]
        if not keys:
            return "", 0.0
        value = self.metadata.number(keys[0])
        return None if value is None else (keys[0], value)


@dataclass(frozen=True)
class Scaling:
    """A ScaledObject."""

    subject: Subject

    @cached_property
    def spec(self) -> Block:
        return Block(self.subject.body).block("spec")

    @cached_property
    def triggers(self) -> tuple[Trigger, ...]:
        return tuple(Trigger(each) for each in self.spec.blocks("triggers"))

    @property
    def to_zero(self) -> bool:
        """Whether the target certainly goes to zero while no trigger is active."""
        return 0 in (self.least, self.spec.whole("idleReplicaCount"))

    @property
    def zero_path(self) -> Path:
        """What makes it go to zero."""
        idle = self.spec.whole("idleReplicaCount") == 0
        key = "idleReplicaCount" if idle else "minReplicaCount"
        return self.spec.path if self.spec.absent(key) else self.spec.at(key)

    @property
    def most(self) -> int | None:
        """`maxReplicaCount`, None when unknown."""
        return MAX_REPLICAS if self.spec.absent("maxReplicaCount") else self.spec.whole("maxReplicaCount")

    @property
    def least(self) -> int | None:
        return MIN_REPLICAS if self.spec.absent("minReplicaCount") else self.spec.whole("minReplicaCount")

    @property
    def computed(self) -> bool:
        """Whether a formula of the author's stands between the triggers and the demand."""
        return not self.spec.block("advanced").absent("scalingModifiers")

    def fallback_wakes(self, trigger: Trigger) -> bool:
        """Whether an empty result may wake the target: a failing read counts as active where there is a fallback."""
        failing = (
            not trigger.metadata.absent("ignoreNullValues") and trigger.metadata.flag("ignoreNullValues") is not True
        )
        return failing and not self.spec.absent("fallback")
