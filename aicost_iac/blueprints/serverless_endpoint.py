"""ServerlessEndpoint: a small CPU model that costs nothing while nobody asks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from aicost_iac.blueprints._sagemaker import endpoint as common
from aicost_iac.blueprints._sagemaker.endpoint import VARIANT, Endpoint
from aicost_iac.errors import Problem
from aicost_iac.model import Context
from aicost_iac.plan import Plan
from aicost_iac.terraform import sagemaker

_STEP, _LEAST, _MOST = 1024, 1024, 6144
_INSTEAD = "use AsyncEndpoint, or ScaleToZeroEndpoint: both come down to no instance"


class ServerlessEndpoint(Endpoint):
    """Billed by the millisecond of an answer; a request after a pause waits for a cold start.

    No GPU, no VPC, no data capture, no multi-model container.
    https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html
    """

    memory_mb: int = 2048
    """For the container and the model: 1024 to 6144 in steps of 1024. CPUs come in proportion."""
    max_concurrency: Annotated[int, Field(ge=1, le=200)] = 5
    """Requests answered at once; more are refused. An account has a quota of all its endpoints together."""
    provisioned_concurrency: Annotated[int, Field(ge=1, le=200)] | None = None
    """Kept warm, and paid while idle."""
    needs_gpu: bool = False
    """Whether the model needs a GPU, which is refused here, with what to use instead."""

    def problems(self) -> Iterator[Problem]:
        yield from super().problems()
        if self.needs_gpu:
            yield Problem("needs_gpu", "can not be met: serverless endpoints have CPUs only", True, _INSTEAD)
        if self.memory_mb > _MOST:
            reason = f"is more than the {_MOST} MB a serverless endpoint may have"
            yield Problem("memory_mb", reason, self.memory_mb, _INSTEAD)
        elif self.memory_mb < _LEAST or self.memory_mb % _STEP:
            above = max(_LEAST, -(-self.memory_mb // _STEP) * _STEP)
            yield Problem("memory_mb", f"is no step of {_STEP}", self.memory_mb, f"use {above}")
        if self.provisioned_concurrency is not None and self.provisioned_concurrency > self.max_concurrency:
            reason = f"is above max_concurrency {self.max_concurrency}"
            yield Problem(
                "provisioned_concurrency", reason, self.provisioned_concurrency, "lower it, or raise the other"
            )

    def expand(self, context: Context) -> Plan:
        tags = context.tags.keys()
        built = common.hosting(self, context, common.model_data(self.container))
        serverless = {
            "max_concurrency": self.max_concurrency,
            "memory_size_in_mb": self.memory_mb,
            "provisioned_concurrency": self.provisioned_concurrency,
        }
        variant = {
            "model_name": built.model.ref("name"),
            "serverless_config": [serverless],
            "variant_name": VARIANT,
        }
        configuration = sagemaker.endpoint_configuration(self.named("config"), self.name, variant, tags)
        endpoint = sagemaker.endpoint(self.named("endpoint"), self.name, configuration, tags, built.after)
        resources = (*built.resources, configuration, endpoint)
        return Plan(resources, outputs=common.outputs(endpoint, built), external=self.reads())
