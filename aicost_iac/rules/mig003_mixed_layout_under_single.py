"""MIG003: different slices on one node, under the strategy that allows one kind."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.gpu_operator import strategy
from aicost_iac.rules.reading.mig_layouts import Config, files_of, selected
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World


@rule(
    "MIG003",
    "mig-mixed-layout-under-single",
    severity="error",
    group="broken",
    reads=("ConfigMap",),
    source="https://github.com/NVIDIA/gpu-operator/issues/460",
)
def mixed_layout_under_single(subject: Subject, world: World) -> Iterator[Told]:
    """A layout of different slices where the MIG strategy is `single`.

    What happens: with strategy `single` every GPU of a node must be cut into slices of one size. The device plugin
    refuses a node with two ("more than one MIG device type present on node"), and the node advertises no GPU at all.

    Why it costs: all GPUs of the node are billed and none can be used.

    Bad:

    ```yaml
    apiVersion: nvidia.com/v1
    kind: ClusterPolicy
    metadata: {name: cluster-policy}
    spec:
      mig: {strategy: single}
      migManager: {config: {name: custom-mig}}
    ---
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: custom-mig, namespace: gpu-operator}
    data:
      config.yaml: |
        version: v1
        mig-configs:
          all-disabled: [{devices: all, mig-enabled: false}]
          custom-two-sizes:
            - devices: all
              mig-enabled: true
              mig-devices: {"3g.40gb": 1, "2g.20gb": 2}
    ---
    apiVersion: karpenter.sh/v1
    kind: NodePool
    metadata: {name: slices}
    spec:
      template:
        metadata: {labels: {nvidia.com/mig.config: custom-two-sizes}}
    ```

    Good:

    ```yaml
    apiVersion: nvidia.com/v1
    kind: ClusterPolicy
    metadata: {name: cluster-policy}
    spec:
      mig: {strategy: mixed}
      migManager: {config: {name: custom-mig}}
    ---
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: custom-mig, namespace: gpu-operator}
    data:
      config.yaml: |
        version: v1
        mig-configs:
          all-disabled: [{devices: all, mig-enabled: false}]
          custom-two-sizes:
            - devices: all
              mig-enabled: true
              mig-devices: {"3g.40gb": 1, "2g.20gb": 2}
    ```
    """
    if strategy(world) != "single":
        return
    for file in files_of(subject, world):
        for config in file.configs:
            if sizes := _sizes(config):
                chosen = world.once(selected).get(config.name)
                yield Told(
                    file.path,
                    f"config {config.name!r} puts {', '.join(sizes)} on one node, which strategy 'single' refuses: the "
                    "node would advertise no GPU",
                    "set the MIG strategy to mixed, or cut every GPU of the node into slices of one size",
                    part=config.name,
                    severity=None if chosen else "warning",
                )


def _sizes(config: Config) -> tuple[str, ...]:
    """The kinds of device that the config puts side by side on one node, empty when there is one kind."""
    found = [tuple(group.layout or ()) for group in config.groups if group.enabled]
    anywhere = {name for group in config.groups if group.boards is None for name in group.layout or ()}
    whole = any(group.boards is None and not group.enabled for group in config.groups)
    beside = (*sorted(anywhere), *(("whole GPUs",) if whole else ()))
    return next((each for each in (*found, beside) if len(each) > 1), ())
