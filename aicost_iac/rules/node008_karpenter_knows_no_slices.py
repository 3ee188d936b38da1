"""NODE008: a customer whose order is not understood."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.pods import WORKLOADS, pods_of
from aicost_iac.rules.reading.pools import pools
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World, missing


@rule(
    "NODE008",
    "karpenter-knows-no-slices",
    severity="error",
    group="broken",
    reads=WORKLOADS,
    source="https://github.com/aws/karpenter-provider-aws/issues/8710",
)
def karpenter_knows_no_slices(subject: Subject, world: World) -> Iterator[Told]:
    """Pods ask for MIG slices, and only Karpenter starts nodes.

    What happens: Karpenter on AWS knows `nvidia.com/gpu` of its machines and no slice. A pod that asks for
    `nvidia.com/mig-1g.10gb` starts no node; it is scheduled only on one that is there already. A NodeOverlay tells
    Karpenter of the slices; a node group of its own does without.

    Why it costs: pods wait for ever, or a node is kept by hand.

    Bad:

    ```yaml
    apiVersion: v1
    kind: Pod
    metadata: {name: embedder}
    spec:
      tolerations: [{key: nvidia.com/gpu, operator: Exists}]
      containers:
        - name: embedder
          image: registry.example/embedder:1.4
          resources: {limits: {nvidia.com/mig-1g.10gb: 1}}
    ---
    apiVersion: karpenter.sh/v1
    kind: NodePool
    metadata: {name: gpu}
    spec:
      limits: {nvidia.com/gpu: 8}
      template:
        metadata: {labels: {nvidia.com/mig.config: all-1g.10gb}}
        spec:
          nodeClassRef: {group: karpenter.k8s.aws, kind: EC2NodeClass, name: gpu}
          taints: [{key: nvidia.com/gpu, effect: NoSchedule}]
          requirements:
            - {key: node.kubernetes.io/instance-type, operator: In, values: [p5.4xlarge]}
    ```

    Good:

    ```yaml
    apiVersion: v1
    kind: Pod
    metadata: {name: embedder}
    spec:
      tolerations: [{key: nvidia.com/gpu, operator: Exists}]
      containers:
        - name: embedder
          image: registry.example/embedder:1.4
          resources: {limits: {nvidia.com/mig-1g.10gb: 1}}
    ---
    apiVersion: karpenter.sh/v1
    kind: NodePool
    metadata: {name: gpu}
    spec:
      limits: {nvidia.com/gpu: 8}
      template:
        metadata: {labels: {nvidia.com/mig.config: all-1g.10gb}}
        spec:
          nodeClassRef: {group: karpenter.k8s.aws, kind: EC2NodeClass, name: gpu}
          taints: [{key: nvidia.com/gpu, effect: NoSchedule}]
          requirements:
            - {key: node.kubernetes.io/instance-type, operator: In, values: [p5.4xlarge]}
    ---
    apiVersion: karpenter.sh/v1alpha1
    kind: NodeOverlay
    metadata: {name: slices}
    spec:
      requirements: [{key: node.kubernetes.io/instance-type, operator: In, values: [p5.4xlarge]}]
      capacity: {nvidia.com/mig-1g.10gb: "7"}
    ```
    """
    for template in pods_of(subject, world):
        for container in template.containers:
            for name, _, path in container.slices:
                if world.once(_only_karpenter) and name not in world.once(_overlaid):
                    yield missing(
                        world,
                        path,
                        f"Karpenter knows no {name}: it starts no node for container {container.name!r}",
                        f'a NodeOverlay with capacity {{{name}: "<per node>"}}, or a node group for slices',
                        part=container.name,
                    )


def _only_karpenter(world: World) -> bool:
    kinds = {pool.subject.kind for pool in world.once(pools)}
    return bool(kinds) and kinds <= {"NodePool", "Provisioner"}


def _overlaid(world: World) -> frozenset[str]:
    """The resources that overlays promise."""
    overlays = (Block(each.body).block("spec", "capacity") for each in world.of("NodeOverlay"))
    return frozenset(name for capacity in overlays for name in capacity.body)
