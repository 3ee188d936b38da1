"""ManagedSpotTraining: a SageMaker training job on spot that goes on where it was interrupted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from aicost_iac.blueprints._fleet.settings import Email
from aicost_iac.blueprints._sagemaker import training_checks, training_expansion
from aicost_iac.blueprints._sagemaker.containers import Framework
from aicost_iac.blueprints._sagemaker.settings import (
    CapacityRetry,
    Channel,
    ChannelName,
    Environment,
    ImageUri,
    InputMode,
    KmsKey,
    Metric,
    RunName,
    Schedule,
    Vpc,
)
from aicost_iac.blueprints.spot_training_fleet import SpotPrice
from aicost_iac.errors import Problem
from aicost_iac.fields import Arn, BucketName, S3Uri, matching
from aicost_iac.model import Blueprint, Context
from aicost_iac.plan import Plan

# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StoppingCondition.html
_LONGEST = 28 * 86_400
_HOUR, _DAY = 3600, 86_400


class ManagedSpotTraining(Blueprint):
    """A training job: its request, a state machine that runs it and buys on demand when spot is dry, and launchers.

    SageMaker copies files between the instance and S3, and nothing else: saving and loading is the script's own work,
    which is why you have to declare it.
    https://docs.aws.amazon.com/sagemaker/latest/dg/model-managed-spot-training.html
    """

    instance_type: str
    """An `ml.` type, such as `ml.p4d.24xlarge`."""
    instance_count: Annotated[int, Field(ge=1, le=1000)] = 1
    """More than one is one job over all of them."""
    max_run: Annotated[int, Field(ge=60, le=_LONGEST)] = _DAY
    """Seconds of training after which the job is stopped; 120 seconds later, what was not saved is lost."""
    max_wait: Annotated[int, Field(ge=60, le=_LONGEST)] | None = None
    """Seconds of waiting for spot and training together; default: twice `max_run`."""
    resumable: bool = False
    """That the script saves to `checkpoint_path`, and goes on from what it finds there."""
    run: RunName
    """This run's name, part of the job's name and of its checkpoints' prefix: an old one must never be gone on from."""

    framework: Framework | None = None
    """AWS's training image for PyTorch or TensorFlow. Either this or `image`."""
    image: ImageUri | None = None
    """An image of your own, in Amazon ECR."""
    entry_point: Annotated[str, matching(r"[\w./-]+\.(py|sh)", "a script, such as 'train.py'")] | None = None
    """The script in `source_s3_uri`, for images with the SageMaker training toolkit: AWS's have it."""
    source_s3_uri: S3Uri | None = None
    """A `.tar.gz` with the script and what goes with it."""
    hyperparameters: Mapping[str, str | int | float | bool] = Field(default_factory=dict)
    """Readable by whoever may describe the job: no secrets."""
    environment: Environment = Field(default_factory=dict)
    """Readable by whoever may describe the job: no secrets."""
    channels: Annotated[Mapping[ChannelName, Channel], Field(max_length=20)] = Field(default_factory=dict)
    """Training data by channel."""
    input_mode: InputMode = "FastFile"
    """`FastFile` streams; `File` copies everything first, while the instances are paid."""
    metrics: Annotated[Sequence[Metric], Field(max_length=40), AfterValidator(tuple)] = ()
    """Figures to read from the log."""
    volume_gib: Annotated[int, Field(ge=1, le=16_384)] = 100
    """Disk per instance, in GiB; types with local disks use those."""

    market: Literal["spot", "on-demand"] = "spot"
    """`on-demand` for a run that can not wait."""
    on_demand_fallback: bool = False
    """Go on, on demand, from the last checkpoint when the wait for spot is used up: at most `max_run` more."""
    capacity: CapacityRetry = CapacityRetry()
    retry_attempts: Annotated[int, Field(ge=1, le=30)] | None = None
    """How often SageMaker itself starts again after an internal error of its own; within `max_run` and `max_wait`."""
    warm_pool_seconds: Annotated[int, Field(ge=1, le=_HOUR)] | None = None
    """Keep instances for a next job, and pay for them, also after a failed one. Not with spot."""

    checkpoint_bucket: BucketName | None = None
    """An existing bucket for checkpoints and results; default: one of the job's own, private and encrypted."""
    checkpoint_path: Annotated[str, matching(r"/[\w./-]+", "an absolute path")] = "/opt/ml/checkpoints"
    """Where the script saves; copied to `s3://<bucket>/<name>/<run>/checkpoints/`."""
    keep_days: Annotated[int, Field(ge=1, le=3650)] = 30
    """When objects in the job's own bucket expire."""
    bucket_kms_key_arn: Arn | None = None
    """A customer key for the job's own bucket; default: S3's own encryption."""
    output_kms_key: KmsKey | None = None
    """A customer key for the model; default: the bucket's encryption."""
    volume_kms_key: KmsKey | None = None
    """A customer key for the instances' disks; refused for types with local disks."""

    role_arn: Arn | None = None
    """An existing role for the containers; default: one of the job's own that can do only what the job needs."""
    vpc: Vpc | None = None
    network_isolation: bool = False
    """No network for the container at all: SageMaker still copies data and checkpoints."""
    encrypt_between_containers: bool = False
    """Encrypt what instances say to each other; training takes longer."""

    notify_emails: Annotated[Sequence[Email], AfterValidator(tuple)] = ()
    """Who hears of a failure, and of a fallback. Each address must confirm its subscription."""
    notify_topic_arn: Arn | None = None
    """An existing topic instead of the job's own; if encrypted, its key must let the state machine's role use it."""
    schedule: Schedule | None = None
    """When to train, such as `cron(0 3 ? * SAT *)`; default: when you start the state machine."""
    timezone: str = "UTC"
    """Of the schedule, as the IANA names it."""
    log_days: Literal[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731] = 30
    """How long the state machine's log is kept."""
    start_on_apply: bool = False
    """Also make the job named by `run` a Terraform resource: an apply starts it. Needs hashicorp/aws 6.39 or newer."""
    scaffold: Literal["python", "pytorch"] | None = None
    """Also write a training script that saves and resumes, to begin with."""

    spot_price: SpotPrice | None = None
    """Of one instance, in USD an hour; without it no saving is claimed."""
    on_demand_price: SpotPrice | None = None
    """Of one instance, in USD an hour, where the catalog has none for the region."""
    runs_per_month: Annotated[int, Field(ge=1, le=10_000)] | None = None
    """For estimates."""

    def problems(self) -> Iterator[Problem]:
        yield from training_checks.problems(self)

    @property
    def longest_wait(self) -> int | None:
        """Seconds of waiting and training, None on demand."""
        if self.market == "on-demand":
            return None
        return min(2 * self.max_run, _LONGEST) if self.max_wait is None else self.max_wait

    def expand(self, context: Context) -> Plan:
        return training_expansion.expand(self, context)
