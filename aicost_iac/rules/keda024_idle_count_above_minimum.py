"""KEDA024: idle and yet awake."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.scaling import Scaling
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World


@rule(
    "KEDA024",
    "idle-count-above-minimum",
    severity="error",
    group="broken",
    reads=("ScaledObject",),
    source="https://keda.sh/docs/latest/reference/scaledobject-spec/#idlereplicacount",
)
def idle_count_above_minimum(subject: Subject, world: World) -> Iterator[Told]:
    """`idleReplicaCount` is not below `minReplicaCount`.

    What happens: `idleReplicaCount` is the count while no trigger is active, and has to be less than the minimum while
    one is. KEDA refuses the ScaledObject otherwise; so it does where the minimum is left out, which means 0.

    Why it costs: nothing scales the workload, and the count it was created with runs day and night.

    Bad:

    ```yaml
    apiVersion: keda.sh/v1alpha1
    kind: ScaledObject
    metadata: {name: chat, namespace: serving}
    spec:
      scaleTargetRef: {name: chat}
      idleReplicaCount: 0
      maxReplicaCount: 4
      triggers:
        - type: aws-sqs-queue
          metadata: {queueURL: "https://sqs.us-east-1.amazonaws.com/1/chat", queueLength: "4", awsRegion: us-east-1}
    ```

    Good:

    ```yaml
    apiVersion: keda.sh/v1alpha1
    kind: ScaledObject
    metadata: {name: chat, namespace: serving}
    spec:
      scaleTargetRef: {name: chat}
      idleReplicaCount: 0
      minReplicaCount: 1
      maxReplicaCount: 4
      triggers:
        - type: aws-sqs-queue
          metadata: {queueURL: "https://sqs.us-east-1.amazonaws.com/1/chat", queueLength: "4", awsRegion: us-east-1}
    ```
    """
    scaling = Scaling(subject)
    idle, least = scaling.spec.whole("idleReplicaCount"), scaling.least
    if idle is not None and least is not None and idle >= least:
        message = f"idleReplicaCount {idle} is not below minReplicaCount {least}: KEDA refuses it"
        yield Told(scaling.spec.at("idleReplicaCount"), message, "leave idleReplicaCount out, or minReplicaCount: 1")
