"""What the scripts on an instance call, on what they call it for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aicost_iac.blueprints._fleet.guards import NAMESPACE
from aicost_iac.expr import Text
from aicost_iac.plan import Resource
from aicost_iac.terraform import iam

if TYPE_CHECKING:
    from aicost_iac.blueprints.spot_training_fleet import SpotTrainingFleet


def granted(fleet: SpotTrainingFleet, role: Resource, checkpoints: Text | None, partition: str) -> list[Resource]:
    """Session Manager, and one inline policy for the work. `checkpoints` is a bucket's name."""
    found = [iam.managed_policy(fleet.named("session_manager"), role, "AmazonSSMManagedInstanceCore", partition)]
    statements = _statements(fleet, checkpoints, partition) if fleet.command else []
    if statements:
        found.append(iam.role_policy(fleet.named("work"), "work", role, statements))
    return found


def _statements(fleet: SpotTrainingFleet, checkpoints: Text | None, partition: str) -> list[iam.Statement]:
    statements = [] if fleet.engine == "spot-fleet" else _own_groups(fleet, partition)
    if fleet.source_s3_uri is not None:
        bucket, _, key = str(fleet.source_s3_uri).removeprefix("s3://").partition("/")
        statements += _read(bucket, key, partition)
    if checkpoints is not None and fleet.checkpoints is not None:
        prefix = f"{fleet.name}/{fleet.checkpoints.run}/*"
        statements += [_list(checkpoints, [prefix, prefix[:-1]], partition)]
        statements += [iam.allow(["s3:GetObject", "s3:PutObject"], [iam.s3_arn(partition, checkpoints, prefix)])]
        if fleet.checkpoints.kms_key_arn is not None:
            statements += [iam.allow(["kms:Decrypt", "kms:GenerateDataKey"], [fleet.checkpoints.kms_key_arn])]
    if fleet.idle_guard is not None:
        only = {"StringEquals": {"cloudwatch:namespace": NAMESPACE}}
        statements += [iam.allow(["cloudwatch:PutMetricData"], ["*"], **only)]
    if fleet.coupling == "coupled":
        statements += [iam.allow(["ec2:DescribeInstances"], ["*"])]
    return statements


def _own_groups(fleet: SpotTrainingFleet, partition: str) -> list[iam.Statement]:
    """Leave the group, finish its lifecycle hook; with a fallback or a deadline, set the capacity too."""
    names = [fleet.name, *([fleet.fallback_name] if fleet.on_demand_fallback else [])]
    own = [f"arn:{partition}:autoscaling:*:*:autoScalingGroup:*:autoScalingGroupName/{name}" for name in names]
    actions = ["autoscaling:CompleteLifecycleAction", "autoscaling:TerminateInstanceInAutoScalingGroup"]
    if fleet.on_demand_fallback or fleet.deadline_hours:
        actions.append("autoscaling:SetDesiredCapacity")
    statements = [iam.allow(actions, own)]
    if fleet.on_demand_fallback:
        # Describe calls take no resource: https://docs.aws.amazon.com/service-authorization/latest/reference/
        look = ["autoscaling:DescribeAutoScalingGroups", "autoscaling:DescribeAutoScalingInstances"]
        statements.append(iam.allow(look, ["*"]))
    return statements


def _read(bucket: str, key: str, partition: str) -> list[iam.Statement]:
    """One archive, or everything below a prefix."""
    if key.endswith((".tar.gz", ".tgz")):
        return [iam.allow(["s3:GetObject"], [iam.s3_arn(partition, bucket, key)])]
    below = f"{key.rstrip('/')}/*".lstrip("/")
    listed = _list(bucket, [key, below] if key else ["*"], partition)
    return [iam.allow(["s3:GetObject"], [iam.s3_arn(partition, bucket, below)]), listed]


def _list(bucket: Text, prefixes: list[str], partition: str) -> iam.Statement:
    return iam.allow(["s3:ListBucket"], [iam.s3_arn(partition, bucket)], StringLike={"s3:prefix": prefixes})
