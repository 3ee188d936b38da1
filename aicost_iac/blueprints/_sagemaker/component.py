"""An endpoint without a model, and the inference component on it.

What the provider of the stack has becomes a resource, the rest a request, in the order in which they must be sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from aicost_iac.blueprints._sagemaker.component_scaling import ComponentScaling
from aicost_iac.blueprints._sagemaker.endpoint import VARIANT, Hosting, capture
from aicost_iac.canonical import normal
from aicost_iac.plan import Output, Plan, Resource
from aicost_iac.terraform import requests, sagemaker
from aicost_iac.terraform.application_autoscaling import Bounds
from aicost_iac.terraform.requests import Request
from aicost_iac.terraform.sagemaker import api_tags
from aicost_iac.terraform.tagging import Tags
from aicost_iac.terraform.versions import always

if TYPE_CHECKING:
    from aicost_iac.blueprints.scale_to_zero_endpoint import ScaleToZeroEndpoint
    from aicost_iac.model import Context

_ISSUE = "https://github.com/hashicorp/terraform-provider-aws/issues/35226"
_NO_COMPONENT = f"hashicorp/aws has no inference component, up to 6.69: {_ISSUE}"


def expand(served: ScaleToZeroEndpoint, context: Context, built: Hosting) -> Plan:
    """The plan. `built` are role, log and model."""
    tags = context.tags.keys()
    reason = _without_resource(served, context.provider_version)
    placed = [] if reason else _endpoint(served, built, tags)
    scaled = ComponentScaling(
        served.name,
        served.component_name,
        Bounds(served.min_copies, served.max_copies),
        served.requests_per_copy,
        served.idle_seconds,
        tags,
    )
    wanted = list(_endpoint_requests(served, built, reason, tags)) if reason else []
    wanted.append(_component(served, built, tags))
    wanted += [] if served.component_exists else list(scaled.requests())
    # Whoever sends them goes by the numbers.
    held = [
        requests.resource(served.named(f"request_{number}_{made.words()}"), made)
        for number, made in enumerate(wanted, 1)
    ]
    scaling = list(scaled.resources(served.named("")[:-1])) if served.component_exists else []
    outputs = {
        **{each.name.removeprefix(served.named("")): requests.output(each) for each in held},
        "component_name": Output(served.component_name, "What callers name in InferenceComponentName"),
        "endpoint_name": Output(placed[-1].ref("name") if placed else served.name, "What callers invoke"),
        "role_arn": Output(built.role, "What the container may do: attach policies for what else it needs"),
    }
    resources = (*built.resources, *placed, *held, *scaling)
    return Plan(resources, outputs=outputs, external=served.reads())


def _without_resource(served: ScaleToZeroEndpoint, version: str) -> str:
    """Why the provider can not make the endpoint; empty: it can."""
    if not always(version, *sagemaker.VARIANT_WITHOUT_MODEL):
        needed = ".".join(map(str, sagemaker.VARIANT_WITHOUT_MODEL))
        return f"hashicorp/aws {version} may be one that wants a model in every variant; {needed} and newer do not"
    # The network of an endpoint without a model is its configuration's.
    if served.vpc is not None or served.network_isolation:
        return "an endpoint configuration of hashicorp/aws, up to 6.69, has neither a VPC nor network isolation"
    return ""


def _endpoint(served: ScaleToZeroEndpoint, built: Hosting, tags: Tags) -> list[Resource]:
    variant = sagemaker.blocks(_variant(served))
    more = {"execution_role_arn": built.role, "kms_key_arn": served.kms_key, **capture(served.data_capture)}
    title, name = served.name, served.named("config")
    configuration = sagemaker.endpoint_configuration(name, title, variant, tags, **more)
    return [configuration, sagemaker.endpoint(served.named("endpoint"), title, configuration, tags, built.after)]


def _variant(served: ScaleToZeroEndpoint) -> dict[str, Any]:
    """No model: components bring theirs. It begins with one instance, on which the first copy starts."""
    return {
        "ContainerStartupHealthCheckTimeoutInSeconds": served.startup_seconds,
        "InitialInstanceCount": 1,
        "InstanceType": served.instance_type,
        "ManagedInstanceScaling": {
            "MaxInstanceCount": served.max_instances,
            "MinInstanceCount": 0 if served.min_copies == 0 else 1,
            "Status": "ENABLED",
        },
        "ModelDataDownloadTimeoutInSeconds": served.download_seconds,
        "RoutingConfig": {"RoutingStrategy": "LEAST_OUTSTANDING_REQUESTS"},
        "VariantName": VARIANT,
    }


def _endpoint_requests(served: ScaleToZeroEndpoint, built: Hosting, reason: str, tags: Tags) -> Iterator[Request]:
    """https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpointConfig.html"""
    vpc = served.vpc
    configuration = {
        "EndpointConfigName": served.name,
        "ExecutionRoleArn": built.role,
        "DataCaptureConfig": _capture(served),
        "EnableNetworkIsolation": served.network_isolation or None,
        "KmsKeyId": served.kms_key,
        "ProductionVariants": [_variant(served)],
        "Tags": api_tags(tags),
        "VpcConfig": None if vpc is None else sagemaker.vpc(vpc.subnet_ids, vpc.security_group_ids),
    }
    endpoint = {"EndpointName": served.name, "EndpointConfigName": served.name, "Tags": api_tags(tags)}
    yield _request("CreateEndpointConfig", configuration, reason)
    yield _request("CreateEndpoint", endpoint, "its configuration is a request too: send that first")


def _component(served: ScaleToZeroEndpoint, built: Hosting, tags: Tags) -> Request:
    """https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateInferenceComponent.html"""
    compute = {
        "MinMemoryRequiredInMb": served.copy_memory_mb,
        "NumberOfAcceleratorDevicesRequired": served.copy_accelerators or None,
        "NumberOfCpuCoresRequired": served.copy_cpus,
    }
    startup = {
        "ContainerStartupHealthCheckTimeoutInSeconds": served.startup_seconds,
        "ModelDataDownloadTimeoutInSeconds": served.download_seconds,
    }
    body = {
        "EndpointName": served.name,
        "InferenceComponentName": served.component_name,
        "RuntimeConfig": {"CopyCount": max(served.min_copies, 1)},
        "Specification": {
            "ComputeResourceRequirements": compute,
            "ModelName": built.model.ref("name"),
            "StartupParameters": startup,
        },
        "Tags": api_tags(tags),
        "VariantName": VARIANT,
    }
    return _request("CreateInferenceComponent", body, f"{_NO_COMPONENT}; wait until the endpoint is in service")


def _request(operation: str, body: Mapping[str, Any], reason: str) -> Request:
    return Request("sagemaker", operation, normal(body, operation), reason)


def _capture(served: ScaleToZeroEndpoint) -> dict[str, Any] | None:
    settings = served.data_capture
    if settings is None:
        return None
    return {
        "CaptureOptions": [{"CaptureMode": "Input"}, {"CaptureMode": "Output"}],
        "DestinationS3Uri": settings.s3_uri,
        "EnableCapture": True,
        "InitialSamplingPercentage": settings.percent,
        "KmsKeyId": settings.kms_key,
    }
