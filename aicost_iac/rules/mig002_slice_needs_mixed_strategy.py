"""MIG002: MIG slices by name, on a cluster that does not advertise them by name."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.gpu_operator import strategy
from aicost_iac.rules.reading.pods import WORKLOADS, pods_of
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World


@rule(
    "MIG002",
    "mig-slice-needs-mixed-strategy",
    severity="error",
    group="broken",
    reads=WORKLOADS,
    source="https://docs.nvidia.com/datacenter/cloud-native/gpu-operator/latest/gpu-operator-mig.html",
)
def slice_needs_mixed_strategy(subject: Subject, world: World) -> Iterator[Told]:
    """A pod asks for `nvidia.com/mig-*` where the MIG strategy is not `mixed`.

    What happens: the device plugin advertises slices under their own names with strategy `mixed` only. With `single`,
    the GPU operator's default, they are called `nvidia.com/gpu`; with `none` they are not advertised at all. The pod
    stays Pending.

    Why it costs: the GPU nodes wait with it, and are billed.

    Bad:

    ```yaml
    apiVersion: nvidia.com/v1
    kind: ClusterPolicy
    metadata: {name: cluster-policy}
    spec:
      mig: {strategy: single}
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: embedder}
    spec:
      containers:
        - name: embedder
          image: registry.example/embedder:1.4
          resources: {limits: {nvidia.com/mig-1g.10gb: 1}}
    ```

    Good:

    ```yaml
    apiVersion: nvidia.com/v1
    kind: ClusterPolicy
    metadata: {name: cluster-policy}
    spec:
      mig: {strategy: mixed}
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: embedder}
    spec:
      containers:
        - name: embedder
          image: registry.example/embedder:1.4
          resources: {limits: {nvidia.com/mig-1g.10gb: 1}}
    ```
    """
    said = strategy(world)
    if said in (None, "mixed"):
        return
    for template in pods_of(subject, world):
        for container in template.containers:
            for name, _, path in container.slices:
                yield Told(
                    path,
                    f"container {container.name!r} asks for {name}, which a cluster with MIG strategy {said!r} never "
                    "advertises: the pod stays Pending",
                    "set the strategy to mixed (mig.strategy of the GPU operator), or ask for nvidia.com/gpu: 1",
                    part=container.name,
                )
