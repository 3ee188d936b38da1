"""SERVE013: free answers for everyone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aicost_iac.plan import KubeObject
from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.servers import SGLANG, TGI, VLLM, has_key, server
from aicost_iac.rules.reading.services import selected_pods
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_OPEN = (SGLANG, TGI, VLLM)
_INTERNAL = re.compile(r"internal|load-?balancer-?(type|scheme)|private|tailscale|metallb")


@rule(
    "SERVE013",
    "model-server-is-public",
    severity="error",
    group="security",
    reads=("Service",),
    source="https://docs.vllm.ai/en/latest/usage/security.html",
)
def model_server_is_public(subject: Subject, world: World) -> Iterator[Told]:
    """A model server without a key behind a public load balancer.

    What happens: a Service of type LoadBalancer has an address on the internet unless an annotation makes it internal.
    vLLM and its kin ask for no key unless they are told to: whoever finds the address uses the GPUs, at the price of
    the owner.

    Why it costs: GPUs at work for strangers, day and night, and an autoscaler that adds more of them.

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
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: chat, namespace: serving}
    spec:
      type: LoadBalancer
      selector: {app: chat}
      ports: [{port: 80, targetPort: 8000}]
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
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: chat, namespace: serving,
      annotations: {service.beta.kubernetes.io/aws-load-balancer-scheme: internal}}
    spec:
      type: LoadBalancer
      selector: {app: chat}
      ports: [{port: 80, targetPort: 8000}]
    ```
    """
    spec = Block(subject.body).block("spec")
    if spec.text("type") != "LoadBalancer" or not spec.absent("loadBalancerSourceRanges") or _is_internal(subject):
        return
    for pods in selected_pods(subject, world):
        open_servers = [each.name for each in pods.running if server(each) in _OPEN and not has_key(each)]
        if open_servers and len(pods.running) == 1:
            yield Told(
                spec.at("type"),
                f"{pods.subject.name!r} answers anyone: no key, and an address on the internet",
                "an internal load balancer, loadBalancerSourceRanges, or --api-key from a Secret",
            )
            return


def _is_internal(subject: Subject) -> bool:
    """Whether an annotation of some cloud says so, or may say so."""
    annotations = subject.node.annotations if isinstance(subject.node, KubeObject) else {}
    listed = not Block(subject.body).block("spec").absent("loadBalancerClass")
    return listed or any(_INTERNAL.search(key) and each != "internet-facing" for key, each in annotations.items())
