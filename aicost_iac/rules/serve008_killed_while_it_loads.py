"""SERVE008: woken before it slept."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading import bills
from aicost_iac.rules.reading.pods import WORKLOADS, pods_of
from aicost_iac.rules.reading.servers import server
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

# Weights of 15 GB from a local disk take about that long; from a network it takes minutes.
_LEAST = 90


@rule(
    "SERVE008",
    "killed-while-it-loads",
    severity="warning",
    group="money",
    reads=WORKLOADS,
    source="https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/",
)
def killed_while_it_loads(subject: Subject, world: World) -> Iterator[Told]:
    """A model server with a liveness probe that does not wait for the model.

    What happens: without a startup probe the liveness probe begins after `initialDelaySeconds` and gives up after
    `failureThreshold` periods. A server that loads some gigabytes, or compiles its graphs, does not answer in that
    time: it is killed, starts over, and is killed again.

    Why it costs: a GPU that does nothing but load.

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
              livenessProbe: {httpGet: {path: /health, port: 8000}, periodSeconds: 10}
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
              startupProbe: {httpGet: {path: /health, port: 8000}, periodSeconds: 10, failureThreshold: 90}
              livenessProbe: {httpGet: {path: /health, port: 8000}, periodSeconds: 10}
    ```
    """
    for template in pods_of(subject, world):
        for container in template.running:
            liveness, wanted = container.block.block("livenessProbe"), server(container)
            if wanted is None or not liveness.body or not container.block.absent("startupProbe"):
                continue
            patience = _patience(liveness)
            if patience is not None and patience < _LEAST and (container.gpus or any(container.slices)):
                yield Told(
                    liveness.path,
                    f"the liveness probe kills {wanted.name} after {patience:g} s, before a model is loaded",
                    "startupProbe with periodSeconds: 10 and failureThreshold: 90, or as long as loading takes",
                    cost=bills.of_pods(template, world),
                    part=container.name,
                )


def _patience(probe: Block) -> float | None:
    """Seconds until a container is killed that never answers, None where one of the numbers is unknown."""
    delay, period, failures = (
        default if probe.absent(key) else probe.number(key)
        for key, default in (("initialDelaySeconds", 0.0), ("periodSeconds", 10.0), ("failureThreshold", 3.0))
    )
    return None if delay is None or period is None or failures is None else delay + period * failures
