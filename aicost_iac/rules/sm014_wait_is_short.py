"""SM014: a wait that spot rarely keeps."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.training_jobs import SOURCES, jobs_of
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_WAIT, _RUN = ("StoppingCondition", "MaxWaitTimeInSeconds"), ("StoppingCondition", "MaxRuntimeInSeconds")


@rule(
    "SM014",
    "wait-is-short",
    severity="warning",
    group="money",
    reads=SOURCES,
    source="https://docs.aws.amazon.com/sagemaker/latest/dg/model-managed-spot-training.html",
)
def wait_is_short(subject: Subject, world: World) -> Iterator[Told]:
    """A managed spot training job that may wait for less time than it may train.

    What happens: `MaxWaitTimeInSeconds` counts waiting for spot, every wait after an interruption, and training. What
    it leaves beyond `MaxRuntimeInSeconds` is all the time there is for spot to come. When it is used up the job is
    stopped with `MaxWaitTimeExceeded`, however near its end it was. Twice the run time is advice, not the API's rule.

    Why it costs: the training that was done is paid, and its result is a checkpoint at best.

    Bad:

    ```json
    {"resource": {"aws_sagemaker_training_job": {"train": {
      "training_job_name": "ranker-7", "enable_managed_spot_training": true,
      "checkpoint_config": [{"s3_uri": "s3://example-checkpoints/ranker-7/"}],
      "stopping_condition": [{"max_runtime_in_seconds": 36000, "max_wait_time_in_seconds": 37800}]
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
        wait, run = job.number(*_WAIT), job.number(*_RUN)
        if job.spot and wait is not None and run is not None and run <= wait < 2 * run:
            yield Told(
                job.at(*_WAIT),
                f"MaxWaitTimeInSeconds {wait:g} leaves {wait - run:g} s for spot to come, at the start and after every "
                f"interruption; then the job is stopped, its MaxRuntimeInSeconds {run:g} used or not",
                f"MaxWaitTimeInSeconds of {2 * run:g} or more: waiting is not billed",
                part=job.state,
            )
