"""MIG014: a mode that waits for a reset."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.catalog.mig_bundled import DISABLED
from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.gpu_operator import operators_of
from aicost_iac.rules.reading.mig_layouts import selected
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_REBOOT = "WITH_REBOOT"
_CLOUD = frozenset({"ClusterConfig", "NodePool", "aws_eks_node_group", "azurerm_kubernetes_cluster_node_pool"})


@rule(
    "MIG014",
    "mig-without-reboot",
    severity="warning",
    group="broken",
    reads=("ClusterPolicy", "HelmRelease", "helm_release"),
    source="https://docs.nvidia.com/datacenter/cloud-native/gpu-operator/latest/gpu-operator-mig.html",
)
def mig_without_reboot(subject: Subject, world: World) -> Iterator[Told]:
    """MIG on machines of a cloud, and a mig-manager that may not reboot them.

    What happens: switching MIG mode on needs a reset of the GPU, which many cloud machines do not allow from inside.
    mig-manager then needs `WITH_REBOOT` to restart the node, as text: an unquoted `true` is refused.

    Why it costs: the node keeps its whole GPUs, with `mig.config.state=failed`, while pods wait for slices.

    Bad:

    ```yaml
    apiVersion: nvidia.com/v1
    kind: ClusterPolicy
    metadata: {name: cluster-policy}
    spec:
      mig: {strategy: mixed}
      migManager: {config: {name: custom-mig}}
    ```

    ```json
    {"resource": {"aws_eks_node_group": {"slices": {
      "cluster_name": "ml", "node_role_arn": "arn:aws:iam::123456789012:role/node", "subnet_ids": ["subnet-0a1b2c3d"],
      "instance_types": ["p5.4xlarge"], "labels": {"nvidia.com/mig.config": "custom-small"},
      "taint": [{"key": "nvidia.com/gpu", "value": "true", "effect": "NO_SCHEDULE"}],
      "scaling_config": [{"desired_size": 1, "max_size": 2, "min_size": 1}]
    }}}}
    ```

    Good:

    ```yaml
    apiVersion: nvidia.com/v1
    kind: ClusterPolicy
    metadata: {name: cluster-policy}
    spec:
      mig: {strategy: mixed}
      migManager: {config: {name: custom-mig}, env: [{name: WITH_REBOOT, value: "true"}]}
    ```

    ```json
    {"resource": {"aws_eks_node_group": {"slices": {
      "cluster_name": "ml", "node_role_arn": "arn:aws:iam::123456789012:role/node", "subnet_ids": ["subnet-0a1b2c3d"],
      "instance_types": ["p5.4xlarge"], "labels": {"nvidia.com/mig.config": "custom-small"},
      "taint": [{"key": "nvidia.com/gpu", "value": "true", "effect": "NO_SCHEDULE"}],
      "scaling_config": [{"desired_size": 1, "max_size": 2, "min_size": 1}]
    }}}}
    ```
    """
    for operator in operators_of(subject, world):
        manager = operator.spec.block("migManager")
        if not operator.sealed or (manager.unsure("env") and not manager.blocks("env")):
            continue
        values = [each.get("value") for each in manager.blocks("env") if each.text("name") == _REBOOT]
        if any(isinstance(each, bool) for each in values):
            yield Told(
                manager.at("env"), f"{_REBOOT} is a truth value, and env takes text", f'value: "true" for {_REBOOT}'
            )
        elif not values and (cut := world.once(_cut)):
            yield Told(
                manager.path if manager.body else operator.spec.path,
                f"mig-manager may not reboot, and {', '.join(cut)} cuts GPUs of a cloud: MIG may never come on",
                f'migManager: {{env: [{{name: {_REBOOT}, value: "true"}}]}}',
            )


def _cut(world: World) -> tuple[str, ...]:
    """The pools of cloud machines that a layout is for."""
    return tuple(
        pool.subject.node.address
        for name, chosen in world.once(selected).items()
        for pool in chosen
        if name != DISABLED and pool.subject.kind in _CLOUD
    )
