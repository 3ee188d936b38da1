"""What jobs and endpoints on SageMaker can be told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from aicost_iac.errors import Problem
from aicost_iac.expr import Text
from aicost_iac.fields import EnvironmentName, Model, S3Uri, SecurityGroupId, SubnetId, matching

# https://docs.aws.amazon.com/AmazonECR/latest/userguide/docker-pull-ecr-image.html
_IMAGE = r"[^\s/]+\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(\.cn)?/\S+"
_KEY = r"[a-zA-Z0-9:/_-]+"

ImageUri = Annotated[
    Text, matching(_IMAGE, "an image in Amazon ECR: '<account>.dkr.ecr.<region>.amazonaws.com/<name>:<tag>'")
]
KmsKey = Annotated[Text, matching(_KEY, "a KMS key: an ARN, an id or an alias")]
RunName = Annotated[
    str, matching(r"[a-z0-9](-*[a-z0-9]){0,24}", "a run's name: a-z, 0-9 and '-', at most 25 characters")
]
ChannelName = Annotated[str, matching(r"[A-Za-z0-9._-]{1,64}", "a channel's name: 1 to 64 of A-Z a-z 0-9 . _ -")]
EnvironmentValue = Annotated[str, Field(max_length=512)]
Environment = Mapping[EnvironmentName, EnvironmentValue]
InputMode = Literal["File", "FastFile", "Pipe"]
Schedule = Annotated[
    str,
    matching(r"(cron|rate|at)\(.+\)", "a schedule: 'cron(0 3 * * ? *)', 'rate(1 day)' or 'at(2027-01-31T18:00:00)'"),
]


class Vpc(Model):
    """Where containers run when they must reach what is not public. They need an S3 endpoint there."""

    subnet_ids: Annotated[Sequence[SubnetId], Field(min_length=1, max_length=16), AfterValidator(tuple)]
    security_group_ids: Annotated[Sequence[SecurityGroupId], Field(min_length=1, max_length=5), AfterValidator(tuple)]


class Channel(Model):
    """Training data: a prefix that the container sees as a folder below `/opt/ml/input/data`.

    https://docs.aws.amazon.com/sagemaker/latest/dg/model-access-training-data.html
    """

    s3_uri: S3Uri
    content_type: Annotated[str, Field(max_length=256)] | None = None
    """A MIME type, for algorithms that ask for one."""
    input_mode: InputMode | None = None
    """`FastFile` streams what is read, `File` copies everything before training starts; default: the job's."""
    sharded: bool = False
    """Give each instance its share of the objects, instead of all of them."""


class Metric(Model):
    """A figure that SageMaker reads from the container's log. https://docs.aws.amazon.com/sagemaker/latest/dg/define-train-metrics.html"""

    name: Annotated[str, Field(min_length=1, max_length=255)]
    regex: Annotated[str, Field(min_length=1, max_length=500)]
    """Its first group is the figure."""


class CapacityRetry(Model):
    """How long to try again when SageMaker has no machines, before the next way is taken."""

    attempts: Annotated[int, Field(ge=1, le=20)] = 3
    """Including the first."""
    wait_minutes: Annotated[int, Field(ge=1, le=720)] = 15


class DataCapture(Model):
    """Keep requests and answers of an endpoint in S3: paid storage, and whatever people send is in it.

    https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-data-capture.html
    """

    s3_uri: S3Uri
    percent: Annotated[int, Field(ge=1, le=100)] = 10
    kms_key: KmsKey | None = None


class Container(Model):
    """What serves a model: an image, and the model's files where the image does not hold them."""

    image: ImageUri
    model_data_s3_uri: S3Uri | None = None
    """A `.tar.gz`; or a prefix ending in `/`, whose files are used as they are."""
    environment: Environment = Field(default_factory=dict)
    """Readable by whoever may describe the model: no secrets."""

    @property
    def is_prefix(self) -> bool:
        """Whether the model's files lie below a prefix."""
        return self.model_data_s3_uri is not None and str(self.model_data_s3_uri).endswith("/")


def vpc_problems(vpc: Vpc | None, field: str = "vpc") -> Iterator[Problem]:
    """One subnet or group named twice."""
    for part in ("subnet_ids", "security_group_ids"):
        names: list[Any] = [str(each) for each in getattr(vpc, part)] if vpc else []
        for name in sorted({each for each in names if names.count(each) > 1}):
            yield Problem(f"{field}.{part}", "name one of them twice", name, "name it once")
