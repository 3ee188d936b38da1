"""GPU008: two tickets for one seat."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.device_plugin import SLICED, sharings
from aicost_iac.rules.reading.pods import WORKLOADS, pods_of
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World


@rule(
    "GPU008",
    "time-sliced-twice",
    severity="warning",
    group="money",
    reads=WORKLOADS,
    source="https://docs.nvidia.com/datacenter/cloud-native/gpu-operator/latest/gpu-sharing.html",
)
def time_sliced_twice(subject: Subject, world: World) -> Iterator[Told]:
    """A container asks for several replicas of a GPU that is shared by time-slicing.

    What happens: with time-slicing a GPU is advertised as many; two of them may be the same GPU and are never twice the
    compute. With `failRequestsGreaterThanOne` the pod fails on admission; without it the container just takes a share
    from others.

    Why it costs: shares that somebody else could have used.

    Bad:

    ```yaml
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: device-plugin, namespace: gpu-operator}
    data:
      default: |
        version: v1
        sharing:
          timeSlicing:
            failRequestsGreaterThanOne: true
            resources: [{name: nvidia.com/gpu, replicas: 4}]
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: embedder}
    spec:
      containers:
        - name: embedder
          image: registry.example/embedder:1.4
          resources: {limits: {nvidia.com/gpu: 2}}
    ```

    Good:

    ```yaml
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: device-plugin, namespace: gpu-operator}
    data:
      default: |
        version: v1
        sharing:
          timeSlicing:
            failRequestsGreaterThanOne: true
            resources: [{name: nvidia.com/gpu, replicas: 4}]
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: embedder}
    spec:
      containers:
        - name: embedder
          image: registry.example/embedder:1.4
          resources: {limits: {nvidia.com/gpu: 1}}
    ```
    """
    shared = {each.advertised: each for each in world.once(sharings) if each.way == SLICED and (each.replicas or 0) > 1}
    for template in pods_of(subject, world):
        for container in template.containers:
            for name, count, path in container.resources:
                if (sharing := shared.get(name)) and count is not None and count > 1:
                    ends = "the pod is refused on its node" if sharing.strict else "that is no more compute than one"
                    yield Told(
                        path,
                        f"container {container.name!r} asks for {count} of {name}, each a share of a GPU: {ends}",
                        f"{name}: 1, or nodes whose GPUs are not shared",
                        part=container.name,
                        # Nodes whose GPUs are whole call them by the same name.
                        severity="warning" if name == sharing.resource else None,
                    )
