"""SERVE005: an update that needs the GPUs twice."""

from __future__ import annotations

import math
from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading import bills
from aicost_iac.rules.reading.pods import Pods, pods_of
from aicost_iac.rules.reading.values import Block, whole
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

# What Kubernetes takes where nothing is written.
_SURGE = "25%"


@rule(
    "SERVE005",
    "rollout-needs-more-gpus",
    severity="warning",
    group="money",
    reads=("Deployment",),
    source="https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment",
    folded=True,
)
def rollout_needs_more_gpus(subject: Subject, world: World) -> Iterator[Told]:
    """A Deployment on GPUs that starts new pods before it stops old ones.

    What happens: `maxSurge` is 25 % where nothing is written, rounded up, and `maxUnavailable` 25 %, rounded down: one
    replica is updated by a second one beside it. Without free GPUs the rollout hangs, or a node is bought for it.

    Why it costs: as many GPUs again as the surge holds, for as long as a model takes to load.

    Bad:

    ```yaml
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: chat}
    spec:
      replicas: 1
      template:
        spec:
          containers:
            - {name: server, image: "vllm/vllm-openai:v0.11.0", resources: {limits: {nvidia.com/gpu: 2}}}
    ```

    Good:

    ```yaml
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: chat}
    spec:
      replicas: 1
      strategy: {type: Recreate}
      template:
        spec:
          containers:
            - {name: server, image: "vllm/vllm-openai:v0.11.0", resources: {limits: {nvidia.com/gpu: 2}}}
    ```
    """
    spec = Block(subject.body).block("spec")
    strategy = spec.block("strategy")
    rolling = strategy.absent("type") or strategy.text("type") == "RollingUpdate"
    # A count that somebody else sets is unknown; an omitted one is 1.
    replicas = 1 if spec.absent("replicas") else spec.whole("replicas")
    update = strategy.block("rollingUpdate")
    if not rolling or not replicas or not update.absent("maxSurge"):
        return
    surge = _share(_SURGE, replicas)
    for template in pods_of(subject, world):
        if template.gpus:
            yield Told(
                strategy.path if strategy.body else spec.path,
                f"an update starts {surge} more pod{'s' if surge > 1 else ''} of {template.gpus} "
                f"GPU{'s' if template.gpus > 1 else ''} before an old one stops{_price(template, surge, world)}",
                "strategy: {type: Recreate}, or rollingUpdate: {maxSurge: 0, maxUnavailable: 1}",
            )


def _share(written: str, replicas: int) -> int:
    return math.ceil(replicas * (whole(written.rstrip("%")) or 0) / 100)


def _price(template: Pods, surge: int, world: World) -> str:
    hour = bills.gpu_hour(template, world)
    return f", {hour.times(surge * template.gpus)} while it lasts" if hour else ""
