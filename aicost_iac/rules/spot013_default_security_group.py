"""SPOT013: the door as the house came."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading import gpu_names
from aicost_iac.rules.reading.fleets import SPOT_FLEET
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_GROUPS = ("network_interface", "security_groups", "vpc_security_group_ids")


@rule(
    "SPOT013",
    "default-security-group",
    severity="warning",
    group="security",
    reads=("aws_instance", "aws_spot_fleet_request", "aws_spot_instance_request"),
    source="https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html",
)
def default_security_group(subject: Subject, world: World) -> Iterator[Told]:
    """Spot or GPU instances with an SSH key and the default security group of the VPC.

    What happens: without `vpc_security_group_ids` an instance is in the default group, which lets everything of that
    group in and everything out; a `key_name` is a secret that somebody holds for as long as the fleet lives. Session
    Manager needs neither.

    Why it costs: training machines are what is looked for first: whoever gets in spends their GPUs and their role.

    Bad:

    ```json
    {"resource": {"aws_spot_fleet_request": {"train": {
      "iam_fleet_role": "arn:aws:iam::123456789012:role/fleet", "target_capacity": 4,
      "allocation_strategy": "priceCapacityOptimized", "terminate_instances_on_delete": "true",
      "launch_specification": [{"ami": "ami-0123456789abcdef0", "instance_type": "g6e.xlarge", "key_name": "ops",
                                "root_block_device": [{"encrypted": true}]}]
    }}}}
    ```

    Good:

    ```json
    {"resource": {"aws_ec2_instance_metadata_defaults": {"all": {"http_tokens": "required"}},
     "aws_spot_fleet_request": {"train": {
      "iam_fleet_role": "arn:aws:iam::123456789012:role/fleet", "target_capacity": 4,
      "allocation_strategy": "priceCapacityOptimized", "terminate_instances_on_delete": "true",
      "launch_specification": [{"ami": "ami-0123456789abcdef0", "instance_type": "g6e.xlarge",
                                "vpc_security_group_ids": ["sg-0a1b2c3d"],
                                "root_block_device": [{"encrypted": true}]}]
    }}}}
    ```
    """
    body = Block(subject.body)
    for block in body.blocks("launch_specification") if subject.kind == SPOT_FLEET else (body,):
        machine = gpu_names.machine_of(block.text("instance_type") or "")
        grouped = any(not block.absent(key) for key in _GROUPS) or not body.absent("launch_template")
        if not grouped and not block.absent("key_name") and machine is not None:
            yield Told(
                block.at("key_name"),
                f"{machine.name} starts with an SSH key in the VPC's default security group",
                "vpc_security_group_ids without ingress, and Session Manager in place of the key",
            )
