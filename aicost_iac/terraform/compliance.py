"""Who looks whether resources carry their tags: AWS Config, and groups of what carries one.

https://docs.aws.amazon.com/config/latest/developerguide/required-tags.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from aicost_iac.expr import json_document
from aicost_iac.plan import Resource
from aicost_iac.terraform.tagging import Tags

KEYS_PER_RULE = 6
# https://docs.aws.amazon.com/config/latest/APIReference/API_ConfigRule.html
MAX_PARAMETERS = 1_024

REQUIRED_TAGS_TYPES = frozenset({
    "AWS::ACM::Certificate", "AWS::AutoScaling::AutoScalingGroup", "AWS::CloudFormation::Stack",
    "AWS::CodeBuild::Project", "AWS::DynamoDB::Table", "AWS::EC2::CustomerGateway", "AWS::EC2::Instance",
    "AWS::EC2::InternetGateway", "AWS::EC2::NetworkAcl", "AWS::EC2::NetworkInterface", "AWS::EC2::RouteTable",
    "AWS::EC2::SecurityGroup", "AWS::EC2::Subnet", "AWS::EC2::VPC", "AWS::EC2::VPNConnection",
    "AWS::EC2::VPNGateway", "AWS::EC2::Volume", "AWS::ElasticLoadBalancing::LoadBalancer",
    "AWS::ElasticLoadBalancingV2::LoadBalancer", "AWS::RDS::DBInstance", "AWS::RDS::DBSecurityGroup",
    "AWS::RDS::DBSnapshot", "AWS::RDS::DBSubnetGroup", "AWS::RDS::EventSubscription", "AWS::Redshift::Cluster",
    "AWS::Redshift::ClusterParameterGroup", "AWS::Redshift::ClusterSecurityGroup", "AWS::Redshift::ClusterSnapshot",
    "AWS::Redshift::ClusterSubnetGroup", "AWS::S3::Bucket",
})  # fmt: skip
"""What the managed rule `required-tags` can look at."""


def parameters(keys: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """`tag1Key`, `tag1Value`...: the values of a key are one text, separated by commas."""
    found: dict[str, str] = {}
    for index, (key, values) in enumerate(keys.items(), 1):
        found[f"tag{index}Key"] = key
        if values:
            found[f"tag{index}Value"] = ",".join(values)
    return found


def fits(keys: Mapping[str, Sequence[str]]) -> bool:
    """Whether one rule can hold so many keys and values."""
    return len(keys) <= KEYS_PER_RULE and len(_written(keys)) <= MAX_PARAMETERS


def shares(keys: Mapping[str, Sequence[str]]) -> Iterator[dict[str, Sequence[str]]]:
    """The keys, in as many parts as there must be rules."""
    share: dict[str, Sequence[str]] = {}
    for key, values in keys.items():
        if share and not fits({**share, key: values}):
            yield share
            share = {}
        share[key] = values
    if share:
        yield share


def required_tags(
    name: str, rule_name: str, keys: Mapping[str, Sequence[str]], resource_types: Sequence[str], tags: Tags
) -> Resource:
    """A rule of AWS Config. It needs the account's configuration recorder, which is not made here."""
    body = {
        "name": rule_name,
        "description": f"Resources carry their cost tags: {len(keys)} keys",
        "input_parameters": json_document(parameters(keys)),
        "scope": [{"compliance_resource_types": list(resource_types)}],
        "source": [{"owner": "AWS", "source_identifier": "REQUIRED_TAGS"}],
        "tags": tags,
    }
    return Resource("aws_config_config_rule", name, body)


def resource_group(name: str, group_name: str, key: str, value: str, tags: Tags) -> Resource:
    """Everything of the region that carries a tag, as one group of the console and of the APIs that take groups."""
    query = {"ResourceTypeFilters": ["AWS::AllSupported"], "TagFilters": [{"Key": key, "Values": [value]}]}
    body = {
        "name": group_name,
        "description": f"{key} is {value}",
        "resource_query": [{"type": "TAG_FILTERS_1_0", "query": json_document(query)}],
        "tags": tags,
    }
    return Resource("aws_resourcegroups_group", name, body)


def _written(keys: Mapping[str, Sequence[str]]) -> str:
    return json.dumps(parameters(keys), separators=(",", ":"))
