"""MIG009: a layout for machines whose GPU can not be cut."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac import catalog
from aicost_iac.catalog.mig_bundled import DISABLED
from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.mig_layouts import LABEL, board_named
from aicost_iac.rules.reading.pools import POOLS, pools_of
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World


@rule(
    "MIG009",
    "mig-pool-has-no-mig",
    severity="error",
    group="broken",
    reads=POOLS,
    source="https://docs.nvidia.com/datacenter/tesla/mig-user-guide/supported-gpus.html",
)
def pool_has_no_mig(subject: Subject, world: World) -> Iterator[Told]:
    """A pool of GPUs without MIG is labelled with a MIG layout.

    What happens: T4, V100, A10G, L4 and L40S have no Multi-Instance GPU. mig-manager fails on such a node, and the
    slices that pods ask for never appear.

    Why it costs: pods wait for slices, the autoscaler adds nodes that will not have any either, and all are billed.

    Bad:

    ```json
    {"resource": {"aws_eks_node_group": {"slices": {
      "cluster_name": "ml", "node_role_arn": "arn:aws:iam::123456789012:role/node", "subnet_ids": ["subnet-0a1b2c3d"],
      "instance_types": ["g6e.12xlarge"],
      "labels": {"nvidia.com/mig.config": "all-1g.10gb"},
      "scaling_config": [{"desired_size": 1, "max_size": 4, "min_size": 0}]
    }}}}
    ```

    Good:

    ```json
    {"resource": {"aws_eks_node_group": {"slices": {
      "cluster_name": "ml", "node_role_arn": "arn:aws:iam::123456789012:role/node", "subnet_ids": ["subnet-0a1b2c3d"],
      "instance_types": ["p5.4xlarge"],
      "labels": {"nvidia.com/mig.config": "all-1g.10gb"},
      "taint": [{"key": "nvidia.com/gpu", "effect": "NO_SCHEDULE"}],
      "scaling_config": [{"desired_size": 1, "max_size": 4, "min_size": 0}]
    }}}}
    ```
    """
    for pool in pools_of(subject, world):
        configs = pool.label(LABEL) - {DISABLED}
        without = sorted(name for name in pool.accelerators or () if board_named(name) is None)
        if configs and without:
            able = ", ".join(each.name for each in catalog.accelerators() if each.mig_capable)
            yield Told(
                pool.at(LABEL),
                f"nodes with {', '.join(without)} are labelled {LABEL}={', '.join(sorted(configs))}, which has no MIG: "
                "there will be no slices",
                f"use one of {able}; or share the GPU by time-slicing, or take a smaller instance type",
            )
