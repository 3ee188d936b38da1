"""KEDA019: put to sleep while it wakes up."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.scaling import Scaling
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World


@rule(
    "KEDA019",
    "first-poll-scales-to-zero",
    severity="warning",
    group="money",
    reads=("ScaledObject",),
    source="https://keda.sh/docs/latest/reference/scaledobject-spec/",
)
def first_poll_scales_to_zero(subject: Subject, world: World) -> Iterator[Told]:
    """A new GPU service that may go to zero, without `initialCooldownPeriod`.

    What happens: `cooldownPeriod` counts from the last time a trigger was active. A target that was just created never
    had one: at the first poll, after some seconds, KEDA writes 0 over the replica that is still pulling its image and
    loading its model.

    Why it costs: each installation pays for a node and a download that are thrown away; a test that waits for the pod
    fails.

    Bad:

    ```yaml
    apiVersion: keda.sh/v1alpha1
    kind: ScaledObject
    metadata: {name: chat, namespace: serving}
    spec:
      scaleTargetRef: {name: chat}
      minReplicaCount: 0
      maxReplicaCount: 4
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
    ```
    """
    scaling = Scaling(subject)
    if not scaling.to_zero or not scaling.spec.absent("initialCooldownPeriod"):
        return
    for pods in scaling.pods(world):
        if pods.wants_gpu and pods.replicas:
            yield Told(
                scaling.zero_path,
                "a replica that is created goes to zero at the first poll, while its model is still loading",
                "initialCooldownPeriod: <seconds a cold start takes>, or replicas: 0 where nobody waits for it",
            )
