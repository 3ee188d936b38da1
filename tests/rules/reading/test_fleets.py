"""Fleets and groups: zones, coupling, types and bills; the images and volumes of their templates."""

from typing import Any

import pytest

from aicost_iac.rules import Subject, World
from aicost_iac.rules.reading import volumes
from aicost_iac.rules.reading.fleets import fleet, gpu_types, group_month, is_coupled, monthly, zones
from aicost_iac.rules.reading.images import is_open
from aicost_iac.rules.reading.values import Block
from tests.rules.documents import TODAY, Document, world
from tests.rules.reading.manifests import resource

SPOT, GROUP = "aws_spot_fleet_request", "aws_autoscaling_group"


def _made(kind: str, *more: Document, **body: Any) -> tuple[Subject, World]:
    made = world([resource(kind, **body), *more])
    [subject] = made.of(kind)
    return subject, made


def _fleet(*more: Document, **body: Any) -> Any:
    subject, made = _made(SPOT, *more, **body)
    return fleet(subject), made


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"launch_specification": [{"instance_type": "g5.xlarge", "subnet_id": "subnet-1"},
                                   {"instance_type": "g5.xlarge", "subnet_id": "subnet-2"}]}, ("subnet-1", "subnet-2")),
        ({"launch_template_config": [{"overrides": [{"instance_type": "g5.xlarge", "availability_zone": "a"},
                                                    {"instance_type": "g6.xlarge", "availability_zone": "a"}]}]},
         ("a",)),
        ({"launch_specification": [{"instance_type": "g5.xlarge", "subnet_id": "${aws_subnet.a.id}"}]},
         ("${aws_subnet.a.id}",)),
        ({"launch_specification": [{"instance_type": "g5.xlarge", "subnet_id": "${var.subnet}"}]}, None),
        ({"launch_specification": [{"instance_type": "g5.xlarge", "subnet_id": "subnet-1, subnet-2"}]},
         ("subnet-1", "subnet-2")),
        ({"launch_specification": [{"instance_type": "g5.xlarge"}]}, None),
    ],
)  # fmt: skip
def test_the_zones_that_can_be_counted(body: dict[str, Any], found: tuple[str, ...] | None) -> None:
    running, _ = _fleet(**body)
    assert zones(running) == found


CHOICE = [{"instance_type": "p4d.24xlarge"}]
TEMPLATE = "${aws_launch_template.it.id}"


@pytest.mark.parametrize(
    ("specification", "more", "coupled"),
    [
        ({"placement_group": "train"}, [], True),
        ({"placement_group": "${aws_placement_group.it.id}"}, [resource("aws_placement_group", strategy="cluster")],
         True),
        ({"placement_group": "${aws_placement_group.it.id}"}, [resource("aws_placement_group", strategy="spread")],
         False),
        ({}, [], False),
    ],
)  # fmt: skip
def test_nodes_of_a_cluster_placement_group_are_coupled(
    specification: dict[str, Any], more: list[Document], coupled: bool
) -> None:
    running, made = _fleet(*more, launch_specification=[{**CHOICE[0], **specification}])
    assert is_coupled(running, made) is coupled


@pytest.mark.parametrize(("interface", "coupled"), [("efa", True), ("efa-only", True), ("interface", False)])
def test_nodes_over_efa_are_coupled(interface: str, coupled: bool) -> None:
    template = resource("aws_launch_template", network_interfaces=[{"interface_type": interface}])
    running, made = _fleet(template, launch_template_config=[
        {"launch_template_specification": [{"id": TEMPLATE}], "overrides": CHOICE}])  # fmt: skip
    assert is_coupled(running, made) is coupled


@pytest.mark.parametrize(
    ("specifications", "usd"),
    [
        ([{"instance_type": "g6e.xlarge"}], "5434.12"),
        ([{"instance_type": "g6e.xlarge", "weighted_capacity": "2"}], "2717.06"),
        ([{"instance_type": "g6e.xlarge"}, {"instance_type": "p4d.24xlarge"}], "5434.12"),
        ([{"instance_type": "g6e.xlarge", "weighted_capacity": "${var.weight}"}], None),
        ([{"instance_type": "x9.huge"}], None),
    ],
)
def test_a_fleet_is_billed_in_its_cheapest_type(specifications: list[dict[str, Any]], usd: str | None) -> None:
    running, made = _fleet(target_capacity=4, launch_specification=specifications)
    bill = monthly(running, made.facts)
    assert (str(bill.usd_month) if bill else None) == usd


def test_a_group_without_spot_is_no_fleet() -> None:
    subject, _ = _made(GROUP, max_size=4, mixed_instances_policy=[{"launch_template": [{"override": CHOICE}]}])
    assert fleet(subject) is None


@pytest.mark.parametrize(
    ("types", "found"),
    [(["g5.xlarge", "g6.xlarge"], ("g5.xlarge", "g6.xlarge")), (["g5.xlarge", "m5.large"], ()), ([], ())],
)
def test_a_group_of_gpus_has_nothing_else(types: list[str], found: tuple[str, ...]) -> None:
    override = [{"instance_type": each} for each in types]
    assert gpu_types(*_made(GROUP, mixed_instances_policy=[{"launch_template": [{"override": override}]}])) == found


@pytest.mark.parametrize(
    ("body", "usd"),
    [
        ({"scaling_config": [{"desired_size": 2}], "instance_types": ["g6e.xlarge"]}, "2717.06"),
        ({"scaling_config": [{"desired_size": "${var.size}"}], "instance_types": ["g6e.xlarge"]}, None),
        ({"scaling_config": [{"desired_size": 2}], "instance_types": ["${var.type}"]}, None),
    ],
)
def test_the_bill_of_a_group(body: dict[str, Any], usd: str | None) -> None:
    bill = group_month(*_made("aws_eks_node_group", **body))
    assert (str(bill.usd_month) if bill else None) == usd


@pytest.mark.parametrize(
    ("holder", "usd"),
    [
        ({"root_block_device": [{"volume_size": 100, "volume_type": "gp3"}]}, "8.00"),
        ({"ebs_block_device": [{"volume_size": "100"}], "root_block_device": [{"volume_size": 50}]}, "15.00"),
        ({"block_device_mappings": [{"ebs": [{"volume_size": 200, "volume_type": "io2"}]}, {"no_device": "x"}]},
         "25.00"),
        ({"root_block_device": [{"volume_type": "gp3"}]}, None),
        ({"root_block_device": [{"volume_size": 100, "volume_type": "${var.type}"}]}, None),
        ({}, None),
    ],
)  # fmt: skip
def test_the_bill_of_an_instances_volumes(holder: dict[str, Any], usd: str | None) -> None:
    bill = volumes.month(Block(holder), TODAY)
    assert (str(bill.usd_month) if bill else None) == usd


@pytest.mark.parametrize(
    ("image", "data", "open_driver"),
    [
        ("resolve:ssm:/aws/service/deeplearning/ami/x86_64/oss-nvidia-driver/ami-id", {}, True),
        ("${data.aws_ami.dl.id}", {"aws_ami": {"dl": {"filter": [
            {"name": "name", "values": ["Deep Learning Base OSS Nvidia Driver GPU AMI*"]}]}}}, True),
        ("${data.aws_ssm_parameter.dl.value}", {"aws_ssm_parameter": {"dl": {
            "name": "/aws/service/deeplearning/ami/oss-nvidia-driver/ami-id"}}}, True),
        ("${data.aws_ami.dl.id}", {"aws_ami": {"dl": {"filter": [{"name": "name", "values": ["ubuntu*"]}]}}}, False),
        ("ami-0123456789abcdef0", {}, False),
    ],
)  # fmt: skip
def test_the_driver_of_an_image(image: str, data: dict[str, Any], open_driver: bool) -> None:
    subject, made = _made("aws_launch_template", {"data": data}, image_id=image)
    assert is_open(Block(subject.body), "image_id", made) is open_driver
