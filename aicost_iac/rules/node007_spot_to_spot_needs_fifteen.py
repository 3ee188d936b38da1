"""NODE007: a bargain that is not looked for."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.pools import Karpenter
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_ENOUGH = 15
_MARKET = "karpenter.sh/capacity-type"


@rule(
    "NODE007",
    "spot-to-spot-needs-fifteen",
    severity="warning",
    group="money",
    reads=("NodePool",),
    source="https://karpenter.sh/docs/concepts/disruption/#spot-consolidation",
    folded=True,
)
def spot_to_spot_needs_fifteen(subject: Subject, world: World) -> Iterator[Told]:
    """A spot pool with too few instance types to be moved to a cheaper one.

    What happens: Karpenter replaces one spot node by a cheaper spot node only where at least 15 cheaper types would do,
    so that it does not chase prices into pools that are interrupted at once; and only with the feature gate
    `SpotToSpotConsolidation`. A pool of few GPU types is never moved.

    Why it costs: the first type that had room is what is paid from then on.

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
          taints: [{key: nvidia.com/gpu, effect: NoSchedule}]
          requirements:
            - {key: karpenter.k8s.aws/instance-gpu-name, operator: In, values: [l40s]}
            - {key: karpenter.sh/capacity-type, operator: In, values: [spot]}
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
          taints: [{key: nvidia.com/gpu, effect: NoSchedule}]
          requirements:
            - {key: karpenter.k8s.aws/instance-gpu-name, operator: In, values: [l40s]}
            - {key: karpenter.sh/capacity-type, operator: In, values: [spot, on-demand]}
    ```
    """
    pool = Karpenter(subject)
    types = pool.gpu_types
    if types and len(types) < _ENOUGH and pool.requirements.values.get(_MARKET) == frozenset({"spot"}):
        yield Told(
            pool.template.at("requirements"),
            f"the pool has {len(types)} instance types; a spot node is replaced by a cheaper one from {_ENOUGH} on",
            "more types, or do not count on cheaper replacements",
        )
