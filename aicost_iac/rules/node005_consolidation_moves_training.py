"""NODE005: moved house in mid-sentence."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.pods import JOBS, pods_of
from aicost_iac.rules.reading.pools import Karpenter
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_KEEP = "karpenter.sh/do-not-disrupt"
_DEFAULT = "WhenEmptyOrUnderutilized"


@rule(
    "NODE005",
    "consolidation-moves-training",
    severity="warning",
    group="money",
    reads=JOBS,
    source="https://karpenter.sh/docs/concepts/disruption/",
)
def consolidation_moves_training(subject: Subject, world: World) -> Iterator[Told]:
    """A training job on a Karpenter pool that consolidates its nodes.

    What happens: where nothing is written Karpenter replaces a node as soon as its pods fit a cheaper one, and any node
    after 720 hours. A job that is moved begins again at its last checkpoint, or at the beginning.
    `karpenter.sh/do-not-disrupt: "true"` on the pods keeps it where it is; it holds against neither expiry nor spot
    interruptions.

    Why it costs: hours of GPU time done twice.

    Bad:

    ```yaml
    apiVersion: batch/v1
    kind: Job
    metadata: {name: train}
    spec:
      activeDeadlineSeconds: 86400
      backoffLimit: 0
      ttlSecondsAfterFinished: 3600
      template:
        spec:
          restartPolicy: Never
          tolerations: [{key: nvidia.com/gpu, operator: Exists}]
          containers:
            - name: train
              image: registry.example/train:7
              resources: {limits: {nvidia.com/gpu: 8}}
    ---
    apiVersion: karpenter.sh/v1
    kind: NodePool
    metadata: {name: gpu}
    spec:
      limits: {nvidia.com/gpu: 8}
      template:
        spec:
          nodeClassRef: {group: karpenter.k8s.aws, kind: EC2NodeClass, name: gpu}
          taints: [{key: nvidia.com/gpu, effect: NoSchedule}]
          requirements:
            - {key: karpenter.k8s.aws/instance-gpu-name, operator: In, values: [l40s]}
    ```

    Good:

    ```yaml
    apiVersion: batch/v1
    kind: Job
    metadata: {name: train}
    spec:
      activeDeadlineSeconds: 86400
      backoffLimit: 0
      ttlSecondsAfterFinished: 3600
      template:
        metadata: {annotations: {karpenter.sh/do-not-disrupt: "true"}}
        spec:
          restartPolicy: Never
          tolerations: [{key: nvidia.com/gpu, operator: Exists}]
          containers:
            - name: train
              image: registry.example/train:7
              resources: {limits: {nvidia.com/gpu: 8}}
    ---
    apiVersion: karpenter.sh/v1
    kind: NodePool
    metadata: {name: gpu}
    spec:
      limits: {nvidia.com/gpu: 8}
      template:
        spec:
          nodeClassRef: {group: karpenter.k8s.aws, kind: EC2NodeClass, name: gpu}
          taints: [{key: nvidia.com/gpu, effect: NoSchedule}]
          requirements:
            - {key: karpenter.k8s.aws/instance-gpu-name, operator: In, values: [l40s]}
    ```
    """
    moving = world.once(_moving)
    for template in pods_of(subject, world):
        metadata = template.block.block("metadata")
        kept = metadata.block("annotations").text(_KEEP) == "true" or metadata.unsure("annotations")
        if moving and template.wants_gpu and not kept:
            yield Told(
                template.block.path,
                f"NodePool {', '.join(map(repr, moving))} consolidates nodes in use: the job is moved and starts over",
                f'annotation {_KEEP}: "true" on the pods, or disruption.consolidationPolicy: WhenEmpty',
            )


def _moving(world: World) -> tuple[str, ...]:
    """The pools with GPUs that move what runs on them; none where one of them does not."""
    every = [Karpenter(each) for each in world.of("NodePool")]
    able = [each for each in every if each.gpu_types]
    policies = [each.spec.block("disruption") for each in able]
    moving = [each.absent("consolidationPolicy") or each.text("consolidationPolicy") == _DEFAULT for each in policies]
    return tuple(each.subject.name for each in able) if all(moving) else ()
