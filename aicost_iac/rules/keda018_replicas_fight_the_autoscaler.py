"""KEDA018: two hands on one wheel."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.scaling import autoscalers
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World


@rule(
    "KEDA018",
    "replicas-fight-the-autoscaler",
    severity="warning",
    group="money",
    reads=("Deployment", "StatefulSet"),
    source="https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#migrating-deployments-and-statefulsets-to-horizontal-autoscaling",
)
def replicas_fight_the_autoscaler(subject: Subject, world: World) -> Iterator[Told]:
    """A workload under an autoscaler says its own number of replicas.

    What happens: each apply writes `replicas` again: a service that sleeps is woken for nothing, and one that is scaled
    out is cut back in the middle of its load, until the autoscaler has climbed up again. Leave the field out; a target
    that is created gets one replica.

    Why it costs: every deployment starts a GPU node that nobody asked for, or kills replicas that were serving.

    Bad:

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
      replicas: 2
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
    spec = Block(subject.body).block("spec")
    replicas = spec.whole("replicas")
    scalers = autoscalers(subject.kind, subject.name, subject.namespace, world)
    if replicas is not None and scalers:
        yield Told(
            spec.at("replicas"),
            f"replicas: {replicas} is written again by every apply, and {_called(scalers[0])} scales it",
            "leave replicas out",
        )


def _called(scaler: Subject) -> str:
    return f"{scaler.kind} {scaler.name!r}"
