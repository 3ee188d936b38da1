"""SERVE009: open before the shelves are full."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.pods import JOBS, WORKLOADS, pods_of
from aicost_iac.rules.reading.servers import is_rank, server
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World


@rule(
    "SERVE009",
    "model-server-is-ready-at-once",
    severity="warning",
    group="hygiene",
    reads=WORKLOADS,
    source="https://docs.vllm.ai/en/latest/deployment/k8s.html",
)
def model_server_is_ready_at_once(subject: Subject, world: World) -> Iterator[Told]:
    """A model server without a readiness probe.

    What happens: a pod without a readiness probe is ready as soon as its process runs: requests reach a server that
    loads its model for some minutes, and fail. A rollout counts it as done and stops the old one.

    Why it costs: errors after each start, and a rollout that takes the service down.

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
              resources: {limits: {nvidia.com/gpu: 1}}
              readinessProbe: {httpGet: {path: /health, port: 8000}}
    ```
    """
    for template in pods_of(subject, world):
        for container in template.running if subject.kind not in JOBS else ():
            wanted = server(container)
            if wanted is not None and container.block.absent("readinessProbe") and not is_rank(container):
                message = f"{wanted.name} in container {container.name!r} is ready before its model is loaded"
                yield Told(
                    container.block.path,
                    message,
                    "readinessProbe: {httpGet: {path: /health, port: ...}}",
                    part=container.name,
                )
