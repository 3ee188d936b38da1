"""GPU004: seats without passengers."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading import bills
from aicost_iac.rules.reading.pods import GPU, WORKLOADS, pods_of
from aicost_iac.rules.reading.processes import CLUSTERED, processes
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World


@rule(
    "GPU004",
    "processes-do-not-match-gpus",
    severity="error",
    group="money",
    reads=WORKLOADS,
    source="https://docs.vllm.ai/en/latest/serving/parallelism_scaling.html",
)
def processes_do_not_match_gpus(subject: Subject, world: World) -> Iterator[Told]:
    """A container starts fewer processes than it has GPUs, or more.

    What happens: vLLM and SGLang use one GPU unless they are told `--tensor-parallel-size` (times pipeline and data
    parallelism), torchrun starts `--nproc-per-node` processes, one per GPU. Fewer than the GPUs of the container leave
    the others idle; more of them crash at the start, on one node.

    Why it costs: idle GPUs cost as much as busy ones.

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
              image: vllm/vllm-openai:v0.11.0
              args: [--model, Qwen/Qwen2.5-7B-Instruct]
              resources: {limits: {nvidia.com/gpu: 4}}
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
          volumes: [{name: shm, emptyDir: {medium: Memory, sizeLimit: 8Gi}}]
          containers:
            - name: server
              image: vllm/vllm-openai:v0.11.0
              args: [--model, Qwen/Qwen2.5-7B-Instruct, --tensor-parallel-size, "4"]
              resources: {limits: {nvidia.com/gpu: 4}}
              volumeMounts: [{name: shm, mountPath: /dev/shm}]
    ```
    """
    for template in pods_of(subject, world):
        for container in template.running if subject.kind not in CLUSTERED else ():
            found, gpus = processes(container), container.gpus
            if found is None or not gpus or found.count == gpus:
                continue
            idle = gpus - found.count
            what = f"{idle} of them idle" if idle > 0 else "it crashes when it starts"
            yield Told(
                found.path or container.block.block("resources", "limits").at(GPU),
                f"container {container.name!r} has {gpus} GPUs and starts {found.count} "
                f"process{'es' if found.count > 1 else ''} ({found.said}): {what}",
                f"{found.flag} {gpus}, or {GPU}: {found.count}",
                cost=bills.of_gpus(idle * template.replicas, template, world),
                part=container.name,
            )
