"""Blueprints for the tests, and their requests as an apply would resolve them."""

from typing import Any

from aicost_iac import (
    Blueprint,
    Container,
    Context,
    CostTags,
    Framework,
    ManagedSpotTraining,
    Plan,
    Raw,
    Ref,
    Resource,
    ScaleToZeroEndpoint,
)
from aicost_iac.app import expand
from aicost_iac.expr import Expr
from aicost_iac.terraform.requests import Request, requests_of

TAGS = CostTags(workload_type="training", model_name="ranker", cost_center="search", team="relevance")
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/ranker:3"
ARN = "arn:aws:iam::123456789012:role"
OLDEST, NEWEST = ">= 5.100, < 7", "~> 6.39"


def training(**fields: Any) -> ManagedSpotTraining:
    """A valid job, with some fields changed."""
    given = {
        "name": "ranker",
        "run": "a1",
        "instance_type": "ml.g5.xlarge",
        "framework": Framework(name="pytorch", version="2.6"),
        "entry_point": "train.py",
        "source_s3_uri": "s3://example-source/ranker.tar.gz",
        "max_run": 36_000,
        "resumable": True,
        **fields,
    }
    return ManagedSpotTraining(**given)


def component(**fields: Any) -> ScaleToZeroEndpoint:
    """A valid endpoint, with some fields changed."""
    given = {
        "name": "chat",
        "container": Container(image=IMAGE, model_data_s3_uri="s3://example-models/chat/"),
        "instance_type": "ml.g6e.2xlarge",
        "copy_memory_mb": 40_000,
        "max_copies": 3,
        "max_instances": 3,
        **fields,
    }
    return ScaleToZeroEndpoint(**given)


def planned(item: Blueprint, version: str = OLDEST, region: str = "us-east-1") -> Plan:
    """What a blueprint becomes in a stack."""
    return expand(item, Context(TAGS, version, region=region))


def requests_in(plan: Plan) -> dict[str, Request]:
    """By the name of the resource that holds each, resolved."""
    return {
        held.name: Request(made.service, made.operation, resolved(made.parameters), made.reason)
        for held, made in requests_of(plan)
    }


def request_in(plan: Plan) -> dict[str, Any]:
    """The parameters of the only request."""
    [made] = requests_in(plan).values()
    return dict(made.parameters)


def only(plan: Plan, kind: str) -> Resource:
    """The only resource of a type."""
    [found] = plan.of_type(kind)
    return found


def resolved(value: Any) -> Any:
    """What Terraform would put in place of references."""
    if isinstance(value, dict):
        return {key: resolved(item) for key, item in value.items()}
    if isinstance(value, list):
        return [resolved(item) for item in value]
    if isinstance(value, Expr):
        return "".join(str(resolved(part)) for part in value.parts)
    if isinstance(value, Ref):
        return f"{ARN}/{value.address.rpartition('.')[2]}" if value.attribute == "arn" else _name(value.address)
    assert not isinstance(value, Raw)
    return value


def _name(address: str) -> str:
    return address.rpartition(".")[2].replace("_", "-")
