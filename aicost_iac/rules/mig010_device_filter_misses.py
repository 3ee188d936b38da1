"""MIG010: a device filter that matches nothing, and says that all went well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aicost_iac import catalog
from aicost_iac.errors import did_you_mean
from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.mig_layouts import Config, Group, files_of, known_ids, selected
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World


@rule(
    "MIG010",
    "mig-device-filter-misses",
    severity="error",
    group="broken",
    reads=("ConfigMap",),
    source="https://github.com/NVIDIA/mig-parted/blob/main/cmd/nvidia-mig-parted/assert/assert.go",
)
def device_filter_misses(subject: Subject, world: World) -> Iterator[Told]:
    """A device filter that leaves out the GPUs it is meant for.

    What happens: a filter holds PCI ids, device before vendor (`0x233010DE` is the H100 SXM). mig-parted drops an id it
    can not parse, walks over no GPU when none matches, and reports success; the node is labelled
    `nvidia.com/mig.config.state=success`. Nothing was cut.

    Why it costs: whole GPUs are billed and taken by small pods, or pods wait for slices.

    Bad:

    ```yaml
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: custom-mig, namespace: gpu-operator}
    data:
      config.yaml: |
        version: v1
        mig-configs:
          custom-small:
            - device-filter: ["0x232210DE"]
              devices: all
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
          requirements:
            - {key: karpenter.k8s.aws/instance-gpu-name, operator: In, values: [h100]}
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
          custom-small:
            - device-filter: ["0x233010DE", "0x233110DE"]
              devices: all
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
            - {key: karpenter.k8s.aws/instance-gpu-name, operator: In, values: [h100]}
    ```
    """
    for file in files_of(subject, world):
        for config in file.configs:
            for group in config.groups:
                yield from _ids(config, group)
            yield from _left_out(config, world)


def _ids(config: Config, group: Group) -> Iterator[Told]:
    known = known_ids()
    for _, text in group.ids:
        plain = text.partition(":")[0]
        if text not in group.well_formed:
            message = f"device-filter of {config.name!r} holds {text!r}, which mig-parted can not parse and drops"
            yield Told(group.path, message, "write device and vendor as in 0x233010DE", part=config.name)
        elif plain.casefold() not in known:
            hint = did_you_mean(plain, known.values()) or "look the id up in mig-parted's config-default.yaml"
            message = f"device-filter of {config.name!r} holds {text!r}, no MIG-capable GPU known here"
            yield Told(group.path, message, hint, part=config.name, severity="warning")


def _left_out(config: Config, world: World) -> Iterator[Told]:
    """GPUs of the pools that select the config and that none of its groups is for."""
    if any(group.block.absent("device-filter") for group in config.groups):
        return
    covered = {text.partition(":")[0].casefold() for group in config.groups for text in group.well_formed}
    for name, address in world.once(_selecting).get(config.name, {}).items():
        ids = catalog.accelerator(name).pci_device_ids
        if ids and not covered & {each.casefold() for each in ids}:
            message = (
                f"config {config.name!r} is selected by {address}, whose GPUs are {name}, and its filters leave that "
                "GPU out: nothing is cut, and the node reports success"
            )
            yield Told(config.path, message, f"add {', '.join(ids)} to device-filter", part=config.name)


def _selecting(world: World) -> Mapping[str, Mapping[str, str]]:
    """By config, the accelerators it is selected for, and the first pool of each."""
    return {
        config: {
            name: pool.subject.node.address for pool in reversed(chosen) for name in sorted(pool.accelerators or ())
        }
        for config, chosen in world.once(selected).items()
    }
