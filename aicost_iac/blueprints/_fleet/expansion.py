"""A fleet's resources, in the order they refer to each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aicost_iac.blueprints._fleet import machine
from aicost_iac.expr import Text, call, template
from aicost_iac.fields import is_known
from aicost_iac.plan import Output, Plan, Resource
from aicost_iac.terraform import autoscaling, ec2, iam
from aicost_iac.terraform.tagging import Tags, named, specifications

if TYPE_CHECKING:
    from aicost_iac.blueprints.spot_training_fleet import SpotTrainingFleet
    from aicost_iac.model import Context

# What an instance brings with it and AWS bills for.
_LAUNCHED = ("instance", "network-interface", "volume")


def expand(fleet: SpotTrainingFleet, context: Context) -> Plan:
    """Role, network, launch template, group."""
    tags = context.tags.keys()
    role = _role(fleet, tags)
    profile = iam.instance_profile(fleet.named("profile"), f"{fleet.name}-instance", role, tags)
    network, group_ids = _network(fleet, tags)
    launch = _launch_template(fleet, profile, group_ids, tags)
    group = _group(fleet, launch, tags)
    resources = (role, *_permissions(fleet, role, context.partition), profile, *network, launch, group)
    return Plan(resources, outputs=_outputs(fleet, group, launch, role), external=fleet.reads())


def _role(fleet: SpotTrainingFleet, tags: Tags) -> Resource:
    return iam.service_role(
        fleet.named("role"), f"{fleet.name}-instance", "ec2.amazonaws.com", tags, f"Instances of the fleet {fleet.name}"
    )


def _permissions(fleet: SpotTrainingFleet, role: Resource, partition: str) -> list[Resource]:
    """Session Manager; and what the scripts on the instance call, on what they call it for."""
    granted = [iam.managed_policy(fleet.named("session_manager"), role, "AmazonSSMManagedInstanceCore", partition)]
    statements = [_leave(fleet.name, partition)] if fleet.command else []
    if fleet.source_s3_uri is not None:
        statements += _read_source(str(fleet.source_s3_uri), partition)
    if statements:
        granted.append(iam.role_policy(fleet.named("work"), "work", role, statements))
    return granted


def _leave(group_name: str, partition: str) -> iam.Statement:
    group = f"arn:{partition}:autoscaling:*:*:autoScalingGroup:*:autoScalingGroupName/{group_name}"
    return iam.allow(["autoscaling:TerminateInstanceInAutoScalingGroup"], [group])


def _read_source(uri: str, partition: str) -> list[iam.Statement]:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    archive = key.endswith((".tar.gz", ".tgz"))
    below = f"{key.rstrip('/')}/*".lstrip("/")
    read = iam.allow(["s3:GetObject"], [iam.s3_arn(partition, bucket, key if archive else below)])
    if archive:
        return [read]
    prefixes = [key, below] if key else ["*"]
    listing = iam.allow(["s3:ListBucket"], [iam.s3_arn(partition, bucket)], StringLike={"s3:prefix": prefixes})
    return [read, listing]


def _network(fleet: SpotTrainingFleet, tags: Tags) -> tuple[list[Resource], list[Text]]:
    """The fleet's own security group, or none when the user gave some."""
    if fleet.security_group_ids:
        return [], list(fleet.security_group_ids)
    found: list[Resource] = []
    vpc_id = fleet.vpc_id
    if vpc_id is None:
        found.append(ec2.subnet(fleet.named("subnet"), fleet.subnets[0].id))
        vpc_id = found[0].ref("vpc_id")
    name = fleet.named("security_group")
    group = ec2.security_group(name, f"{fleet.name}-instance", vpc_id, tags, f"Fleet {fleet.name}: nothing in")
    egress = ec2.open_egress(fleet.named("egress"), group, fleet.egress_ports, tags)
    return [*found, group, *egress], [group.ref("id")]


def _launch_template(fleet: SpotTrainingFleet, profile: Resource, groups: list[Text], tags: Tags) -> Resource:
    volume = ec2.encrypted_gp3(fleet.root_device, fleet.root_volume_gib, fleet.volume_kms_key_arn)
    body: dict[str, Any] = {
        "block_device_mappings": [volume],
        "description": f"Instances of the fleet {fleet.name}",
        "iam_instance_profile": [{"arn": profile.ref("arn")}],
        "image_id": _image(fleet),
        "instance_initiated_shutdown_behavior": "terminate",
        "tag_specifications": specifications(named(tags, fleet.name), _LAUNCHED),
        "user_data": call("base64encode", fleet.user_data) if fleet.user_data else None,
        "vpc_security_group_ids": groups,
    }
    return ec2.launch_template(fleet.named("template"), fleet.name, tags, body)


def _image(fleet: SpotTrainingFleet) -> Text:
    if fleet.ami is None:
        return machine.default_ami(fleet.types)
    is_parameter = is_known(fleet.ami) and str(fleet.ami).startswith("/")
    return template("resolve:ssm:", fleet.ami) if is_parameter else fleet.ami


def _group(fleet: SpotTrainingFleet, launch: Resource, tags: Tags) -> Resource:
    want = fleet.capacity
    overrides = [autoscaling.Override(kind.name, want.weights.get(kind.name)) for kind in fleet.types]
    size = autoscaling.Size(want.target, fleet.max_capacity or want.target, fleet.min_capacity)
    return autoscaling.mixed_group(
        fleet.named("group"),
        fleet.name,
        launch,
        overrides,
        autoscaling.distribution(fleet.on_demand_base, 0, fleet.allocation_strategy),
        size,
        [subnet.id for subnet in fleet.subnets],
        tags,
        capacity_rebalance=fleet.capacity_rebalance,
        health_check_type="EC2",
        # Balancing zones would terminate healthy instances in the middle of their work.
        suspended_processes=["AZRebalance"],
    )


def _outputs(fleet: SpotTrainingFleet, group: Resource, launch: Resource, role: Resource) -> dict[str, Output]:
    start = template(
        "aws autoscaling set-desired-capacity --auto-scaling-group-name ",
        group.ref("name"),
        f" --desired-capacity {fleet.capacity.target}",
    )
    return {
        "group_name": Output(group.ref("name"), "The Auto Scaling group"),
        "launch_template_id": Output(launch.ref("id"), "Its launch template"),
        "role_arn": Output(role.ref("arn"), "What instances may do: attach policies for your own buckets here"),
        "start": Output(start, f"Start again, with all {fleet.capacity.target} {fleet.capacity.unit}"),
    }
