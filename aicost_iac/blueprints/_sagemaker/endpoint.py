"""What every endpoint has: a container, a role, a log that forgets, and a model behind a configuration."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from aicost_iac.blueprints._sagemaker import permissions
from aicost_iac.blueprints._sagemaker.instances import key_problems, type_problems
from aicost_iac.blueprints._sagemaker.settings import Container, DataCapture, KmsKey, Vpc, vpc_problems
from aicost_iac.errors import Problem
from aicost_iac.expr import Text
from aicost_iac.fields import Arn
from aicost_iac.model import Blueprint
from aicost_iac.plan import Output, Resource
from aicost_iac.terraform import iam, logs, sagemaker
from aicost_iac.terraform.tagging import Tags

if TYPE_CHECKING:
    from aicost_iac.model import Context

VARIANT = "AllTraffic"
LogDays = Literal[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731]


class Endpoint(Blueprint):
    """A model that answers requests."""

    container: Container
    role_arn: Arn | None = None
    """An existing role for the container; default: one of the endpoint's own that can do only what it needs."""
    log_days: LogDays = 30
    """How long the container's log is kept; SageMaker's own default is for ever."""


class InstanceEndpoint(Endpoint):
    """An endpoint on instances that you choose."""

    instance_type: str
    """An `ml.` type, such as `ml.g5.xlarge`."""
    vpc: Vpc | None = None
    network_isolation: bool = False
    """No network for the container at all."""
    kms_key: KmsKey | None = None
    """A customer key for the instances' disks; refused for types with local disks."""
    startup_seconds: Annotated[int, Field(ge=60, le=3600)] = 600
    """How long the container may take to answer its first health check."""
    download_seconds: Annotated[int, Field(ge=60, le=3600)] = 900
    """How long a model may take to arrive on an instance."""

    def problems(self) -> Iterator[Problem]:
        yield from super().problems()
        yield from type_problems("instance_type", self.instance_type, "hosting")
        yield from key_problems("kms_key", self.kms_key, "instance_type", self.instance_type)
        yield from vpc_problems(self.vpc)

    def waiting(self) -> dict[str, Any]:
        """How long a variant may take to come up."""
        return {
            "container_startup_health_check_timeout_in_seconds": self.startup_seconds,
            "model_data_download_timeout_in_seconds": self.download_seconds,
        }


@dataclass(frozen=True, slots=True)
class Hosting:
    """What an endpoint is built on."""

    role: Text
    model: Resource
    resources: tuple[Resource, ...]
    """All of it, in order."""
    after: tuple[Resource, ...]
    """What an endpoint must wait for."""


def hosting(
    served: Endpoint,
    context: Context,
    container: Mapping[str, Any],
    extra: Iterable[iam.Statement] = (),
    log: str | None = None,
) -> Hosting:
    """Role, log group and model. `container` completes the provider's block; `extra` are more rights."""
    tags = context.tags.keys()
    group = logs.log_group(served.named("log"), log or f"/aws/sagemaker/Endpoints/{served.name}", served.log_days, tags)
    role = _role(served, context.partition, [*extra], tags)
    block = {"environment": served.container.environment, "image": served.container.image, **container}
    network = _network(served)
    role_arn = served.role_arn or role[0].ref("arn")
    model = sagemaker.model(served.named("model"), served.name, role_arn, block, tags, **network)
    return Hosting(role_arn, model, (group, *role, model), (group, *role[1:]))


def model_data(container: Container) -> dict[str, Any]:
    """Where the model's files are: an archive, or everything below a prefix."""
    if container.model_data_s3_uri is None:
        return {}
    if not container.is_prefix:
        return {"model_data_url": container.model_data_s3_uri}
    source = {"compression_type": "None", "s3_data_type": "S3Prefix", "s3_uri": container.model_data_s3_uri}
    return {"model_data_source": [{"s3_data_source": [source]}]}


def capture(settings: DataCapture | None) -> dict[str, Any]:
    """The block that keeps requests and answers; nothing by default."""
    if settings is None:
        return {}
    block = {
        "capture_options": [{"capture_mode": "Input"}, {"capture_mode": "Output"}],
        "destination_s3_uri": settings.s3_uri,
        "enable_capture": True,
        "initial_sampling_percentage": settings.percent,
        "kms_key_id": settings.kms_key,
    }
    return {"data_capture_config": [block]}


def capture_rights(settings: DataCapture | None, partition: str) -> list[iam.Statement]:
    """What keeping requests and answers takes."""
    if settings is None:
        return []
    bucket, key = permissions.split(settings.s3_uri)
    return [*permissions.write(partition, bucket, key), *permissions.keys((settings.kms_key,))]


def outputs(endpoint: Resource, built: Hosting) -> dict[str, Output]:
    """What every endpoint tells."""
    return {
        "endpoint_arn": Output(endpoint.ref("arn"), "What callers need sagemaker:InvokeEndpoint on"),
        "endpoint_name": Output(endpoint.ref("name"), "What callers invoke"),
        "role_arn": Output(built.role, "What the container may do: attach policies for what else it needs"),
    }


def _role(served: Endpoint, partition: str, extra: list[iam.Statement], tags: Tags) -> list[Resource]:
    if served.role_arn is not None:
        return []
    text = f"Containers of the endpoint {served.name}"
    role = iam.service_role(served.named("role"), f"{served.name}-hosting", "sagemaker.amazonaws.com", tags, text)
    data = served.container.model_data_s3_uri
    statements = [
        *permissions.logs_and_metrics(partition, "/aws/sagemaker/"),
        *permissions.pull(partition, served.container.image),
        *permissions.read(partition, [] if data is None else [data]),
        *([permissions.network()] if getattr(served, "vpc", None) is not None else []),
        *permissions.keys((getattr(served, "kms_key", None),), "kms:CreateGrant"),
        *extra,
    ]
    return [role, iam.role_policy(served.named("work"), "work", role, statements)]


def _network(served: Endpoint) -> dict[str, Any]:
    if not isinstance(served, InstanceEndpoint):
        return {}
    vpc = served.vpc
    block = [] if vpc is None else [{"security_group_ids": vpc.security_group_ids, "subnets": vpc.subnet_ids}]
    return {"enable_network_isolation": served.network_isolation or None, "vpc_config": block}
