"""Requests to AWS that no resource of the provider makes.

A request is a `terraform_data` resource: a plan shows it and its changes, references in it resolve, and the state keeps
it, but nothing sends it. Its output holds the JSON that the AWS CLI takes:

    terraform output -raw chat_create_inference_component > request.json
    aws sagemaker create-inference-component --cli-input-json file://request.json

https://developer.hashicorp.com/terraform/language/resources/terraform-data
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aicost_iac.expr import Raw
from aicost_iac.plan import Assumption, Output, Plan, Resource

KIND = "terraform_data"

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@dataclass(frozen=True, slots=True)
class Request:
    """One call of an AWS API."""

    service: str
    """As the AWS CLI and boto3 name it, such as `sagemaker`."""
    operation: str
    """As the API names it, such as `CreateTransformJob`."""
    parameters: Mapping[str, Any]
    reason: str
    """Why a request, and not a resource."""

    @property
    def command(self) -> str:
        """What the AWS CLI calls it: `aws sagemaker create-transform-job`."""
        return f"aws {self.service} {self.words('-')}"

    def words(self, separator: str = "_") -> str:
        """The operation in lower case: `create_transform_job`."""
        return _WORD.sub(separator, self.operation).lower()


def resource(name: str, made: Request, assume: tuple[Assumption, ...] = ()) -> Resource:
    """A request as a plan holds it."""
    held = {
        "service": made.service,
        "operation": made.operation,
        "reason": made.reason,
        "parameters": made.parameters,
    }
    return Resource(KIND, name, {"input": held}, assume=assume)


def output(held: Resource) -> Output:
    """The JSON of a request, with everything resolved that an apply resolves."""
    made = read(held)
    assert made is not None
    text = f"For `{made.command} --cli-input-json`: {made.reason}"
    return Output(Raw(f"jsonencode({held.address}.input.parameters)"), text)


def read(held: Resource) -> Request | None:
    """The request that a resource holds; None where it is something else."""
    found = held.body.get("input")
    if held.type != KIND or not isinstance(found, Mapping) or not {"service", "operation"} <= found.keys():
        return None
    return Request(found["service"], found["operation"], found.get("parameters", {}), found.get("reason", ""))


def requests_of(plan: Plan) -> Iterator[tuple[Resource, Request]]:
    """Every request of a plan, with the resource that holds it."""
    for held in plan.of_type(KIND):
        if (made := read(held)) is not None:
            yield held, made
