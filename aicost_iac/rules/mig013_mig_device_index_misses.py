"""MIG013: GPUs that nobody counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading import gpu_names
from aicost_iac.rules.reading.mig_layouts import Config, Group, files_of, selected
from aicost_iac.rules.reading.pools import Pool
from aicost_iac.rules.reading.values import whole
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World


@rule(
    "MIG013",
    "mig-device-index-misses",
    severity="warning",
    group="broken",
    reads=("ConfigMap",),
    source="https://github.com/NVIDIA/mig-parted/blob/main/cmd/nvidia-mig-parted/assert/assert.go",
)
def mig_device_index_misses(subject: Subject, world: World) -> Iterator[Told]:
    """A MIG config names GPUs by indexes that are not those of its nodes.

    What happens: mig-parted walks over the GPUs of the node and applies the groups whose `devices` hold their index. An
    index the node does not have matches nothing, and a GPU in no group keeps whatever state it had. Both end as a
    success.

    Why it costs: GPUs that stay whole are taken by pods that need a seventh of one, or pods wait for slices that are
    not made.

    Bad:

    ```yaml
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: custom-mig, namespace: gpu-operator}
    data:
      config.yaml: |
        version: v1
        mig-configs:
          all-disabled: [{devices: all, mig-enabled: false}]
          custom-small:
            - devices: [4, 5, 6, 7]
              mig-enabled: true
              mig-devices: {"1g.10gb": 7}
    ---
    apiVersion: karpenter.sh/v1
    kind: NodePool
    metadata: {name: slices}
    spec:
      limits: {nvidia.com/gpu: 8}
      template:
        metadata: {labels: {nvidia.com/mig.config: custom-small}}
        spec:
          taints: [{key: nvidia.com/gpu, effect: NoSchedule}]
          requirements:
            - {key: node.kubernetes.io/instance-type, operator: In, values: [p5.4xlarge]}
    ```

    Good:

    ```yaml
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: custom-mig, namespace: gpu-operator}
    data:
      config.yaml: |
        version: v1
        mig-configs:
          all-disabled: [{devices: all, mig-enabled: false}]
          custom-small:
            - devices: [0]
              mig-enabled: true
              mig-devices: {"1g.10gb": 7}
    ---
    apiVersion: karpenter.sh/v1
    kind: NodePool
    metadata: {name: slices}
    spec:
      limits: {nvidia.com/gpu: 8}
      template:
        metadata: {labels: {nvidia.com/mig.config: custom-small}}
        spec:
          taints: [{key: nvidia.com/gpu, effect: NoSchedule}]
          requirements:
            - {key: node.kubernetes.io/instance-type, operator: In, values: [p5.4xlarge]}
    ```
    """
    for file in files_of(subject, world):
        for config in file.configs:
            named = [_indexes(group) for group in config.groups]
            counts = world.once(_counts).get(config.name, [])
            indexes = {index for each in named if each is not None for index in each}
            if None in named or not counts or any(not each.block.absent("device-filter") for each in config.groups):
                continue
            if beyond := sorted(index for index in indexes if index >= max(counts)):
                yield _told(
                    config, f"names GPU {_listed(beyond)}, and its nodes have {max(counts)}: nothing is cut there"
                )
            elif left := sorted(set(range(min(counts))) - indexes):
                yield _told(config, f"says nothing of GPU {_listed(left)}, which keeps the state it has")


def _told(config: Config, what: str) -> Told:
    fix = "devices: all, or a group for every index the nodes have"
    return Told(config.path, f"config {config.name!r} {what}", fix, part=config.name)


def _indexes(group: Group) -> frozenset[int] | None:
    """The indexes of a group, None for all devices and for what is no list of numbers."""
    listed = group.block.get("devices")
    found = [whole(each) for each in listed] if isinstance(listed, list) else [None]
    return None if None in found else frozenset(each for each in found if each is not None)


def _counts(world: World) -> Mapping[str, list[int]]:
    """How many GPUs the nodes of the pools of each config have, nothing where one of them is unknown."""
    return {config: _gpus(chosen) for config, chosen in world.once(selected).items()}


def _gpus(chosen: tuple[Pool, ...]) -> list[int]:
    machines = [gpu_names.machine_of(name) for pool in chosen for name in pool.types]
    known = all(pool.types for pool in chosen) and None not in machines
    return [each.accelerator_count for each in machines if each] if known else []


def _listed(indexes: list[int]) -> str:
    return ", ".join(map(str, indexes))
