"""What an account already has when a test starts: a VPC with subnets, security groups and images of given ids."""

from dataclasses import dataclass, fields
from typing import Any
from unittest.mock import patch

from moto.ec2.models import ec2_backends
from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend

from tests.aws.services.actions import ACCOUNT
from tests.aws.services.images import add_image

NETWORK = "10.42.{}.0/{}"
MAX_SUBNETS = 16


def _frozen(value: str | list[str]) -> str | tuple[str, ...]:
    return value if isinstance(value, str) else tuple(value)


@dataclass(frozen=True)
class Given:
    """Identifiers to exist in `region`; subnets are spread over its zones, all in `vpc`."""

    region: str = "us-east-1"
    vpc: str = "vpc-0a1b2c3d"
    subnets: tuple[str, ...] = ()
    security_groups: tuple[str, ...] = ()
    images: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> "Given":
        """From the body of a request; an unknown key is a TypeError."""
        known: dict[str, Any] = {name: _frozen(value) for name, value in document.items()}
        return cls(**known)

    def as_json(self) -> dict[str, Any]:
        """The body of a request."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def create(given: Given) -> None:
    """Creates what does not exist yet."""
    backend = ec2_backends[ACCOUNT][given.region]
    if given.subnets or given.security_groups:
        _create_vpc(backend, given.vpc)
    for subnet in given.subnets:
        _create_subnet(backend, given.vpc, subnet, given.region)
    for group in given.security_groups:
        _create_security_group(backend, given.vpc, group)
    for image in given.images:
        add_image(backend, image, f"given-{image}")


def _create_vpc(backend: Any, vpc: str) -> None:
    if vpc not in backend.vpcs:
        with patch("moto.ec2.models.vpcs.random_vpc_id", return_value=vpc):
            backend.create_vpc(NETWORK.format(0, 16))


def _create_subnet(backend: Any, vpc: str, subnet: str, region: str) -> None:
    existing = [known.id for known in backend.describe_subnets(filters={"vpc-id": vpc})]
    if subnet in existing:
        return
    assert len(existing) < MAX_SUBNETS, f"at most {MAX_SUBNETS} subnets can be given"
    zones = [zone.name for zone in RegionsAndZonesBackend.zones[region]]
    with patch("moto.ec2.models.subnets.random_subnet_id", return_value=subnet):
        backend.create_subnet(
            vpc,
            NETWORK.format(len(existing) * 16, 20),
            availability_zone=zones[len(existing) % len(zones)],
        )


def _create_security_group(backend: Any, vpc: str, group: str) -> None:
    if not backend.describe_security_groups(filters={"group-id": group}):
        with patch("moto.ec2.models.security_groups.random_security_group_id", return_value=group):
            backend.create_security_group(group, "given", vpc_id=vpc)
