"""Fleets against the real provider: every stack and example planned, and one of everything applied."""

from pathlib import Path
from typing import Any

import boto3
import pytest

from aicost_iac import Stack, output
from tests.aws.everything import everything
from tests.aws.moto_process import MotoServer
from tests.aws.terraform import Terraform
from tests.examples import all_stacks

P4_QUOTAS = ("L-417A185B", "L-7212CCBC")
STACKS = all_stacks()


def write(stack: Stack, folder: Path) -> Path:
    """The stack's Terraform document, alone in a folder."""
    document = output.files([stack])[f"stacks/{stack.name}/{output.DOCUMENT}"]
    (folder / output.DOCUMENT).write_text(document, encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", STACKS)
def test_a_stack_is_valid_and_plans(name: str, terraform: Terraform, moto: MotoServer, tmp_path: Path) -> None:
    stack = STACKS[name]
    root = terraform.root(write(stack, tmp_path), moto.url)
    root.init()
    root.validate()
    actions = root.plan().actions
    assert sorted(actions) == sorted(made.address for made in stack.plan().resources if made.mode == "resource")
    assert {tuple(action) for action in actions.values()} <= {("create",)}


def test_everything_applies_with_an_empty_second_plan_and_is_destroyed(
    terraform: Terraform, moto: MotoServer, tmp_path: Path
) -> None:
    raise_p4_quotas(moto)
    root = terraform.root(write(everything(), tmp_path), moto.url)
    root.init()
    root.validate()
    root.apply()
    root.assert_plan_is_empty()
    assert root.outputs()["coupled_fallback_group_name"] == "coupled-on-demand"
    root.destroy()
    assert running_instances(moto) == []
    assert groups(moto) == []


def test_a_plan_fails_where_the_quota_could_never_hold_the_fleet(
    terraform: Terraform, moto: MotoServer, tmp_path: Path
) -> None:
    root = terraform.root(write(everything(), tmp_path), moto.url)
    root.init()
    with pytest.raises(AssertionError, match=r"All P4, P3 and P2 Spot Instance Requests.*below\s+the 192 vCPUs"):
        root.plan()


def raise_p4_quotas(moto: MotoServer) -> None:
    quotas = client("service-quotas", moto)
    for code in P4_QUOTAS:
        quotas.request_service_quota_increase(ServiceCode="ec2", QuotaCode=code, DesiredValue=400.0)


def running_instances(moto: MotoServer) -> list[str]:
    only = [{"Name": "instance-state-name", "Values": ["pending", "running"]}]
    reservations = client("ec2", moto).describe_instances(Filters=only)["Reservations"]
    return [instance["InstanceId"] for reservation in reservations for instance in reservation["Instances"]]


def groups(moto: MotoServer) -> list[str]:
    found = client("autoscaling", moto).describe_auto_scaling_groups()["AutoScalingGroups"]
    return [group["AutoScalingGroupName"] for group in found]


def client(service: str, moto: MotoServer) -> Any:
    keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    return boto3.client(service, endpoint_url=moto.url, region_name="us-east-1", **keys)
