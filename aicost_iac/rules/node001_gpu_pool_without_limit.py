"""NODE001: a pool that buys until the quota ends."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.catalog import InstanceType
from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading import prices
from aicost_iac.rules.reading.pools import Karpenter
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Facts, Subject, World

_DEVICES = ("nvidia.com/gpu", "aws.amazon.com/neuron", "aws.amazon.com/neuroncore", "amd.com/gpu", "habana.ai/gaudi")


@rule(
    "NODE001",
    "gpu-pool-without-limit",
    severity="error",
    group="money",
    reads=("NodePool", "Provisioner"),
    source="https://karpenter.sh/docs/concepts/nodepools/#speclimits",
)
def gpu_pool_without_limit(subject: Subject, world: World) -> Iterator[Told]:
    """A Karpenter pool of GPU machines without a limit on them.

    What happens: Karpenter starts nodes for every pod that waits. Without `limits` nothing but the account's quota
    ends that: a wrong replica count or a loop of failing jobs buys on. A limit on CPUs alone is a limit on GPUs too,
    and often a surprising one: it is told how many.

    Why it costs: each further node at full price, until somebody looks.

    Bad:

    ```yaml
    apiVersion: karpenter.sh/v1
    kind: NodePool
    metadata: {name: gpu}
    spec:
      template:
        spec:
          requirements:
            - {key: karpenter.k8s.aws/instance-family, operator: In, values: [g6e, p5]}
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
          taints: [{key: nvidia.com/gpu, effect: NoSchedule}]
          requirements:
            - {key: karpenter.k8s.aws/instance-family, operator: In, values: [g6e, p5]}
    ```
    """
    pool = Karpenter(subject)
    types, limits = pool.gpu_types, pool.limits
    if not types or any(not limits.absent(device) for device in _DEVICES):
        return
    path = pool.spec.at("limits")
    fix = "limits: {nvidia.com/gpu: <the most you would pay for>}"
    if not limits.body and pool.spec.absent("limits"):
        dearest, price = _dearest(types, world.facts)
        message = f"the pool has no limits and may start {dearest.name}{price}, as many as the quota allows"
        yield Told(pool.spec.path, message, fix)
    elif (cpus := limits.whole("cpu")) is not None:
        gpus, machines, kind = max(_allowed(each, cpus) for each in types)
        message = f"the limit is on CPUs: {cpus} of them are up to {gpus} GPUs ({kind})"
        cost = prices.month(prices.instance_hour(kind, world.facts), machines)
        yield Told(path, message, fix, cost=cost if machines else None, severity="warning")


def _allowed(machine: InstanceType, cpus: int) -> tuple[int, int, str]:
    """The GPUs, and the machines of that type, that so many CPUs are."""
    machines = cpus // machine.vcpus
    return machines * machine.accelerator_count, machines, machine.name


def _dearest(types: tuple[InstanceType, ...], facts: Facts) -> tuple[InstanceType, str]:
    """The most expensive machine the pool may start, and its price in words."""
    found = prices.dearest(types, facts)
    return (found[0], f" at {found[1]}") if found else (types[0], "")
