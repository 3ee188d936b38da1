"""ScaleToZeroEndpoint: real-time answers, and no instance while nobody asks, through an inference component."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from aicost_iac.blueprints._sagemaker import component, endpoint
from aicost_iac.blueprints._sagemaker.endpoint import InstanceEndpoint
from aicost_iac.blueprints._sagemaker.instances import known_type
from aicost_iac.blueprints._sagemaker.settings import DataCapture
from aicost_iac.errors import Problem
from aicost_iac.model import Context
from aicost_iac.plan import Plan


class ScaleToZeroEndpoint(InstanceEndpoint):
    """Copies of a model on instances that come and go with them, down to none.

    While none runs, requests are answered with an error, and the first of them wakes the endpoint, which takes minutes:
    callers must try again, or use `AsyncEndpoint`, which keeps requests.

    No version of hashicorp/aws has inference components, and before 6.21 none has the endpoint they need. What the
    stack's provider can not make is a request in an output, with the reason: send them in the order of their numbers.
    https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling-zero-instances.html
    """

    copy_memory_mb: Annotated[int, Field(ge=128, le=24_000_000)]
    """Host memory that one copy of the model is given, in MB."""
    copy_accelerators: Annotated[int, Field(ge=0, le=64)] = 1
    """Accelerators that one copy is given."""
    copy_cpus: Annotated[float, Field(ge=0.25, le=1024)] | None = None
    """Cores that one copy is given; default: SageMaker's choice."""
    min_copies: Annotated[int, Field(ge=0, le=1000)] = 0
    """0: nothing runs while nobody asks."""
    max_copies: Annotated[int, Field(ge=1, le=1000)] = 1
    """For the busiest hour."""
    max_instances: Annotated[int, Field(ge=1, le=1000)] = 1
    """The most instances; they must hold `max_copies`."""
    requests_per_copy: Annotated[float, Field(gt=0, le=10_000)] = 5
    """Requests at once that one copy is to answer: more, and another one starts. Measure it."""
    idle_seconds: Annotated[int, Field(ge=60, le=86_400)] = 600
    """How long a copy is kept when there is less to do."""
    component_exists: bool = False
    """Set it once the component is in service, and its scaling becomes resources: Auto Scaling takes what is there."""
    data_capture: DataCapture | None = None

    def problems(self) -> Iterator[Problem]:
        yield from super().problems()
        if self.max_copies < self.min_copies:
            yield Problem("max_copies", f"is below min_copies {self.min_copies}", self.max_copies, "raise it")
        kind = known_type(self.instance_type)
        machine = kind.machine if kind else None
        if machine is None:
            if kind is not None and self.copy_accelerators:
                reason = f"are not in {self.instance_type}, which has none"
                yield Problem("copy_accelerators", reason, self.copy_accelerators, "0, or a type with accelerators")
            return
        if self.copy_accelerators > machine.accelerator_count:
            reason = f"are more than the {machine.accelerator_count} of {self.instance_type}"
            yield Problem("copy_accelerators", reason, self.copy_accelerators, "lower it, or choose a larger type")
            return
        if self.copy_memory_mb > machine.memory_gib * 1024:
            reason = f"is more than the {machine.memory_gib:g} GiB of {self.instance_type}"
            yield Problem("copy_memory_mb", reason, self.copy_memory_mb, "lower it, or choose a larger type")
            return
        if (held := self.max_instances * self._copies_per_instance) < self.max_copies:
            way_out = f"lower it to {held}, or raise max_instances"
            reason = f"do not fit: max_instances {self.max_instances} x {self.instance_type} hold {held}"
            yield Problem("max_copies", reason, self.max_copies, way_out)

    @property
    def _copies_per_instance(self) -> int:
        kind = known_type(self.instance_type)
        machine = kind.machine if kind else None
        if machine is None:
            return self.max_copies
        by_memory = int(machine.memory_gib * 1024 // self.copy_memory_mb)
        by_accelerator = machine.accelerator_count // self.copy_accelerators if self.copy_accelerators else by_memory
        return min(by_memory, by_accelerator)

    @property
    def component_name(self) -> str:
        """The inference component, which a caller names in `InferenceComponentName`."""
        return f"{self.name}-model"

    def expand(self, context: Context) -> Plan:
        rights = endpoint.capture_rights(self.data_capture, context.partition)
        container = endpoint.model_data(self.container)
        built = endpoint.hosting(
            self, context, container, rights, f"/aws/sagemaker/InferenceComponents/{self.component_name}"
        )
        return component.expand(self, context, built)
