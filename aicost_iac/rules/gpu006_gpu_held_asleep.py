"""GPU006: a bed kept warm."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading import bills
from aicost_iac.rules.reading.pods import Container, pods_of
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_ASLEEP = re.compile(
    r"(\bsleep\s+(inf(inity)?|\d{4,}s?|\d+[hd])|\btail\s+-[fF]\s+/dev/null"
    r"|\bwhile\s+(true|:)\s*;?\s*do\s+sleep\s+\d+\w?\s*;\s*done)\s*;?\s*$"
)


@rule(
    "GPU006",
    "gpu-held-asleep",
    severity="warning",
    group="money",
    reads=("Deployment", "Pod", "StatefulSet"),
    source="https://kubernetes.io/docs/tasks/manage-gpus/scheduling-gpus/",
)
def gpu_held_asleep(subject: Subject, world: World) -> Iterator[Told]:
    """A container with a GPU sleeps.

    What happens: `sleep infinity`, `tail -f /dev/null` or a loop of sleeps keeps a container alive so that somebody can
    `kubectl exec` into it. The GPU is taken all the while; a node that nobody uses looks busy to every autoscaler.

    Why it costs: the price of the GPU day and night, for some hours of work.

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
          containers:
            - name: server
              image: nvcr.io/nvidia/pytorch:25.04-py3
              command: [sh, -c, "sleep infinity"]
              resources: {limits: {nvidia.com/gpu: 1}}
    ```

    Good:

    ```yaml
    apiVersion: batch/v1
    kind: Job
    metadata: {name: train}
    spec:
      activeDeadlineSeconds: 28800
      backoffLimit: 0
      ttlSecondsAfterFinished: 3600
      template:
        spec:
          restartPolicy: Never
          containers:
            - name: train
              image: registry.example/train:7
              resources: {limits: {nvidia.com/gpu: 1}}
    ```
    """
    for template in pods_of(subject, world):
        for container in template.running:
            script = " ".join(container.words)
            if (container.gpus or any(container.slices)) and _ASLEEP.search(script):
                yield Told(
                    container.block.at("args" if container.block.absent("command") else "command"),
                    f"container {container.name!r} holds {_held(container)} and sleeps",
                    "a Job with a deadline, or a notebook server that is stopped when it is idle",
                    cost=bills.of_container(container, template, world),
                    part=container.name,
                )


def _held(container: Container) -> str:
    slices = [name for name, _, _ in container.slices]
    return ", ".join(slices) or f"{container.gpus} GPU{'s' if (container.gpus or 0) > 1 else ''}"
