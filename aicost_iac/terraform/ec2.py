"""Launch templates and the network around an instance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aicost_iac.expr import Text
from aicost_iac.plan import Resource
from aicost_iac.terraform.tagging import Tags, named

# https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-options.html
IMDS_V2 = {
    "http_endpoint": "enabled",
    "http_tokens": "required",
    "http_put_response_hop_limit": 1,
}


def encrypted_gp3(device_name: str, size_gib: int, kms_key_id: Text | None = None) -> dict[str, Any]:
    """A root volume that goes away with its instance."""
    volume = {
        "delete_on_termination": True,
        "encrypted": True,
        "kms_key_id": kms_key_id,
        "volume_size": size_gib,
        "volume_type": "gp3",
    }
    return {"device_name": device_name, "ebs": [volume]}


def launch_template(name: str, template_name: str, tags: Tags, body: Mapping[str, Any]) -> Resource:
    """A launch template whose newest version is its default; IMDSv2 only."""
    common = {
        "name": template_name,
        "metadata_options": [IMDS_V2],
        "tags": named(tags, template_name),
        "update_default_version": True,
    }
    return Resource("aws_launch_template", name, {**common, **body})


def security_group(name: str, group_name: str, vpc_id: Text, tags: Tags, description: str) -> Resource:
    """A security group without a single rule: rules are resources of their own."""
    body = {"name": group_name, "description": description, "vpc_id": vpc_id, "tags": named(tags, group_name)}
    return Resource("aws_security_group", name, body)


def egress_rule(name: str, group: Resource, port: int, cidr: Mapping[str, str], tags: Tags) -> Resource:
    """Outbound TCP to one port. `cidr` is `{"cidr_ipv4": ...}` or `{"cidr_ipv6": ...}`."""
    body = {
        "security_group_id": group.ref("id"),
        "description": f"TCP {port} out",
        "from_port": port,
        "to_port": port,
        "ip_protocol": "tcp",
        "tags": tags,
        **cidr,
    }
    return Resource("aws_vpc_security_group_egress_rule", name, body)


def open_egress(name: str, group: Resource, ports: Sequence[int], tags: Tags) -> list[Resource]:
    """The ports an instance may call, over IPv4 and IPv6."""
    everywhere = {"ipv4": {"cidr_ipv4": "0.0.0.0/0"}, "ipv6": {"cidr_ipv6": "::/0"}}
    return [
        egress_rule(f"{name}_{port}_{family}", group, port, cidr, tags)
        for port in ports
        for family, cidr in everywhere.items()
    ]


def subnet(name: str, subnet_id: Text) -> Resource:
    """What AWS knows about a subnet, its VPC among it."""
    return Resource("aws_subnet", name, {"id": subnet_id}, "data")
