"""GPU002: a door that is closed to its guests."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.flavours import flavour
from aicost_iac.rules.reading.pods import WORKLOADS, Pods, pods_of
from aicost_iac.rules.reading.pools import pools
from aicost_iac.rules.reading.taints import taints, tolerates
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World


@rule(
    "GPU002",
    "gpu-taint-not-tolerated",
    severity="error",
    group="broken",
    reads=WORKLOADS,
    source="https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/",
)
def gpu_taint_not_tolerated(subject: Subject, world: World) -> Iterator[Told]:
    """A pod asks for a GPU, and tolerates the taint of no GPU pool.

    What happens: pools of GPU nodes are tainted so that other pods stay away. A pod without the toleration stays away
    too: it is Pending, and the autoscaler starts nothing for it. GKE adds the toleration to pods that ask for a GPU;
    where the cluster is not known nothing is said.

    Why it costs: nodes that were started by hand stand empty, and nobody is served.

    Bad:

    ```yaml
    apiVersion: v1
    kind: Pod
    metadata: {name: embedder}
    spec:
      containers:
        - name: embedder
          image: registry.example/embedder:1.4
          resources: {limits: {nvidia.com/gpu: 1}}
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
    ---
    apiVersion: karpenter.k8s.aws/v1
    kind: EC2NodeClass
    metadata: {name: gpu}
    spec: {amiFamily: AL2023}
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
          resources: {limits: {nvidia.com/gpu: 1}}
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
    ---
    apiVersion: karpenter.k8s.aws/v1
    kind: EC2NodeClass
    metadata: {name: gpu}
    spec: {amiFamily: AL2023}
    ```
    """
    for template in pods_of(subject, world):
        if not template.wants_gpu or flavour(template, world) in (None, "gke"):
            continue
        closed = _closed(template, world)
        if closed:
            yield Told(
                template.spec.path,
                f"every GPU pool here has a taint that the pod does not tolerate: {', '.join(closed)}",
                "tolerations: [{key: " + closed[0].partition("=")[0] + ", operator: Exists, effect: NoSchedule}]",
                severity=None if world.complete else "warning",
            )


def _closed(template: Pods, world: World) -> list[str]:
    """The taints that keep the pod out of every pool with GPUs, nothing where one is open or unknown."""
    tolerations, found = template.spec.blocks("tolerations"), []
    if template.spec.unsure("tolerations") and not tolerations:
        return []
    for pool in world.once(pools):
        if pool.accelerators == frozenset():
            continue
        has = taints(pool)
        shut = [each for each in has or () if not tolerates(tolerations, each)]
        if not shut:
            return []
        found += [f"{each.key}={each.value}" if each.value else each.key for each in shut]
    return list(dict.fromkeys(found))
