"""NODE006: a brake that stays on."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.pods import pods_of
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_KEEP = "karpenter.sh/do-not-disrupt"


@rule(
    "NODE006",
    "service-is-never-moved",
    severity="warning",
    group="money",
    reads=("Deployment", "StatefulSet"),
    source="https://github.com/kubernetes-sigs/karpenter/issues/2855",
)
def service_is_never_moved(subject: Subject, world: World) -> Iterator[Told]:
    """`karpenter.sh/do-not-disrupt` on a service that runs for ever.

    What happens: the annotation is for work that ends. On the pods of a Deployment it keeps Karpenter from ever
    consolidating their node, also when a scaled-in service leaves one pod on a machine for eight.

    Why it costs: half-empty GPU nodes for as long as the service lives.

    Bad:

    ```yaml
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: chat, namespace: serving}
    spec:
      template:
        metadata:
          labels: {app: chat}
          annotations: {karpenter.sh/do-not-disrupt: "true"}
        spec:
          containers:
            - name: server
              image: vllm/vllm-openai:v0.11.0
              resources: {limits: {nvidia.com/gpu: 1}}
    ```

    Good:

    ```yaml
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: chat, namespace: serving}
    spec:
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
    for template in pods_of(subject, world):
        annotations = template.block.block("metadata", "annotations")
        if template.wants_gpu and annotations.text(_KEEP) == "true":
            yield Told(
                annotations.at(_KEEP),
                "the nodes of these pods are never consolidated, however empty they become",
                "remove it, and protect the service with a PodDisruptionBudget",
            )
