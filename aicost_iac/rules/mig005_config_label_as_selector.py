"""MIG005: pods that follow a wish instead of a fact."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.mig_layouts import LABEL
from aicost_iac.rules.reading.placement import demands
from aicost_iac.rules.reading.pods import WORKLOADS, pods_of
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World


@rule(
    "MIG005",
    "mig-config-label-as-selector",
    severity="error",
    group="broken",
    reads=WORKLOADS,
    source="https://github.com/NVIDIA/gpu-operator/issues/2670",
)
def config_label_as_selector(subject: Subject, world: World) -> Iterator[Told]:
    """A pod selects nodes by `nvidia.com/mig.config`.

    What happens: that label is what an administrator wants, not what the GPU is. It is there before the GPU is cut, so
    a pod may take the whole GPU and keep mig-manager from cutting it; and it stays when the cutting failed.

    Why it costs: a whole GPU works for a pod that needs a seventh of it, or stands cut wrongly while pods wait.

    Bad:

    ```yaml
    apiVersion: v1
    kind: Pod
    metadata: {name: embedder}
    spec:
      nodeSelector: {nvidia.com/mig.config: all-1g.10gb}
      containers:
        - name: embedder
          image: registry.example/embedder:1.4
          resources: {limits: {nvidia.com/mig-1g.10gb: 1}}
    ```

    Good:

    ```yaml
    apiVersion: v1
    kind: Pod
    metadata: {name: embedder}
    spec:
      nodeSelector: {nvidia.com/mig.config.state: success}
      containers:
        - name: embedder
          image: registry.example/embedder:1.4
          resources: {limits: {nvidia.com/mig-1g.10gb: 1}}
    ```
    """
    for template in pods_of(subject, world):
        for demand in demands(template):
            if demand.key == LABEL and demand.wants_label:
                yield Told(
                    demand.path,
                    f"nodes are selected by {LABEL}, the layout somebody wants: it is set before the GPU is cut and "
                    "stays when that fails",
                    "the resource nvidia.com/mig-<profile> is enough; to pin, use nvidia.com/mig.config.state: success",
                )
