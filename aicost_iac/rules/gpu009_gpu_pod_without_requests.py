"""GPU009: a guest without a bed."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.pods import WORKLOADS, pods_of
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World


@rule(
    "GPU009",
    "gpu-pod-without-requests",
    severity="warning",
    group="hygiene",
    reads=WORKLOADS,
    source="https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/",
)
def gpu_pod_without_requests(subject: Subject, world: World) -> Iterator[Told]:
    """A container with a GPU asks for no CPU or memory.

    What happens: the scheduler puts such a pod on any node with a free GPU, however full it is, and an autoscaler
    chooses the smallest machine with one. When memory runs short the kubelet ends it first.

    Why it costs: a model that is loaded again and again, on a GPU that is billed meanwhile.

    Bad:

    ```yaml
    apiVersion: v1
    kind: Pod
    metadata: {name: embedder}
    spec:
      containers:
        - name: embedder
          image: registry.example/embedder:1.4
          resources: {limits: {nvidia.com/gpu: 1}}
    ```

    Good:

    ```yaml
    apiVersion: v1
    kind: Pod
    metadata: {name: embedder}
    spec:
      containers:
        - name: embedder
          image: registry.example/embedder:1.4
          resources: {limits: {nvidia.com/gpu: 1, memory: 24Gi}, requests: {cpu: "4"}}
    ```
    """
    for template in pods_of(subject, world):
        for container in template.running:
            resources = container.block.block("resources")
            asked = {*resources.block("limits").body, *resources.block("requests").body}
            lacking = [name for name in ("cpu", "memory") if name not in asked]
            if (container.gpus or any(container.slices)) and lacking:
                yield Told(
                    resources.path,
                    f"container {container.name!r} holds a GPU and asks for no {' and no '.join(lacking)}",
                    "requests for cpu and memory: at least what loading the model takes",
                    part=container.name,
                )
