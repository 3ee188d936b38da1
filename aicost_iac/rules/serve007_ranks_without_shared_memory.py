"""SERVE007: a corridor 64 MB wide."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading import bills
from aicost_iac.rules.reading.pods import WORKLOADS, pods_of
from aicost_iac.rules.reading.processes import processes
from aicost_iac.rules.reading.servers import server
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World


@rule(
    "SERVE007",
    "ranks-without-shared-memory",
    severity="warning",
    group="broken",
    reads=WORKLOADS,
    source="https://docs.vllm.ai/en/latest/deployment/k8s.html",
)
def ranks_without_shared_memory(subject: Subject, world: World) -> Iterator[Told]:
    """A model server with several ranks and the `/dev/shm` of a plain container.

    What happens: the ranks of a tensor-parallel server talk through shared memory, of which a container has 64 MB. NCCL
    fails, or the workers hang, when it is full. An `emptyDir` of medium Memory at `/dev/shm` makes room; it counts
    against the memory limit, so give it a `sizeLimit`.

    Why it costs: several GPUs in a crash loop, or waiting for a message that does not arrive.

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
              image: vllm/vllm-openai:v0.11.0
              args: [--model, Qwen/Qwen2.5-72B-Instruct-AWQ, --tensor-parallel-size, "2"]
              resources: {limits: {nvidia.com/gpu: 2}}
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
          volumes: [{name: shm, emptyDir: {medium: Memory, sizeLimit: 8Gi}}]
          containers:
            - name: server
              image: vllm/vllm-openai:v0.11.0
              args: [--model, Qwen/Qwen2.5-72B-Instruct-AWQ, --tensor-parallel-size, "2"]
              resources: {limits: {nvidia.com/gpu: 2}}
              volumeMounts: [{name: shm, mountPath: /dev/shm}]
    ```
    """
    for template in pods_of(subject, world):
        for container in template.running if template.spec.flag("hostIPC") is not True else ():
            found = processes(container) if server(container) is not None else None
            mounts = [each.text("mountPath") for each in container.block.blocks("volumeMounts")]
            if found is None or found.count < 2 or not found.path or None in mounts or "/dev/shm" in mounts:
                continue
            if container.block.unsure("volumeMounts") and not mounts:
                continue
            yield Told(
                found.path,
                f"{found.count} ranks share the 64 MB of /dev/shm that a container has",
                "volumes: [{name: shm, emptyDir: {medium: Memory, sizeLimit: 8Gi}}], mounted at /dev/shm",
                cost=bills.of_pods(template, world),
                part=container.name,
            )
