"""SERVE014: open to the whole cluster."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.pods import JOBS, WORKLOADS, Container, pods_of
from aicost_iac.rules.reading.servers import SGLANG, VLLM, has_key, is_rank, server
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_OPEN = (SGLANG, VLLM)


@rule(
    "SERVE014",
    "model-server-without-key",
    severity="warning",
    group="security",
    reads=WORKLOADS,
    source="https://docs.vllm.ai/en/latest/usage/security.html",
    folded=True,
)
def model_server_without_key(subject: Subject, world: World) -> Iterator[Told]:
    """A model server that asks nobody for a key.

    What happens: without `--api-key` (or `VLLM_API_KEY`) and without a NetworkPolicy every pod of the cluster may use
    the server: a batch of another team takes the GPU of a service, and its cost is in nobody's name.

    Why it costs: GPU time of one team on the bill of another.

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
              args: [--model, Qwen/Qwen2.5-7B-Instruct]
              resources: {limits: {nvidia.com/gpu: 1}}
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
              image: vllm/vllm-openai:v0.11.0
              args: [--model, Qwen/Qwen2.5-7B-Instruct]
              resources: {limits: {nvidia.com/gpu: 1}}
              env: [{name: VLLM_API_KEY, valueFrom: {secretKeyRef: {name: chat, key: api-key}}}]
    ```
    """
    for template in pods_of(subject, world):
        if any(world.around("NetworkPolicy", subject.namespace)):
            return
        for container in template.running if subject.kind not in JOBS else ():
            if server(container) in _OPEN and not _guarded(container):
                yield Told(
                    container.block.path,
                    f"container {container.name!r} answers every pod of the cluster",
                    "--api-key from a Secret, or a NetworkPolicy for its pods",
                    part=container.name,
                )


def _guarded(container: Container) -> bool:
    """Whether it asks for a key, may do so, or answers nobody."""
    return has_key(container) or container.arguments.unsure or is_rank(container)
