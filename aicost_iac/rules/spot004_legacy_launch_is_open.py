"""SPOT004: what a Spot Fleet's own launch specification can not secure."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.fleets import SPOT_FLEET
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_REMEDY = "move it to a launch template (launch_template_config)"


@rule(
    "SPOT004",
    "legacy-launch-is-open",
    severity="error",
    group="security",
    reads=(SPOT_FLEET,),
    source="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SpotFleetLaunchSpecification.html",
)
def legacy_launch_is_open(subject: Subject, world: World) -> Iterator[Told]:
    """A Spot Fleet with `launch_specification`: no IMDSv2, and volumes as unencrypted as the account leaves them.

    What happens: a launch specification has no `metadata_options`. Unless the account's own default says otherwise,
    instances answer IMDSv1, and one forged request from inside hands out the role's credentials. A volume without
    `encrypted` is encrypted only where the account does so by default.

    Why it costs: stolen credentials of a training role are spent on GPUs first.

    Bad:

    ```json
    {"resource": {"aws_spot_fleet_request": {"train": {
      "iam_fleet_role": "arn:aws:iam::123456789012:role/fleet", "target_capacity": 1,
      "terminate_instances_on_delete": "true",
      "launch_specification": [{"ami": "ami-0123456789abcdef0", "instance_type": "g6e.xlarge",
                                "root_block_device": [{"volume_size": 500}]}]
    }}}}
    ```

    Good:

    ```json
    {"resource": {
      "aws_launch_template": {"train": {
        "name": "train", "metadata_options": [{"http_tokens": "required"}],
        "block_device_mappings": [{"device_name": "/dev/xvda", "ebs": [{"encrypted": true, "volume_size": 500}]}]
      }},
      "aws_spot_fleet_request": {"train": {
        "iam_fleet_role": "arn:aws:iam::123456789012:role/fleet", "target_capacity": 1,
        "allocation_strategy": "priceCapacityOptimized", "terminate_instances_on_delete": "true",
        "launch_template_config": [{"launch_template_specification": [{"name": "train", "version": "1"}],
                                    "overrides": [{"instance_type": "g6e.xlarge"}]}]
      }}
    }}
    ```
    """
    specifications = Block(subject.body).blocks("launch_specification")
    if specifications and not _v2_by_default(world):
        yield Told(
            specifications[0].path,
            "a launch_specification can not require IMDSv2: any process that can be made to send a request gets the "
            "credentials of the instance's role",
            f'{_REMEDY} with http_tokens = "required"',
            part="imds",
        )
    for specification in specifications:
        if not _encrypted_by_default(world):
            yield from _volumes(specification)


def _volumes(specification: Block) -> Iterator[Told]:
    roots = specification.blocks("root_block_device")
    if not roots and specification.absent("root_block_device"):
        message = "the root volume is left as the image has it, encrypted or not"
        yield Told(specification.path, message, f"{_REMEDY} with encrypted = true", part="encryption")
    for volume in (*roots, *specification.blocks("ebs_block_device")):
        if volume.absent("encrypted") or volume.flag("encrypted") is False:
            path = volume.path if volume.absent("encrypted") else volume.at("encrypted")
            yield Told(path, "the volume is not encrypted", "encrypted = true", part="encryption")


def _v2_by_default(world: World) -> bool:
    """https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/ec2_instance_metadata_defaults"""
    return any(
        Block(each.body).text("http_tokens") == "required" for each in world.of("aws_ec2_instance_metadata_defaults")
    )


def _encrypted_by_default(world: World) -> bool:
    """https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/ebs_encryption_by_default"""
    return any(Block(each.body).flag("enabled") is not False for each in world.of("aws_ebs_encryption_by_default"))
