"""NODE003: a parking lot for everyone."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.catalog import InstanceType
from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading import gpu_names, prices
from aicost_iac.rules.reading.pools import POOLS, pools_of
from aicost_iac.rules.reading.taints import taints
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

# GKE taints pools with GPUs itself; a node is not a pool.
_OTHERS = frozenset({"Node", "google_container_node_pool"})


@rule(
    "NODE003",
    "gpu-pool-without-taint",
    severity="warning",
    group="money",
    reads=POOLS,
    source="https://karpenter.sh/docs/concepts/scheduling/#taints-and-tolerations",
)
def gpu_pool_without_taint(subject: Subject, world: World) -> Iterator[Told]:
    """A pool of GPU machines without a taint.

    What happens: pods that need no GPU are scheduled onto such nodes as onto any other, and keep them from being scaled
    in when the GPU work is done. A taint `nvidia.com/gpu:NoSchedule` keeps them out; the GPU operator and most charts
    tolerate it.

    Why it costs: a GPU node stays up for the sake of a web server.

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
          requirements:
            - {key: karpenter.k8s.aws/instance-gpu-name, operator: In, values: [l40s]}
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
    ```
    """
    for pool in pools_of(subject, world):
        machines = [catalog_type for name in pool.types if (catalog_type := gpu_names.machine_of(name))]
        if not machines or len(machines) != len(pool.types) or subject.kind in _OTHERS or taints(pool) != ():
            continue
        dear = prices.dearest(machines, world.facts)
        yield Told(
            pool.block.path,
            f"the pool starts {_named(machines)}, and any pod may land there and keep it up",
            "a taint {key: nvidia.com/gpu, effect: NoSchedule}, and the toleration on pods that ask for a GPU",
            cost=dear[1].month() if dear else None,
        )


def _named(machines: list[InstanceType]) -> str:
    names = sorted({each.name for each in machines})
    others = (
        f" and {len(names) - 1} other type{'s' if len(names) > 2 else ''} with accelerators" if len(names) > 1 else ""
    )
    return f"{names[0]}{others}"
