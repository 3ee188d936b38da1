"""GPU005: GPUs taken past the counter."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.pods import WORKLOADS, pods_of
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_NAME = "NVIDIA_VISIBLE_DEVICES"
_NOTHING = ("void", "none", "")


@rule(
    "GPU005",
    "visible-devices-override",
    severity="warning",
    group="broken",
    reads=WORKLOADS,
    source="https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/docker-specialized.html",
)
def visible_devices_override(subject: Subject, world: World) -> Iterator[Told]:
    """A pod sets `NVIDIA_VISIBLE_DEVICES` itself.

    What happens: the device plugin tells a container which GPUs it got by that variable. A value of the pod's own takes
    its place: the container sees GPUs that were given to others, and the scheduler counts none of it. Without a GPU
    request it is the only thing that gives it a GPU at all.

    Why it costs: two workloads on one GPU run out of memory in turns, and a GPU that looks free is taken.

    Bad:

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
              image: registry.example/ranker:2
              resources: {limits: {memory: 16Gi}}
              env: [{name: NVIDIA_VISIBLE_DEVICES, value: all}]
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
              image: registry.example/ranker:2
              resources: {limits: {nvidia.com/gpu: 1}}
    ```
    """
    for template in pods_of(subject, world):
        for container in template.containers if subject.kind != "DaemonSet" else ():
            for name, value, path in container.env():
                if name == _NAME and value not in _NOTHING:
                    asks = container.gpus != 0 or any(container.slices)
                    said = (
                        "replaces what the device plugin says"
                        if asks
                        else "is its only claim to a GPU, and nobody counts it"
                    )
                    yield Told(
                        path,
                        f"{_NAME}={value} of container {container.name!r} {said}: it sees GPUs it was not given",
                        f"remove it{'' if asks else ', and ask for nvidia.com/gpu: 1 in limits'}",
                        part=container.name,
                        severity=None if asks else "error",
                    )
