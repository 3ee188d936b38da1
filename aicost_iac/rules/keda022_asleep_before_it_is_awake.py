"""KEDA022: asleep before it is awake."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.scaling import Scaling
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_DEFAULT = 300.0


@rule(
    "KEDA022",
    "asleep-before-it-is-awake",
    severity="warning",
    group="money",
    reads=("ScaledObject",),
    source="https://keda.sh/docs/latest/concepts/scaling-deployments/",
)
def asleep_before_it_is_awake(subject: Subject, world: World) -> Iterator[Told]:
    """A target that goes to zero sooner than its startup probe lets it start.

    What happens: `cooldownPeriod` (300 seconds where nothing is written) counts from the last poll that saw load. A pod
    that needs ten minutes to load its model is scaled to zero again before, or just after, it served the request that
    woke it; the next request starts over.

    Why it costs: node, image and model are paid for at each wake, and nothing is served in between.

    Bad:

    ```yaml
    apiVersion: keda.sh/v1alpha1
    kind: ScaledObject
    metadata: {name: chat, namespace: serving}
    spec:
      scaleTargetRef: {name: chat}
      minReplicaCount: 0
      maxReplicaCount: 4
      cooldownPeriod: 120
      initialCooldownPeriod: 900
      triggers:
        - type: aws-sqs-queue
          metadata: {queueURL: "https://sqs.us-east-1.amazonaws.com/1/chat", queueLength: "4", awsRegion: us-east-1}
    ---
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
              startupProbe: {httpGet: {path: /health, port: 8000}, periodSeconds: 10, failureThreshold: 90}
    ```

    Good:

    ```yaml
    apiVersion: keda.sh/v1alpha1
    kind: ScaledObject
    metadata: {name: chat, namespace: serving}
    spec:
      scaleTargetRef: {name: chat}
      minReplicaCount: 0
      maxReplicaCount: 4
      cooldownPeriod: 1800
      initialCooldownPeriod: 900
      triggers:
        - type: aws-sqs-queue
          metadata: {queueURL: "https://sqs.us-east-1.amazonaws.com/1/chat", queueLength: "4", awsRegion: us-east-1}
    ---
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
              startupProbe: {httpGet: {path: /health, port: 8000}, periodSeconds: 10, failureThreshold: 90}
    ```
    """
    scaling = Scaling(subject)
    absent = scaling.spec.absent("cooldownPeriod")
    cooldown = _DEFAULT if absent else scaling.spec.number("cooldownPeriod")
    if not scaling.to_zero or cooldown is None:
        return
    for pods in scaling.pods(world):
        allowed = max((_allowed(each.block.block("startupProbe")) for each in pods.running), default=0)
        if cooldown < allowed:
            yield Told(
                scaling.spec.path if absent else scaling.spec.at("cooldownPeriod"),
                f"cooldownPeriod is {cooldown:g} s, and the startup probe gives the pods {allowed:g} s to start",
                f"cooldownPeriod: {int(allowed * 2)}, or a startup probe that says how long it really takes",
            )


def _allowed(probe: Block) -> float:
    """Seconds a startup probe waits: https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/"""
    if not probe.body:
        return 0
    delay, period, failures = (
        default if probe.absent(key) else probe.number(key)
        for key, default in (("initialDelaySeconds", 0.0), ("periodSeconds", 10.0), ("failureThreshold", 3.0))
    )
    return 0 if delay is None or period is None or failures is None else delay + period * failures
