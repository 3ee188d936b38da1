"""What the NVIDIA GPU operator is told: by the values of its Helm chart, and by the ClusterPolicy they become.

https://docs.nvidia.com/datacenter/cloud-native/gpu-operator/latest/gpu-operator-mig.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from aicost_iac.kubernetes.metadata import Metadata
from aicost_iac.plan import KubeObject

NAMESPACE = "gpu-operator"
# What the chart calls the only ClusterPolicy there may be.
CLUSTER_POLICY = "cluster-policy"
CONFIG_LABEL = "nvidia.com/mig.config"
# The key that mig-manager reads in a ConfigMap, and what it applies to a node without a label.
CONFIG_FILE = "config.yaml"
DISABLED = "all-disabled"
# Its DaemonSets run on GPU nodes alone, and by themselves stand no taint but `nvidia.com/gpu`.
EVERY_TAINT: Mapping[str, Any] = {"tolerations": [{"operator": "Exists"}]}
# Charts that the operator's chart brings along.
_CHARTS = frozenset({"nfd", "node-feature-discovery"})
MigStrategy = Literal["mixed", "single"]
# The definition demands them; an empty one leaves what the chart wrote.
_SECTIONS = (
    "daemonsets", "dcgm", "dcgmExporter", "devicePlugin", "driver", "gfd", "nodeStatusExporter", "operator", "toolkit",
)  # fmt: skip


def mig_values(config_map: str, strategy: MigStrategy, *, reboot: bool) -> dict[str, Any]:
    """MIG in the words of the chart, which are those of the ClusterPolicy.

    `reboot`: a virtual machine in a cloud can often not reset its GPU, and MIG mode needs that or a reboot.
    """
    manager: dict[str, Any] = {"enabled": True, "config": {"name": config_map, "default": DISABLED}}
    if reboot:
        manager["env"] = [{"name": "WITH_REBOOT", "value": "true"}]
    return {"daemonsets": EVERY_TAINT, "mig": {"strategy": strategy}, "migManager": manager}


def merged(values: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """Both, as Helm merges two files of values: what `more` says counts."""
    result = dict(values)
    for key, value in more.items():
        both = isinstance(value, Mapping) and isinstance(values.get(key), Mapping)
        result[key] = merged(values[key], value) if both else value
    return result


def cluster_policy(shared: Metadata, name: str, values: Mapping[str, Any]) -> KubeObject:
    """A ClusterPolicy that says what `values` say and nothing else: applied to one that exists, it is a patch.

    What only the chart knows is left to it: its dependencies.
    """
    spec = {
        **{section: {} for section in _SECTIONS},
        **{key: each for key, each in values.items() if key not in _CHARTS},
    }
    return shared.object("nvidia.com/v1", "ClusterPolicy", name, {"spec": spec})


def mig_group(device_ids: Sequence[str], devices: Sequence[int] | None, layout: Mapping[str, int]) -> Iterator[str]:
    """The lines of one entry of a mig-parted config. `devices` are indices, None for all; an empty layout is no MIG.

    https://github.com/NVIDIA/mig-parted#creating-a-configuration-file
    """
    chosen = "all" if devices is None else f"[{', '.join(map(str, devices))}]"
    yield f"- devices: {chosen}"
    if device_ids:
        quoted = ", ".join(f'"{each}"' for each in device_ids)
        yield f"  device-filter: [{quoted}]"
    yield f"  mig-enabled: {'true' if layout else 'false'}"
    if layout:
        yield "  mig-devices:"
        for profile, count in layout.items():
            yield f'    "{profile}": {count}'
