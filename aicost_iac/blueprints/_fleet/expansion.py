"""A fleet's resources, in the order they refer to each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aicost_iac.blueprints._fleet import coupled, guards, machine, permissions, spot_fleet
from aicost_iac.blueprints._fleet.groups import Groups, fallback_policies, groups
from aicost_iac.blueprints._fleet.interruptions import interruption_queue
from aicost_iac.blueprints._fleet.quotas import quota_checks
from aicost_iac.blueprints._fleet.workload import Workload
from aicost_iac.expr import Text, call, template
from aicost_iac.fields import is_known
from aicost_iac.plan import Output, Plan, Resource
from aicost_iac.terraform import autoscaling, ec2, iam, s3
from aicost_iac.terraform.tagging import Tags, named, specifications

if TYPE_CHECKING:
    from aicost_iac.blueprints.spot_training_fleet import SpotTrainingFleet
    from aicost_iac.model import Context

# What an instance brings with it and AWS bills for.
_LAUNCHED = ("instance", "network-interface", "volume")
# How long an instance may keep a scale-in waiting: stop, save, and some slack.
_HOOK_SECONDS = 300


def expand(fleet: SpotTrainingFleet, context: Context) -> Plan:
    """Bucket, role, network, launch template; then groups and what watches them, or a spot fleet request."""
    tags = context.tags.keys()
    bucket = _bucket(fleet, context.partition, tags)
    where = None if fleet.checkpoints is None else fleet.checkpoints.bucket or bucket[0].ref("id")
    role = _role(fleet, tags)
    profile = iam.instance_profile(fleet.named("profile"), f"{fleet.name}-instance", role, tags)
    granted = permissions.granted(fleet, role, where, context.partition)
    network, group_ids = _network(fleet, tags)
    launch = _launch_template(fleet, profile, group_ids, workload_of(fleet, where).user_data(), tags)
    common = [*quota_checks(fleet), *bucket, role, *granted, profile, *network, launch]
    outputs = _outputs(launch, role, where)
    if fleet.engine == "spot-fleet":
        request = spot_fleet.request(fleet, launch, context.partition, tags)
        resources, more = request, {"fleet_id": Output(request[-1].ref("id"), "The spot fleet request")}
    else:
        resources, more = _scaled(fleet, launch, context.partition, tags)
    return Plan((*common, *resources), outputs={**outputs, **more}, external=fleet.reads())


def workload_of(fleet: SpotTrainingFleet, bucket: Text | None) -> Workload:
    """What an instance of the fleet runs. `bucket` holds its checkpoints."""
    saved = fleet.checkpoints
    prefix = None if saved is None else template("s3://", bucket or "", f"/{fleet.name}/{saved.run}/")
    return Workload(
        origin=fleet.origin,
        fleet=fleet.name,
        groups=(fleet.name, fleet.fallback_name) if fleet.on_demand_fallback else (fleet.name,),
        fallback_unit=fleet.fallback.unit if fleet.on_demand_fallback else 1,
        weighted=bool(fleet.capacity.weights),
        engine=fleet.engine,
        hook=hook_name(fleet),
        command=fleet.command,
        environment=fleet.environment,
        source=None if fleet.source_s3_uri is None else str(fleet.source_s3_uri),
        checkpoints=prefix,
        every_seconds=saved.every_seconds if saved else 0,
        attempts=fleet.attempts,
        deadline_hours=fleet.deadline_hours,
        gpu_metrics=fleet.idle_guard is not None,
        coupled=fleet.coupling == "coupled",
    )


def hook_name(fleet: SpotTrainingFleet) -> str:
    """The lifecycle hook of a fleet's groups; its instances know it by this name."""
    return f"{fleet.name}-drain"


def _scaled(
    fleet: SpotTrainingFleet, launch: Resource, partition: str, tags: Tags
) -> tuple[list[Resource], dict[str, Output]]:
    """The groups and what watches them."""
    placement = [coupled.placement_group(fleet, tags)] if fleet.coupling == "coupled" else []
    both = groups(fleet, launch, placement[0] if placement else None, tags)
    topic = guards.topic(fleet, partition, tags)
    topic_arn = topic[1].ref("arn") if topic else fleet.notify_topic_arn
    notify: list[Text] = [] if topic_arn is None else [topic_arn]
    queue = interruption_queue(fleet, both, tags)
    resources = [
        *placement,
        *both.all,
        *_hooks(fleet, both),
        *topic,
        *fallback_policies(fleet, both, notify, tags),
        *guards.guards(fleet, both, notify, tags),
        *queue,
    ]
    return resources, _group_outputs(fleet, both, topic_arn, queue)


def _hooks(fleet: SpotTrainingFleet, both: Groups) -> list[Resource]:
    if not fleet.command:
        return []
    name = hook_name(fleet)
    return [autoscaling.terminating_hook(f"{group.name}_drain", name, group, _HOOK_SECONDS) for group in both.all]


def _bucket(fleet: SpotTrainingFleet, partition: str, tags: Tags) -> list[Resource]:
    saved = fleet.checkpoints
    if saved is None or saved.bucket is not None:
        return []
    # S3 adds 26 characters to a prefix, and takes 63 in all.
    prefix = f"{fleet.name[:24]}-checkpoints-"
    return s3.private_bucket(fleet.named("checkpoints"), prefix, partition, tags, saved.keep_days, saved.kms_key_arn)


def _role(fleet: SpotTrainingFleet, tags: Tags) -> Resource:
    text = f"Instances of the fleet {fleet.name}"
    return iam.service_role(fleet.named("role"), f"{fleet.name}-instance", "ec2.amazonaws.com", tags, text)


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
    between = coupled.self_rules(fleet, group, tags) if fleet.coupling == "coupled" else []
    return [*found, group, *egress, *between], [group.ref("id")]


def _launch_template(
    fleet: SpotTrainingFleet, profile: Resource, group_ids: list[Text], user_data: Text, tags: Tags
) -> Resource:
    interfaces = coupled.interfaces(fleet, group_ids) if fleet.coupling == "coupled" else []
    body: dict[str, Any] = {
        "block_device_mappings": [
            ec2.encrypted_gp3(fleet.root_device, fleet.root_volume_gib, fleet.volume_kms_key_arn)
        ],
        "description": f"Instances of the fleet {fleet.name}",
        "iam_instance_profile": [{"arn": profile.ref("arn")}],
        "image_id": _image(fleet),
        "instance_initiated_shutdown_behavior": "terminate",
        "network_interfaces": interfaces,
        "tag_specifications": specifications(named(tags, fleet.name), _LAUNCHED),
        "user_data": call("base64encode", user_data) if user_data else None,
        "vpc_security_group_ids": [] if interfaces else group_ids,
    }
    return ec2.launch_template(fleet.named("template"), fleet.name, tags, body)


def _image(fleet: SpotTrainingFleet) -> Text:
    if fleet.ami is None:
        return machine.default_ami(fleet.types)
    is_parameter = is_known(fleet.ami) and str(fleet.ami).startswith("/")
    return template("resolve:ssm:", fleet.ami) if is_parameter else fleet.ami


def _outputs(launch: Resource, role: Resource, bucket: Text | None) -> dict[str, Output]:
    outputs = {
        "launch_template_id": Output(launch.ref("id"), "Its launch template"),
        "role_arn": Output(role.ref("arn"), "What instances may do: attach policies for your own buckets here"),
    }
    return {**outputs, "checkpoint_bucket": Output(bucket, "Where checkpoints lie")} if bucket is not None else outputs


def _group_outputs(
    fleet: SpotTrainingFleet, both: Groups, topic_arn: Text | None, queue: list[Resource]
) -> dict[str, Output]:
    command = "aws autoscaling set-desired-capacity --auto-scaling-group-name "
    start = template(command, both.spot.ref("name"), f" --desired-capacity {fleet.capacity.target}")
    outputs = {
        "group_name": Output(both.spot.ref("name"), "The Auto Scaling group"),
        "start": Output(start, f"Start again, with all {fleet.capacity.target} {fleet.capacity.unit}"),
    }
    if both.fallback is not None:
        outputs["fallback_group_name"] = Output(both.fallback.ref("name"), "The group that buys on demand")
    if topic_arn is not None:
        outputs["alarm_topic_arn"] = Output(topic_arn, "Where alarms are published")
    if queue:
        outputs["interruption_queue_url"] = Output(queue[0].ref("id"), "Events of the fleet's life")
    return outputs
