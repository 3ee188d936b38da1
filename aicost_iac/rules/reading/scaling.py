"""KEDA's ScaledObjects. https://keda.sh/docs/latest/reference/scaledobject-spec/"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from aicost_iac.rules.findings import Path
from aicost_iac.rules.reading.pods import Pods, pods_of
from aicost_iac.rules.reading.promql import Query, read_query
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.world import Subject, World

# What KEDA takes where nothing is written.
MIN_REPLICAS = 0
MAX_REPLICAS = 100
_VERSION = re.compile(r"v?(\d+)\.(\d+)")
# Scalers that count things waiting.
QUEUES = frozenset({
    "activemq", "apache-kafka", "artemis-queue", "aws-sqs-queue", "azure-queue", "azure-servicebus", "beanstalkd",
    "gcp-cloudtasks", "gcp-pubsub", "ibmmq", "kafka", "nats-jetstream", "nsq", "pulsar", "rabbitmq", "redis",
    "redis-cluster", "redis-sentinel", "redis-streams", "solace-event-queue", "temporal",
})  # fmt: skip


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
    def written_most(self) -> int | None:
        """A maximum that somebody chose: the default of 100 is nobody's price."""
        return self.spec.whole("maxReplicaCount")

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

    @property
    def pinned(self) -> bool:
        """Whether at least one pod certainly stays."""
        return bool(self.least) and self.spec.absent("idleReplicaCount")

    def targets(self, world: World) -> tuple[Subject, ...]:
        """The workloads of the world that it scales."""
        target = self.spec.block("scaleTargetRef")
        name = target.text("name")
        return (
            ()
            if name is None
            else tuple(world.named(target.text("kind") or "Deployment", name, self.subject.namespace))
        )

    def pods(self, world: World) -> tuple[Pods, ...]:
        """The pods that it scales, as far as the world shows them."""
        return tuple(template for target in self.targets(world) for template in pods_of(target, world))


def target_of(autoscaler: Subject) -> tuple[str, str] | None:
    """Kind and name of what a ScaledObject or an HPA scales, None where they are unknown."""
    target = Block(autoscaler.body).block("spec", "scaleTargetRef")
    kind = "Deployment" if target.absent("kind") else target.text("kind")
    name = target.text("name")
    return (kind, name) if kind and name else None


def autoscalers(kind: str, name: str, namespace: str | None, world: World) -> tuple[Subject, ...]:
    """The ScaledObjects and then the HPAs that scale a workload, or may: see `may_share`."""
    placed = world.once(_autoscalers).get((kind, name), {})
    places = placed if namespace is None else (namespace, None)
    return tuple(each for _, each in sorted((pair for place in places for pair in placed.get(place, ())), key=_order))


def _autoscalers(world: World) -> Mapping[tuple[str, str], Mapping[str | None, list[tuple[int, Subject]]]]:
    """By kind and name of their target, then by namespace; with their places among all of them."""
    found: dict[tuple[str, str], dict[str | None, list[tuple[int, Subject]]]] = {}
    for index, each in enumerate(world.of("ScaledObject", "HorizontalPodAutoscaler")):
        if target := target_of(each):
            found.setdefault(target, {}).setdefault(each.namespace, []).append((index, each))
    return found


def _order(placed: tuple[int, Subject]) -> int:
    return placed[0]


def keda_version(world: World) -> tuple[int, int] | None:
    """Major and minor of the cluster's KEDA, None where nobody said it."""
    found = _VERSION.match(world.facts.cluster.keda_version or "")
    return (int(found[1]), int(found[2])) if found else None
