"""SERVE012: nobody may leave."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.scaling import autoscalers
from aicost_iac.rules.reading.services import pods_with
from aicost_iac.rules.reading.values import Block, whole
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World


@rule(
    "SERVE012",
    "nodes-can-not-drain",
    severity="warning",
    group="money",
    reads=("PodDisruptionBudget",),
    source="https://kubernetes.io/docs/tasks/run-application/configure-pdb/",
)
def nodes_can_not_drain(subject: Subject, world: World) -> Iterator[Told]:
    """A disruption budget that never allows an eviction.

    What happens: with `minAvailable` of as many pods as there are, or `maxUnavailable: 0`, no pod may be evicted: a
    node with one of them can not be drained, upgraded or consolidated, by hand or by an autoscaler.

    Why it costs: GPU nodes that stay although their work would fit on fewer.

    Bad:

    ```yaml
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: chat, namespace: serving}
    spec:
      replicas: 2
      template:
        metadata: {labels: {app: chat}}
        spec:
          containers:
            - name: server
              image: vllm/vllm-openai:v0.11.0
              resources: {limits: {nvidia.com/gpu: 1}}
    ---
    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: {name: chat, namespace: serving}
    spec:
      minAvailable: 2
      selector: {matchLabels: {app: chat}}
    ```

    Good:

    ```yaml
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: chat, namespace: serving}
    spec:
      replicas: 2
      template:
        metadata: {labels: {app: chat}}
        spec:
          containers:
            - name: server
              image: vllm/vllm-openai:v0.11.0
              resources: {limits: {nvidia.com/gpu: 1}}
    ---
    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: {name: chat, namespace: serving}
    spec:
      maxUnavailable: 1
      selector: {matchLabels: {app: chat}}
    ```
    """
    spec = Block(subject.body).block("spec")
    least, most = spec.text("minAvailable"), spec.text("maxUnavailable")
    for pods in pods_with(spec.block("selector", "matchLabels").body, subject.namespace, world):
        replicas = Block(pods.subject.body).block("spec").whole("replicas")
        full = least == "100%" or (replicas is not None and (whole(least) or 0) >= replicas > 0)
        if pods.wants_gpu and (full or most in ("0", "0%")):
            key = "minAvailable" if full else "maxUnavailable"
            scaled = autoscalers(pods.subject.kind, pods.subject.name, subject.namespace, world)
            when = f"do not drain while it has {replicas}" if scaled and full and replicas else "never drain"
            yield Told(
                spec.at(key),
                f"{key} {spec.text(key)} lets no pod of {pods.subject.name!r} be evicted: its GPU nodes {when}",
                "maxUnavailable: 1, with two replicas where one has to stay",
            )
            return
