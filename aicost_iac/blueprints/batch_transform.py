"""BatchTransform: answers for a whole data set, on instances that live as long as the job."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field

from aicost_iac.blueprints._sagemaker import endpoint as common
from aicost_iac.blueprints._sagemaker import permissions
from aicost_iac.blueprints._sagemaker.endpoint import Endpoint
from aicost_iac.blueprints._sagemaker.instances import key_problems, type_problems
from aicost_iac.blueprints._sagemaker.run_cost import priced_run
from aicost_iac.blueprints._sagemaker.settings import KmsKey, RunName, Vpc, vpc_problems
from aicost_iac.canonical import normal
from aicost_iac.errors import Problem
from aicost_iac.fields import S3Uri
from aicost_iac.model import Context
from aicost_iac.plan import Output, Plan
from aicost_iac.terraform import iam, requests
from aicost_iac.terraform.sagemaker import api_tags

_REASON = "hashicorp/aws has no transform job: a job is an event. It has no time limit: stop one that hangs"


class BatchTransform(Endpoint):
    """A model over all objects below a prefix: no endpoint, and nothing runs when the job is done.

    The model is a resource; the job is a request, because it is an event.
    https://docs.aws.amazon.com/sagemaker/latest/dg/batch-transform.html
    """

    run: RunName
    """This run's name, part of the job's name, which SageMaker takes once."""
    instance_type: str
    """An `ml.` type, such as `ml.g5.xlarge`."""
    instance_count: Annotated[int, Field(ge=1, le=100)] = 1
    """Each instance works on objects of its own: more instances than objects are paid for nothing."""
    input_s3_uri: S3Uri
    """Below which the data lies."""
    output_s3_uri: S3Uri
    """Below which answers are written, one object for each of the input."""
    content_type: Annotated[str, Field(max_length=256)] | None = None
    """A MIME type, which the container is told."""
    accept: Annotated[str, Field(max_length=256)] | None = None
    """The MIME type of answers."""
    split: Literal["Line", "RecordIO", "TFRecord"] | None = None
    """How an object falls into records; default: it is one."""
    batch: Literal["MultiRecord", "SingleRecord"] | None = None
    """How many records a request carries: as many as fit, or one."""
    max_payload_mb: Annotated[int, Field(ge=0, le=100)] | None = None
    """The largest request, in MB."""
    max_concurrent: Annotated[int, Field(ge=1, le=100)] | None = None
    """Requests that one instance's container gets at once."""
    vpc: Vpc | None = None
    network_isolation: bool = False
    """No network for the container at all."""
    output_kms_key: KmsKey | None = None
    """A customer key for answers; default: the bucket's encryption."""
    volume_kms_key: KmsKey | None = None
    """A customer key for the instances' disks; refused for types with local disks."""
    run_hours: Annotated[Decimal, Field(gt=0)] | None = None
    """How long a run takes, in hours, as you expect it: for its price."""
    runs_per_month: Annotated[int, Field(ge=1, le=10_000)] | None = None
    """For estimates."""

    def problems(self) -> Iterator[Problem]:
        yield from super().problems()
        if len(self.name) + len(self.run) > 62:
            yield Problem(
                "run", "and name make a job's name of more than 63 characters", self.run, "shorten one of them"
            )
        yield from type_problems("instance_type", self.instance_type, "transform")
        yield from key_problems("volume_kms_key", self.volume_kms_key, "instance_type", self.instance_type)
        yield from vpc_problems(self.vpc)
        if self.batch is not None and self.split is None:
            yield Problem("batch", "needs records", self.batch, "give split= too")
        payload, concurrent = self.max_payload_mb, self.max_concurrent or 1
        # https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTransformJob.html
        if payload is not None and payload * concurrent > 100:
            reason = f"times max_concurrent {concurrent} is more than the 100 MB in flight that SageMaker allows"
            yield Problem("max_payload_mb", reason, payload, "lower one of them")

    def expand(self, context: Context) -> Plan:
        tags = context.tags.keys()
        log = f"/aws/sagemaker/TransformJobs/{self.name}"
        rights = self._rights(context.partition)
        built = common.hosting(self, context, common.model_data(self.container), rights, log)
        job = requests.Request("sagemaker", "CreateTransformJob", self._job(built, tags), _REASON)
        assume = priced_run(
            self.instance_type, self.instance_count, self.run_hours, self.runs_per_month, context.region
        )
        held = requests.resource(self.named("create_transform_job"), job, assume)
        outputs = {
            "model_name": Output(built.model.ref("name"), "What the job runs"),
            "request": requests.output(held),
            "role_arn": Output(built.role, "What the container may do: attach policies for what else it needs"),
        }
        return Plan((*built.resources, held), outputs=outputs, external=self.reads())

    def _job(self, built: common.Hosting, tags: dict[str, str]) -> dict[str, Any]:
        source = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": self.input_s3_uri}}
        body = {
            "BatchStrategy": self.batch,
            "MaxConcurrentTransforms": self.max_concurrent,
            "MaxPayloadInMB": self.max_payload_mb,
            "ModelName": built.model.ref("name"),
            "Tags": api_tags(tags),
            "TransformInput": {"ContentType": self.content_type, "DataSource": source, "SplitType": self.split},
            "TransformJobName": f"{self.name}-{self.run}",
            "TransformOutput": {
                "Accept": self.accept,
                "AssembleWith": "Line" if self.split == "Line" else None,
                "KmsKeyId": self.output_kms_key,
                "S3OutputPath": self.output_s3_uri,
            },
            "TransformResources": {
                "InstanceCount": self.instance_count,
                "InstanceType": self.instance_type,
                "VolumeKmsKeyId": self.volume_kms_key,
            },
        }
        made: dict[str, Any] = normal(body, "CreateTransformJob")
        return made

    def _rights(self, partition: str) -> Iterator[iam.Statement]:
        yield from permissions.read(partition, [self.input_s3_uri])
        yield from permissions.write(partition, *permissions.split(self.output_s3_uri))
        yield from permissions.keys((self.output_kms_key,))
        yield from permissions.keys((self.volume_kms_key,), "kms:CreateGrant")
