"""SageMaker models, endpoints and training jobs.

Models and endpoint configurations never change: a change makes another one, before the one in use goes. So they have
no fixed name, and the endpoint, which has one, moves from the old to the new.
https://docs.aws.amazon.com/sagemaker/latest/dg/realtime-endpoints-update.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from aicost_iac.expr import Text
from aicost_iac.plan import Resource
from aicost_iac.terraform.tagging import Tags, named

# The first versions of hashicorp/aws that have them: read from the schemas of 6.20 and 6.21, 6.38 and 6.39. An
# inference component is in none up to 6.69: https://github.com/hashicorp/terraform-provider-aws/issues/35226
VARIANT_WITHOUT_MODEL = (6, 21)
TRAINING_JOB = (6, 39)

_REPLACED_FIRST = {"create_before_destroy": True}
# A name is 63 characters long at most, of which the provider takes 26.
_PREFIX = 36
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
# Members of a request that are maps of the user's own keys, not structures.
_MAPS = frozenset({"Environment", "HyperParameters"})


def model(name: str, title: str, role: Text, container: Mapping[str, Any], tags: Tags, **more: Any) -> Resource:
    """A model of one container; the provider chooses its name, `title` is its `Name` tag."""
    body = {
        "execution_role_arn": role,
        "lifecycle": _REPLACED_FIRST,
        "primary_container": [container],
        "tags": named(tags, title),
        **more,
    }
    return Resource("aws_sagemaker_model", name, body)


def endpoint_configuration(name: str, title: str, variant: Mapping[str, Any], tags: Tags, **more: Any) -> Resource:
    """A configuration with one variant, whose name begins with `title`."""
    body = {
        "lifecycle": _REPLACED_FIRST,
        "name_prefix": f"{title[:_PREFIX]}-",
        "production_variants": [variant],
        "tags": named(tags, title),
        **more,
    }
    return Resource("aws_sagemaker_endpoint_configuration", name, body)


def endpoint(name: str, endpoint_name: str, configuration: Resource, tags: Tags, after: Sequence[Resource]) -> Resource:
    """An endpoint that waits for `after`: the rights its containers need, and the log group they write to."""
    body = {
        "name": endpoint_name,
        "depends_on": [first.address for first in after],
        "endpoint_config_name": configuration.ref("name"),
        "tags": named(tags, endpoint_name),
    }
    return Resource("aws_sagemaker_endpoint", name, body)


def training_job(name: str, request: Mapping[str, Any], tags: Tags, after: Sequence[Resource]) -> Resource:
    """A `CreateTrainingJob` request as a resource: an apply starts the job and does not wait for its end."""
    body = blocks({key: value for key, value in request.items() if key != "Tags"})
    return Resource(
        "aws_sagemaker_training_job", name, {**body, "depends_on": [each.address for each in after], "tags": tags}
    )


def blocks(structure: Mapping[str, Any]) -> dict[str, Any]:
    """A structure of the API as the provider's schema spells it: snake case, structures in lists of one."""
    return {_WORD.sub("_", key).lower(): _block(key, value) for key, value in structure.items()}


def vpc(subnets: Sequence[Text], security_groups: Sequence[Text]) -> dict[str, Any]:
    """The network of a model's or a job's containers, as the API spells it."""
    return {"SecurityGroupIds": list(security_groups), "Subnets": list(subnets)}


def api_tags(tags: Tags) -> list[dict[str, str]]:
    """Tags as the API takes them."""
    return [{"Key": key, "Value": value} for key, value in sorted(tags.items())]


def _block(key: str, value: Any) -> Any:
    if key in _MAPS:
        return value
    if isinstance(value, Mapping):
        return [blocks(value)]
    if isinstance(value, list):
        return [blocks(item) if isinstance(item, Mapping) else item for item in value]
    return value
