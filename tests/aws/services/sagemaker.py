"""SageMaker: today's instance types, blocks only where the request has them, and the calls that moto lacks."""

from typing import Any

from moto.core.responses import ActionResult
from moto.sagemaker.exceptions import ValidationError
from moto.sagemaker.models import FakeEndpointConfig, SageMakerModelBackend
from moto.sagemaker.responses import SageMakerResponse

from tests.aws.services.actions import ACCOUNT, Json, Table
from tests.aws.services.patching import Method, add_action, wrap

endpoint_config_requests = Table()
components = Table()
recommendation_jobs = Table()
ECHOED = ("ShadowProductionVariants", "ExecutionRoleArn", "EnableNetworkIsolation", "VpcConfig", "ExplainerConfig")


@wrap(SageMakerResponse, "describe_model")
def describe_model(original: Method, self: Any) -> ActionResult:
    """An empty vpc_config is a difference that replaces the model."""
    return ActionResult(_without_empty(original(self).result))


@wrap(SageMakerResponse, "create_endpoint_config")
def create_endpoint_config(original: Method, self: Any) -> Any:
    """Keeps what moto does not."""
    answer = original(self)
    params = self._get_params()
    endpoint_config_requests[params["EndpointConfigName"]] = {name: params[name] for name in ECHOED if name in params}
    return answer


@wrap(SageMakerResponse, "describe_endpoint_config")
def describe_endpoint_config(original: Method, self: Any) -> ActionResult:
    """An empty data_capture_config is a difference that replaces the configuration."""
    described = _without_empty(original(self).result)
    return ActionResult(described | endpoint_config_requests.get(described["EndpointConfigName"], {}))


@wrap(FakeEndpointConfig, "validate_instance_type")
def validate_instance_type(original: Method, self: Any, instance_type: str) -> None:
    """moto's list ends with g4dn and p3."""


@wrap(SageMakerModelBackend, "validate_production_variants")
def validate_production_variants(original: Method, self: Any, production_variants: list[Json]) -> None:
    """moto wants a model in every variant; one for inference components has none."""
    original(self, [variant for variant in production_variants if "ModelName" in variant])


@add_action(SageMakerResponse)
def create_inference_component(self: Any) -> ActionResult:
    """Only on an endpoint that is there and whose variant has no model; a name is taken once."""
    params = self._get_params()
    endpoint = self.sagemaker_backend.describe_endpoint(params["EndpointName"])
    config = self.sagemaker_backend.describe_endpoint_config(endpoint["EndpointConfigName"])
    if any("ModelName" in variant for variant in config["ProductionVariants"]):
        raise ValidationError("Inference Components are not supported in this Endpoint.")
    return ActionResult({"InferenceComponentArn": _taken(components, params, "InferenceComponentName")})


@add_action(SageMakerResponse)
def create_inference_recommendations_job(self: Any) -> ActionResult:
    """Keeps the request; a name is taken once."""
    return ActionResult({"JobArn": _taken(recommendation_jobs, self._get_params(), "JobName")})


@add_action(SageMakerResponse)
def delete_model_package_group(self: Any) -> ActionResult:
    """Gone at once; describing it is then the error by which the provider knows."""
    self.sagemaker_backend.model_package_groups.pop(self._get_param("ModelPackageGroupName"), None)
    return ActionResult({})


@wrap(SageMakerResponse, "describe_model_package_group")
def describe_model_package_group(original: Method, self: Any) -> Any:
    """moto crashes on a name that is not there."""
    name = self._get_param("ModelPackageGroupName")
    if name not in self.sagemaker_backend.model_package_groups:
        raise ValidationError(f"ModelPackageGroup {name} does not exist.")
    return original(self)


def _taken(table: Table, params: Json, key: str) -> str:
    name = params[key]
    if name in table:
        raise ValidationError(f"{key} {name} exists already.")
    table[name] = params
    return f"arn:aws:sagemaker:us-east-1:{ACCOUNT}:{key.lower()}/{name}"


def _without_empty(described: Any) -> Json:
    return {name: value for name, value in dict(described).items() if value not in ({}, [], None)}
