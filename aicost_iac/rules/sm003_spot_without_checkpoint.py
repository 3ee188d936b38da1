"""SM003: work that an interruption throws away."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.training_jobs import MODEL_TRAINER, SOURCES, TrainingJob, jobs_of
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_CHECKPOINT = ("CheckpointConfig", "S3Uri")
_RUN = ("StoppingCondition", "MaxRuntimeInSeconds")
# Below an hour a restart costs less than the trouble.
_SHORT = 3600


@rule(
    "SM003",
    "spot-without-checkpoint",
    severity="error",
    group="money",
    reads=SOURCES,
    source="https://docs.aws.amazon.com/sagemaker/latest/dg/model-checkpoints.html",
)
def spot_without_checkpoint(subject: Subject, world: World) -> Iterator[Told]:
    """Managed spot training without a place for checkpoints.

    What happens: SageMaker copies `/opt/ml/checkpoints` to S3 and back only where `CheckpointConfig` names a place;
    saving and loading is the script's own work. Without it every interruption starts again at the first epoch. For a
    job of at most an hour this is told, not refused.

    Why it costs: all hours before the interruption are paid a second time, and a long job may never end.

    Bad:

    ```json
    {"resource": {"aws_sagemaker_training_job": {"train": {
      "training_job_name": "ranker-7", "enable_managed_spot_training": true,
      "stopping_condition": [{"max_runtime_in_seconds": 36000, "max_wait_time_in_seconds": 72000}]
    }}}}
    ```

    Good:

    ```json
    {"resource": {"aws_sagemaker_training_job": {"train": {
      "training_job_name": "ranker-7", "enable_managed_spot_training": true,
      "checkpoint_config": [{"s3_uri": "s3://example-checkpoints/ranker-7/"}],
      "stopping_condition": [{"max_runtime_in_seconds": 36000, "max_wait_time_in_seconds": 72000}]
    }}}}
    ```
    """
    # A trainer may be given its checkpoints afterwards, by `with_checkpoint_config`.
    for job in jobs_of(subject, world):
        if job.spot and job.absent(*_CHECKPOINT):
            yield Told(
                job.at("CheckpointConfig"),
                "an interruption throws away all work so far: managed spot training without CheckpointConfig",
                "CheckpointConfig with an S3Uri of this run, and a script that saves to and resumes from "
                "/opt/ml/checkpoints",
                part=job.state,
                severity="warning" if _is_short(job) or subject.kind == MODEL_TRAINER else None,
            )


def _is_short(job: TrainingJob) -> bool:
    """Whether the job may be short: the default of a run is a day."""
    limit = job.number(*_RUN)
    return not job.absent(*_RUN) and (limit is None or limit <= _SHORT)
