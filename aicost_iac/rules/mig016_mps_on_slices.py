"""MIG016: two ways to share that exclude each other."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.device_plugin import PROCESSES, sharings
from aicost_iac.rules.reading.pods import MIG
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World


@rule(
    "MIG016",
    "mps-on-slices",
    severity="error",
    group="broken",
    reads=("ConfigMap",),
    source="https://docs.nvidia.com/datacenter/cloud-native/gpu-operator/latest/gpu-sharing.html",
)
def mps_on_slices(subject: Subject, world: World) -> Iterator[Told]:
    """The device plugin is to share MIG slices by MPS.

    What happens: MPS shares `nvidia.com/gpu` and nothing else, and the plugin ends at once with `mig-strategy=mixed`:
    "not supported with MPS". Slices can be shared by time-slicing, whole GPUs by MPS.

    Why it costs: the plugin crashes on every node that has this config, and the nodes advertise no GPU.

    Bad:

    ```yaml
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: device-plugin, namespace: gpu-operator}
    data:
      default: |
        version: v1
        flags: {migStrategy: mixed}
        sharing:
          mps:
            resources: [{name: nvidia.com/gpu, replicas: 4}]
    ```

    Good:

    ```yaml
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: device-plugin, namespace: gpu-operator}
    data:
      default: |
        version: v1
        flags: {migStrategy: none}
        sharing:
          mps:
            resources: [{name: nvidia.com/gpu, replicas: 4}]
    ```
    """
    for each in world.once(sharings):
        if each.subject is not subject or each.way != PROCESSES:
            continue
        if each.mig_strategy == "mixed":
            message = "the device plugin does not start with MPS and migStrategy mixed"
            yield Told(each.path, message, "migStrategy: none, or sharing.timeSlicing", part=each.resource)
        elif each.resource.startswith(MIG):
            message = f"MPS shares nvidia.com/gpu only, and {each.resource} is a MIG slice"
            yield Told(each.path, message, "sharing.timeSlicing for slices, or MPS for whole GPUs", part=each.resource)
