"""SM001: a deadline that lies before the end."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.training_jobs import SOURCES, jobs_of
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_WAIT, _RUN = ("StoppingCondition", "MaxWaitTimeInSeconds"), ("StoppingCondition", "MaxRuntimeInSeconds")
# What SageMaker takes where nothing is written.
_DEFAULT_RUN = 86_400


@rule(
    "SM001",
    "wait-is-below-run-time",
    severity="error",
    group="broken",
    reads=SOURCES,
    source="https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StoppingCondition.html",
)
def wait_is_below_run_time(subject: Subject, world: World) -> Iterator[Told]:
    """A managed spot training job that may wait less long than it may run.

    What happens: `MaxWaitTimeInSeconds` holds waiting for capacity and training together, so it can not be less than
    `MaxRuntimeInSeconds` (one day where nothing is written). The request is refused; so is managed spot training
    without any.

    Why it costs: a pipeline that fails at its training step, when everything before it has been paid for.

    Bad:

    ```json
    {"resource": {"aws_sagemaker_training_job": {"train": {
      "training_job_name": "ranker-7", "enable_managed_spot_training": true,
      "checkpoint_config": [{"s3_uri": "s3://example-checkpoints/ranker-7/"}],
      "stopping_condition": [{"max_runtime_in_seconds": 36000, "max_wait_time_in_seconds": 18000}]
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
    for job in jobs_of(subject, world):
        wait = job.number(*_WAIT)
        run = _DEFAULT_RUN if job.absent(*_RUN) else job.number(*_RUN)
        if job.spot and job.absent(*_WAIT):
            message = "managed spot training needs MaxWaitTimeInSeconds: the request is refused without it"
            yield Told(job.at(*_WAIT), message, "MaxWaitTimeInSeconds of MaxRuntimeInSeconds or more", part=job.state)
        elif wait is not None and run is not None and wait < run:
            yield Told(
                job.at(*_WAIT),
                f"MaxWaitTimeInSeconds {wait:g} is below MaxRuntimeInSeconds {run:g}, which it holds: the request is "
                "refused",
                f"MaxWaitTimeInSeconds of {run:g} plus the time you would wait for capacity",
                part=job.state,
            )
