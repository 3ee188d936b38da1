"""NODE010: a mechanic who is not let in."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.gpu_operator import operators
from aicost_iac.rules.reading.pools import POOLS, pools_of
from aicost_iac.rules.reading.taints import GPU, taints, tolerates
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_DEFAULT = Block({"key": GPU, "operator": "Exists"})


@rule(
    "NODE010",
    "operator-does-not-tolerate-pool",
    severity="error",
    group="broken",
    reads=POOLS,
    source="https://docs.nvidia.com/datacenter/cloud-native/gpu-operator/latest/getting-started.html",
)
def operator_does_not_tolerate_pool(subject: Subject, world: World) -> Iterator[Told]:
    """A GPU pool has a taint that the GPU operator does not tolerate.

    What happens: device plugin, MIG manager and exporter are DaemonSets that tolerate `nvidia.com/gpu` where nothing
    else is written. On nodes with another taint they do not run: the GPUs are there and advertised to nobody.

    Why it costs: nodes with GPUs that no pod can get.

    Bad:

    ```yaml
    apiVersion: karpenter.sh/v1
    kind: NodePool
    metadata: {name: gpu}
    spec:
      limits: {nvidia.com/gpu: 8}
      template:
        spec:
          nodeClassRef: {group: karpenter.k8s.aws, kind: EC2NodeClass, name: gpu}
          taints: [{key: team-ml, effect: NoSchedule}]
          requirements:
            - {key: karpenter.k8s.aws/instance-gpu-name, operator: In, values: [l40s]}
    ---
    apiVersion: nvidia.com/v1
    kind: ClusterPolicy
    metadata: {name: cluster-policy}
    spec:
      mig: {strategy: single}
    ```

    Good:

    ```yaml
    apiVersion: karpenter.sh/v1
    kind: NodePool
    metadata: {name: gpu}
    spec:
      limits: {nvidia.com/gpu: 8}
      template:
        spec:
          nodeClassRef: {group: karpenter.k8s.aws, kind: EC2NodeClass, name: gpu}
          taints: [{key: team-ml, effect: NoSchedule}]
          requirements:
            - {key: karpenter.k8s.aws/instance-gpu-name, operator: In, values: [l40s]}
    ---
    apiVersion: nvidia.com/v1
    kind: ClusterPolicy
    metadata: {name: cluster-policy}
    spec:
      mig: {strategy: single}
      daemonsets:
        tolerations: [{key: nvidia.com/gpu, operator: Exists}, {key: team-ml, operator: Exists}]
    ```
    """
    known = [each for each in world.once(operators) if each.sealed]
    if len(known) != 1:
        return
    tolerated = [*known[0].spec.block("daemonsets").blocks("tolerations"), _DEFAULT]
    for pool in pools_of(subject, world):
        for taint in taints(pool) or () if pool.accelerators else ():
            if not tolerates(tolerated, taint):
                yield Told(
                    taint.path,
                    f"the GPU operator does not tolerate {taint.key!r}: its device plugin does not run there",
                    f"daemonsets.tolerations of the operator: {{key: {taint.key}, operator: Exists}}",
                    part=taint.key,
                )
