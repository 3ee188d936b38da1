"""SERVE011: one key, two doors."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.pods import JOBS, Pods, all_pods
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World, may_share

_SHARED = frozenset({"ReadOnlyMany", "ReadWriteMany"})


@rule(
    "SERVE011",
    "volume-of-one-node",
    severity="warning",
    group="broken",
    reads=("PersistentVolumeClaim",),
    source="https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes",
)
def volume_of_one_node(subject: Subject, world: World) -> Iterator[Told]:
    """Pods on several nodes share a volume that only one node may mount.

    What happens: a claim with `ReadWriteOnce` is attached to one node at a time. The second replica, or the second
    workload, on another node stays in ContainerCreating ("Multi-Attach error"), on a GPU it already holds; on one node
    they may share it. `ReadWriteMany` (EFS, FSx) or `ReadOnlyMany` is what models are shared by.

    Why it costs: GPUs that are scheduled, billed, and never start.

    Bad:

    ```yaml
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: chat, namespace: serving}
    spec:
      replicas: 2
      template:
        metadata: {labels: {app: chat}}
        spec:
          volumes: [{name: models, persistentVolumeClaim: {claimName: models}}]
          containers:
            - name: server
              image: vllm/vllm-openai:v0.11.0
              resources: {limits: {nvidia.com/gpu: 1}}
    ---
    apiVersion: v1
    kind: PersistentVolumeClaim
    metadata: {name: models, namespace: serving}
    spec:
      accessModes: [ReadWriteOnce]
      resources: {requests: {storage: 200Gi}}
    ```

    Good:

    ```yaml
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: chat, namespace: serving}
    spec:
      replicas: 2
      template:
        metadata: {labels: {app: chat}}
        spec:
          volumes: [{name: models, persistentVolumeClaim: {claimName: models}}]
          containers:
            - name: server
              image: vllm/vllm-openai:v0.11.0
              resources: {limits: {nvidia.com/gpu: 1}}
    ---
    apiVersion: v1
    kind: PersistentVolumeClaim
    metadata: {name: models, namespace: serving}
    spec:
      accessModes: [ReadWriteMany]
      resources: {requests: {storage: 200Gi}}
    ```
    """
    spec = Block(subject.body).block("spec")
    modes = {text for _, text in spec.texts("accessModes")}
    if not modes or modes & _SHARED:
        return
    users = [
        pods
        for pods in world.once(_by_claim).get(subject.name, ())
        if may_share(pods.subject.namespace, subject.namespace)
    ]
    count = sum(1 if pods.subject.kind in JOBS else pods.replicas for pods in users)
    if count > 1 and any(pods.wants_gpu for pods in users):
        names = sorted({pods.subject.name for pods in users})
        yield Told(
            spec.at("accessModes"),
            f"{count} pods of {', '.join(names)} use it, and {', '.join(sorted(modes))} is for one node",
            "accessModes: [ReadWriteMany] on a storage class that has it (EFS, FSx), or ReadOnlyMany",
            severity="error" if modes == {"ReadWriteOncePod"} else None,
        )


def _by_claim(world: World) -> dict[str, list[Pods]]:
    """The pods that mount each claim, by its name."""
    found: dict[str, list[Pods]] = {}
    for template in world.once(all_pods):
        for volume in template.spec.blocks("volumes"):
            if name := volume.block("persistentVolumeClaim").text("claimName"):
                found.setdefault(name, []).append(template)
    return found
