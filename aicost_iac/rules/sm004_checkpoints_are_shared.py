"""SM004: a run that goes on where another one ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from aicost_iac.rules.findings import Severity, Told
from aicost_iac.rules.reading.training_jobs import SOURCES, TrainingJob, jobs, jobs_of
from aicost_iac.rules.registry import rule
from aicost_iac.rules.requests import AwsRequest
from aicost_iac.rules.world import Subject, World

_CHECKPOINT = ("CheckpointConfig", "S3Uri")


@rule(
    "SM004",
    "checkpoints-are-shared",
    severity="error",
    group="broken",
    reads=SOURCES,
    source="https://docs.aws.amazon.com/sagemaker/latest/dg/model-checkpoints.html",
)
def checkpoints_are_shared(subject: Subject, world: World) -> Iterator[Told]:
    """Several training jobs with one place for their checkpoints.

    What happens: SageMaker copies whatever lies at `CheckpointConfig.S3Uri` into the new job before it starts. A
    constant prefix in a state machine or pipeline, which makes a new job at each execution, hands it the last
    checkpoint of the run before: it "finishes" at once, or trains the wrong model on.

    Why it costs: a run that is worth nothing, found out after it was used.

    Bad:

    ```json
    {"resource": {"aws_sagemaker_training_job": {
      "first": {"training_job_name": "ranker-7", "enable_managed_spot_training": true,
        "checkpoint_config": [{"s3_uri": "s3://example-checkpoints/ranker/"}],
        "stopping_condition": [{"max_runtime_in_seconds": 36000, "max_wait_time_in_seconds": 72000}]},
      "second": {"training_job_name": "ranker-8", "enable_managed_spot_training": true,
        "checkpoint_config": [{"s3_uri": "s3://example-checkpoints/ranker/"}],
        "stopping_condition": [{"max_runtime_in_seconds": 36000, "max_wait_time_in_seconds": 72000}]}
    }}}
    ```

    Good:

    ```json
    {"resource": {"aws_sagemaker_training_job": {
      "first": {"training_job_name": "ranker-7", "enable_managed_spot_training": true,
        "checkpoint_config": [{"s3_uri": "s3://example-checkpoints/ranker-7/"}],
        "stopping_condition": [{"max_runtime_in_seconds": 36000, "max_wait_time_in_seconds": 72000}]},
      "second": {"training_job_name": "ranker-8", "enable_managed_spot_training": true,
        "checkpoint_config": [{"s3_uri": "s3://example-checkpoints/ranker-8/"}],
        "stopping_condition": [{"max_runtime_in_seconds": 36000, "max_wait_time_in_seconds": 72000}]}
    }}}
    ```
    """
    for job in jobs_of(subject, world):
        place = job.text(*_CHECKPOINT)
        if place is None or job.tuning:
            continue
        if world.once(_places)[place] > 1:
            yield _told(job, f"several jobs keep their checkpoints at {place}: each starts from another one's")
        elif job.repeated:
            # Whoever runs a program again may mean to go on.
            severity: Severity | None = "warning" if isinstance(subject.node, AwsRequest) else None
            message = f"every execution keeps its checkpoints at {place}: each starts from the one before"
            yield _told(job, message, severity)


def _told(job: TrainingJob, message: str, severity: Severity | None = None) -> Told:
    fix = "a prefix per run: the job's own name, or the execution's ($$.Execution.Name)"
    return Told(job.at(*_CHECKPOINT), message, fix, part=job.state, severity=severity)


def _places(world: World) -> Mapping[str, int]:
    """How many jobs keep their checkpoints at each place."""
    every = (job for those in world.once(jobs).values() for job in those if not job.tuning)
    return Counter(place for job in every if (place := job.text(*_CHECKPOINT)) is not None)
