"""KEDA005: a ScaledObject without its target."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from aicost_iac.errors import did_you_mean
from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.scaling import Scaling
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World, missing

_SCALED = ("Deployment", "StatefulSet")
# Namespaces that a message names.
_ENOUGH = 5


@rule(
    "KEDA005",
    "target-not-in-namespace",
    severity="error",
    group="broken",
    reads=("ScaledObject",),
    source="https://keda.sh/docs/latest/reference/scaledobject-spec/#scaletargetref",
)
def target_not_in_namespace(subject: Subject, world: World) -> Iterator[Told]:
    """A ScaledObject names a workload that its namespace does not hold.

    What happens: `scaleTargetRef` is looked up in the ScaledObject's own namespace. Without a target there it never
    becomes ready, and nothing is scaled; what runs elsewhere under that name keeps its count.

    Why it costs: the GPUs of the real workload are not scaled in, however idle they are.

    Bad:

    ```yaml
    apiVersion: keda.sh/v1alpha1
    kind: ScaledObject
    metadata: {name: chat, namespace: autoscaling}
    spec:
      scaleTargetRef: {name: chat}
      minReplicaCount: 1
      maxReplicaCount: 4
      triggers: [{type: cron, metadata: {timezone: UTC, start: 0 8 * * *, end: 0 18 * * *, desiredReplicas: "2"}}]
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: chat, namespace: serving}
    spec: {}
    ```

    Good:

    ```yaml
    apiVersion: keda.sh/v1alpha1
    kind: ScaledObject
    metadata: {name: chat, namespace: serving}
    spec:
      scaleTargetRef: {name: chat}
      minReplicaCount: 1
      maxReplicaCount: 4
      triggers: [{type: cron, metadata: {timezone: UTC, start: 0 8 * * *, end: 0 18 * * *, desiredReplicas: "2"}}]
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: chat, namespace: serving}
    spec: {}
    ```
    """
    target = Scaling(subject).spec.block("scaleTargetRef")
    kind = target.text("kind") or "Deployment"
    name = target.text("name")
    if name is None or kind not in _SCALED or any(world.named(kind, name, subject.namespace)):
        return
    place = f"namespace {subject.namespace!r}" if subject.namespace else "this set"
    elsewhere = sorted({each.namespace or "" for each in islice(world.named(kind, name), _ENOUGH)})
    message = f"there is no {kind} {name!r} in {place}: nothing is scaled"
    path = target.at("name")
    if elsewhere:
        fix = f"put the ScaledObject into the namespace of its target, {', '.join(map(repr, elsewhere))}"
        yield Told(path, message, fix)
        return
    hint = (
        did_you_mean(name, world.hints(kind, subject.namespace))
        or "name a workload of the ScaledObject's own namespace"
    )
    yield missing(world, path, message, hint, owner=any(world.of(*_SCALED)))
