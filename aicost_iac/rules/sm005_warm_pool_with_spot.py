"""SM005: two savings that exclude each other."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.training_jobs import SOURCES, jobs_of
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_KEEP = ("ResourceConfig", "KeepAlivePeriodInSeconds")


@rule(
    "SM005",
    "warm-pool-with-spot",
    severity="error",
    group="broken",
    reads=SOURCES,
    source="https://docs.aws.amazon.com/sagemaker/latest/dg/train-warm-pools.html",
)
def warm_pool_with_spot(subject: Subject, world: World) -> Iterator[Told]:
    """A warm pool and managed spot training in one job.

    What happens: instances that are kept alive between jobs can not be spot instances. The request is refused.

    Why it costs: the job does not start. A warm pool alone is billed while it waits, after a failed job as well.

    Bad:

    ```json
    {"resource": {"aws_sagemaker_training_job": {"train": {
      "training_job_name": "ranker-7", "enable_managed_spot_training": true,
      "checkpoint_config": [{"s3_uri": "s3://example-checkpoints/ranker-7/"}],
      "resource_config": [{"instance_type": "ml.g6e.xlarge", "instance_count": 1, "volume_size_in_gb": 100,
                           "keep_alive_period_in_seconds": 1800}],
      "stopping_condition": [{"max_runtime_in_seconds": 36000, "max_wait_time_in_seconds": 72000}]
    }}}}
    ```

    Good:

    ```json
    {"resource": {"aws_sagemaker_training_job": {"train": {
      "training_job_name": "ranker-7", "enable_managed_spot_training": true,
      "checkpoint_config": [{"s3_uri": "s3://example-checkpoints/ranker-7/"}],
      "resource_config": [{"instance_type": "ml.g6e.xlarge", "instance_count": 1, "volume_size_in_gb": 100}],
      "stopping_condition": [{"max_runtime_in_seconds": 36000, "max_wait_time_in_seconds": 72000}]
    }}}}
    ```
    """
    for job in jobs_of(subject, world):
        kept = job.number(*_KEEP)
        if job.spot and kept is not None and kept > 0:
            yield Told(
                job.at(*_KEEP),
                f"KeepAlivePeriodInSeconds {kept:g} keeps instances warm, which managed spot training can not: the "
                "request is refused",
                "remove KeepAlivePeriodInSeconds, or EnableManagedSpotTraining",
                part=job.state,
            )
