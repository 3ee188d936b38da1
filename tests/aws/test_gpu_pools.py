"""Node groups against the real provider: every image, way to buy and kind of slice is something it can plan."""

from pathlib import Path
from typing import Any

from aicost_iac import GpuNodePool, MigLayout, MigPartition, Ref, Resource, Stack
from tests.aws.everything import TAGS
from tests.aws.moto_process import MotoServer
from tests.aws.terraform import Terraform
from tests.aws.test_fleets import write

SUBNETS = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]
ROLE = Resource("aws_iam_role", "nodes", {"name": "nodes", "assume_role_policy": "{}"})
LAYOUT = MigLayout(
    name="slices",
    partitions=[
        MigPartition(instance_type="p4d.24xlarge", layouts=[{"1g.5gb": 7}] * 7 + [{}]),
        MigPartition(gpu="H100", layout={"1g.10gb": 7}),
    ],
)
SINGLE = MigLayout(name="single", strategy="single", partitions=[MigPartition(gpu="H100", layout={"1g.10gb": 7})])
POOLS: dict[str, dict[str, Any]] = {
    "spot": {"instance_types": ["g6e.xlarge", "g6e.2xlarge"], "capacity": "spot", "on_demand_baseline_gpus": 2},
    "arm": {"instance_types": ["g5g.xlarge"]},
    "neuron": {"instance_types": ["inf2.xlarge"]},
    "rocket": {"instance_types": ["g6.xlarge"], "image": "bottlerocket"},
    "reserved": {
        "instance_types": ["p5.48xlarge"],
        "capacity": "reserved",
        "reservation_ids": ["cr-0a1b2c3d4e5f60718"],
        "max_gpus": 16,
    },
    "numbered": {"instance_types": ["p4d.24xlarge"], "mig": LAYOUT, "max_gpus": 32},
    "alike": {"instance_types": ["p5.4xlarge"], "mig": SINGLE, "purpose": "training"},
}


def pool(name: str, **fields: Any) -> GpuNodePool:
    given = {"max_gpus": 8, "engine": "managed-node-group", "cluster_name": "ml", "subnet_ids": SUBNETS, **fields}
    return GpuNodePool(name=name, node_role=Ref(ROLE.address, "arn"), **given)


def test_every_kind_of_node_group_is_valid_and_plans(terraform: Terraform, moto: MotoServer, tmp_path: Path) -> None:
    pools = [pool(name, **fields) for name, fields in POOLS.items()]
    stack = Stack(name="pools", region="us-east-1", tags=TAGS, items=[ROLE, *pools])
    root = terraform.root(write(stack, tmp_path), moto.url)
    root.init()
    root.validate()
    actions = root.plan().actions
    assert sorted(actions) == sorted(made.address for made in stack.plan().resources)
    assert {tuple(action) for action in actions.values()} == {("create",)}
