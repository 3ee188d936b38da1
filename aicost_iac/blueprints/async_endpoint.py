"""AsyncEndpoint: requests wait in a queue, and while it is empty no instance runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field

from aicost_iac.blueprints._sagemaker import endpoint as common
from aicost_iac.blueprints._sagemaker import permissions
from aicost_iac.blueprints._sagemaker.endpoint import VARIANT, InstanceEndpoint
from aicost_iac.blueprints._sagemaker.settings import KmsKey
from aicost_iac.errors import Problem
from aicost_iac.expr import template
from aicost_iac.fields import Arn, S3Uri
from aicost_iac.model import Context
from aicost_iac.plan import Plan, Resource
from aicost_iac.terraform import application_autoscaling, iam, sagemaker
from aicost_iac.terraform.application_autoscaling import Bounds, Cooldown, Wake


class AsyncEndpoint(InstanceEndpoint):
    """For answers that may take minutes: a request names a file in S3, the answer appears beside it.

    Requests that come while no instance runs are kept, not refused; the first of them wakes one.
    https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference.html
    """

    output_s3_uri: S3Uri
    """Below which answers are written."""
    input_s3_uri: S3Uri
    """Below which callers put their requests: the container's role may read there."""
    failure_s3_uri: S3Uri | None = None
    """Below which failures are written; default: nowhere."""
    output_kms_key: KmsKey | None = None
    """A customer key for answers; default: the bucket's encryption."""
    success_topic_arn: Arn | None = None
    """Told of each answer."""
    error_topic_arn: Arn | None = None
    """Told of each failure."""
    concurrency_per_instance: Annotated[int, Field(ge=1, le=1000)] | None = None
    """Requests that the container answers at once; default: SageMaker finds out."""
    min_instances: Annotated[int, Field(ge=0, le=1000)] = 0
    """0: nothing runs, and nothing is paid, while the queue is empty."""
    max_instances: Annotated[int, Field(ge=1, le=1000)] = 1
    """The most that run for a long queue."""
    backlog_per_instance: Annotated[float, Field(gt=0, le=100_000)] = 5
    """Waiting requests that one instance is to work off; more, and another one starts."""

    def problems(self) -> Iterator[Problem]:
        yield from super().problems()
        if self.max_instances < self.min_instances:
            reason = f"is below min_instances {self.min_instances}"
            yield Problem("max_instances", reason, self.max_instances, "raise it")

    def expand(self, context: Context) -> Plan:
        tags = context.tags.keys()
        built = common.hosting(self, context, common.model_data(self.container), self._rights(context.partition))
        variant = {
            "initial_instance_count": max(self.min_instances, 1),
            "instance_type": self.instance_type,
            "model_name": built.model.ref("name"),
            "variant_name": VARIANT,
            **self.waiting(),
        }
        more = {"kms_key_arn": self.kms_key, "async_inference_config": [self._queue()]}
        title, name = self.name, self.named("config")
        configuration = sagemaker.endpoint_configuration(name, title, variant, tags, **more)
        endpoint = sagemaker.endpoint(self.named("endpoint"), title, configuration, tags, built.after)
        resources = (*built.resources, configuration, endpoint, *self._scaling(endpoint, tags))
        return Plan(resources, outputs=common.outputs(endpoint, built), external=self.reads())

    def _queue(self) -> dict[str, Any]:
        notification = {"error_topic": self.error_topic_arn, "success_topic": self.success_topic_arn}
        told = any(topic is not None for topic in notification.values())
        output = {
            "kms_key_id": self.output_kms_key,
            "notification_config": [notification] if told else [],
            "s3_failure_path": self.failure_s3_uri,
            "s3_output_path": self.output_s3_uri,
        }
        client = {"max_concurrent_invocations_per_instance": self.concurrency_per_instance}
        return {"client_config": [client] if self.concurrency_per_instance else [], "output_config": [output]}

    def _rights(self, partition: str) -> Iterator[iam.Statement]:
        yield from permissions.read(partition, [self.input_s3_uri])
        for uri in (self.output_s3_uri, self.failure_s3_uri):
            if uri is not None:
                yield from permissions.write(partition, *permissions.split(uri))
        yield from permissions.keys((self.output_kms_key,))
        topics = [topic for topic in (self.success_topic_arn, self.error_topic_arn) if topic is not None]
        if topics:
            yield iam.allow(["sns:Publish"], topics)

    def _scaling(self, endpoint: Resource, tags: dict[str, str]) -> list[Resource]:
        """By the queue; and, from zero, by its first request, which a target per instance never sees."""
        variant = template("endpoint/", endpoint.ref("name"), f"/variant/{VARIANT}")
        bounds = Bounds(self.min_instances, self.max_instances)
        kind = application_autoscaling.VARIANT
        scaled = application_autoscaling.target(self.named("scaled"), variant, kind, bounds, tags)
        queue = {"EndpointName": endpoint.ref("name")}
        backlog = application_autoscaling.customized("ApproximateBacklogSizePerInstance", queue)
        name = f"{self.name}-backlog"
        tracked = (self.named("scaling"), name, scaled, self.backlog_per_instance, backlog, Cooldown())
        resources = [scaled, application_autoscaling.tracks(*tracked)]
        if self.min_instances == 0:
            wake = application_autoscaling.adds_one(self.named("wake"), f"{self.name}-wake", scaled)
            waiting = Wake("HasBacklogWithoutCapacity", queue, periods=2)
            text = (
                f"Requests wait for {self.name} while no instance runs: one is started, which is how it wakes. Runbook "
                "if it stays: read the endpoint's events; the type may be out of capacity or above its quota."
            )
            alarm = (self.named("waiting"), f"{self.name}-waiting", waiting, wake, tags, text)
            resources += [wake, application_autoscaling.wakes(*alarm)]
        return resources
