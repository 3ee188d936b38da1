"""MIG015: a name that is not spoken there."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.flavours import flavour
from aicost_iac.rules.reading.gpu_operator import operators
from aicost_iac.rules.reading.pods import WORKLOADS, pods_of
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World


@rule(
    "MIG015",
    "mig-resource-on-gke",
    severity="error",
    group="broken",
    reads=WORKLOADS,
    source="https://cloud.google.com/kubernetes-engine/docs/how-to/gpus-multi",
)
def mig_resource_on_gke(subject: Subject, world: World) -> Iterator[Told]:
    """A pod asks for `nvidia.com/mig-*` on GKE.

    What happens: the device plugin of GKE advertises slices as `nvidia.com/gpu`, one size per pool
    (`gpuPartitionSize`), which pods choose by the label `cloud.google.com/gke-gpu-partition-size`. Names like
    `nvidia.com/mig-1g.10gb` come from NVIDIA's own plugin, which runs there only where somebody installs the GPU
    operator instead.

    Why it costs: the pods stay Pending, and the pool was created for them.

    Bad:

    ```yaml
    apiVersion: v1
    kind: Pod
    metadata: {name: embedder}
    spec:
      containers:
        - name: embedder
          image: registry.example/embedder:1.4
          resources: {limits: {nvidia.com/mig-1g.10gb: 1}}
      nodeSelector: {cloud.google.com/gke-accelerator: nvidia-h100-80gb}
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
          resources: {limits: {nvidia.com/gpu: 1}}
      nodeSelector:
        cloud.google.com/gke-accelerator: nvidia-h100-80gb
        cloud.google.com/gke-gpu-partition-size: 1g.10gb
    ```
    """
    for template in pods_of(subject, world):
        for container in template.containers:
            for name, _, path in container.slices:
                if flavour(template, world) == "gke" and not world.once(operators):
                    yield Told(
                        path,
                        f"GKE's device plugin advertises no {name}: container {container.name!r} stays Pending",
                        "nvidia.com/gpu: 1 and nodeSelector cloud.google.com/gke-gpu-partition-size: <profile>",
                        part=container.name,
                    )
