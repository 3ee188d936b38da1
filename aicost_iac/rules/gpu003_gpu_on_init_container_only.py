"""GPU003: a GPU for the one who leaves first."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading import bills
from aicost_iac.rules.reading.pods import WORKLOADS, pods_of
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World


@rule(
    "GPU003",
    "gpu-on-init-container-only",
    severity="error",
    group="money",
    reads=WORKLOADS,
    source="https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers",
)
def gpu_on_init_container_only(subject: Subject, world: World) -> Iterator[Told]:
    """Only an init container asks for a GPU.

    What happens: a pod holds what its containers ask for, init containers included, for as long as it lives. The init
    container ends, the main one has no GPU, and nobody else gets it.

    Why it costs: a GPU that is used for some seconds and paid for until the pod goes.

    Bad:

    ```yaml
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: chat, namespace: serving}
    spec:
      template:
        metadata: {labels: {app: chat}}
        spec:
          nodeSelector: {nvidia.com/gpu.product: NVIDIA-L40S}
          initContainers:
            - name: warm-up
              image: registry.example/warm-up:2
              resources: {limits: {nvidia.com/gpu: 1}}
          containers:
            - name: server
              image: vllm/vllm-openai:v0.11.0
              resources: {limits: {memory: 16Gi}}
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
          nodeSelector: {nvidia.com/gpu.product: NVIDIA-L40S}
          initContainers:
            - name: warm-up
              image: registry.example/warm-up:2
          containers:
            - name: server
              image: vllm/vllm-openai:v0.11.0
              resources: {limits: {nvidia.com/gpu: 1}}
    ```
    """
    for template in pods_of(subject, world):
        early = [each for each in template.containers if each.init and (each.gpus or any(each.slices))]
        if not early or any(each.gpus != 0 or any(each.slices) for each in template.running):
            continue
        yield Told(
            early[0].block.at("resources"),
            f"only init container {early[0].name!r} asks for a GPU: the pod holds it for life and does not use it",
            "ask for it in the container that computes",
            cost=bills.of_container(early[0], template, world),
            part=early[0].name,
        )
