"""MultiModelEndpoint: many models behind one endpoint, loaded when they are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from aicost_iac.blueprints._sagemaker import endpoint as common
from aicost_iac.blueprints._sagemaker.endpoint import VARIANT, InstanceEndpoint
from aicost_iac.blueprints._sagemaker.settings import DataCapture
from aicost_iac.errors import Problem
from aicost_iac.expr import template
from aicost_iac.model import Context
from aicost_iac.plan import Plan, Resource
from aicost_iac.terraform import application_autoscaling, sagemaker
from aicost_iac.terraform.application_autoscaling import Bounds, Cooldown


class MultiModelEndpoint(InstanceEndpoint):
    """One fleet for many models that are each asked for rarely: what would be an instance per model is one for all.

    `container.model_data_s3_uri` is the prefix below which the models lie, each a `.tar.gz`; a caller names one in
    `TargetModel`. The image must be made for it: the Multi Model Server, or Triton for GPUs.
    https://docs.aws.amazon.com/sagemaker/latest/dg/multi-model-endpoints.html
    """

    min_instances: Annotated[int, Field(ge=1, le=1000)] = 1
    """Instances that always run; two or more to survive the loss of a zone."""
    max_instances: Annotated[int, Field(ge=1, le=1000)] = 1
    """More than the least: Auto Scaling by invocations."""
    invocations_per_instance: Annotated[float, Field(gt=0, le=1_000_000)] | None = None
    """Invocations a minute that one instance is to answer: measure it. What AWS recommends for multi-model endpoints:
    https://docs.aws.amazon.com/sagemaker/latest/dg/multi-model-endpoints-autoscaling.html"""
    keep_models_loaded: bool = True
    """Keep models in memory between requests; False for models that are hardly ever asked for twice."""
    data_capture: DataCapture | None = None

    def problems(self) -> Iterator[Problem]:
        yield from super().problems()
        if not self.container.is_prefix:
            reason = "must be the prefix below which the models lie, and end with '/'"
            yield Problem(
                "container.model_data_s3_uri", reason, self.container.model_data_s3_uri, "s3://bucket/models/"
            )
        if self.max_instances < self.min_instances:
            reason = f"is below min_instances {self.min_instances}"
            yield Problem("max_instances", reason, self.max_instances, "raise it")
        if (self.max_instances > self.min_instances) != (self.invocations_per_instance is not None):
            reason = "and max_instances above min_instances belong together"
            yield Problem("invocations_per_instance", reason, self.invocations_per_instance, "give both or neither")

    def expand(self, context: Context) -> Plan:
        tags = context.tags.keys()
        caching = {"model_cache_setting": "Enabled" if self.keep_models_loaded else "Disabled"}
        block = {
            "mode": "MultiModel",
            "model_data_url": self.container.model_data_s3_uri,
            "multi_model_config": [caching],
        }
        built = common.hosting(self, context, block, common.capture_rights(self.data_capture, context.partition))
        variant = {
            "initial_instance_count": self.min_instances,
            "instance_type": self.instance_type,
            "model_name": built.model.ref("name"),
            "variant_name": VARIANT,
            **self.waiting(),
        }
        more = {"kms_key_arn": self.kms_key, **common.capture(self.data_capture)}
        title, name = self.name, self.named("config")
        configuration = sagemaker.endpoint_configuration(name, title, variant, tags, **more)
        endpoint = sagemaker.endpoint(self.named("endpoint"), title, configuration, tags, built.after)
        resources = (*built.resources, configuration, endpoint, *self._scaling(endpoint, tags))
        return Plan(resources, outputs=common.outputs(endpoint, built), external=self.reads())

    def _scaling(self, endpoint: Resource, tags: dict[str, str]) -> list[Resource]:
        if self.invocations_per_instance is None:
            return []
        variant = template("endpoint/", endpoint.ref("name"), f"/variant/{VARIANT}")
        bounds = Bounds(self.min_instances, self.max_instances)
        scaled = application_autoscaling.target(
            self.named("scaled"), variant, application_autoscaling.VARIANT, bounds, tags
        )
        metric = application_autoscaling.predefined("SageMakerVariantInvocationsPerInstance")
        policy = application_autoscaling.tracks(
            self.named("scaling"), f"{self.name}-invocations", scaled, self.invocations_per_instance, metric, Cooldown()
        )
        return [scaled, policy]
