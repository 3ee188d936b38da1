"""SM006: a day if nobody says less."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading import gpu_names, prices
from aicost_iac.rules.reading.training_jobs import SOURCES, jobs_of
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_TYPE = ("ResourceConfig", "InstanceType")
_COUNT = ("ResourceConfig", "InstanceCount")


@rule(
    "SM006",
    "training-runs-for-a-day",
    severity="warning",
    group="money",
    reads=SOURCES,
    source="https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StoppingCondition.html",
)
def training_runs_for_a_day(subject: Subject, world: World) -> Iterator[Told]:
    """A training job on accelerators that does not say how long it may run.

    What happens: `MaxRuntimeInSeconds` is 86400 where nothing is written. A job that hangs, or that waits for a rank
    that is gone, is billed for a whole day before SageMaker ends it.

    Why it costs: a day of every instance of the job.

    Bad:

    ```json
    {"resource": {"aws_sagemaker_training_job": {"train": {
      "training_job_name": "ranker-7",
      "resource_config": [{"instance_type": "ml.g5.48xlarge", "instance_count": 2, "volume_size_in_gb": 100}]
    }}}}
    ```

    Good:

    ```json
    {"resource": {"aws_sagemaker_training_job": {"train": {
      "training_job_name": "ranker-7",
      "resource_config": [{"instance_type": "ml.g5.48xlarge", "instance_count": 2, "volume_size_in_gb": 100}],
      "stopping_condition": [{"max_runtime_in_seconds": 21600}]
    }}}}
    ```
    """
    for job in jobs_of(subject, world):
        kind, count = job.text(*_TYPE), job.number(*_COUNT) or 1
        machine = gpu_names.machine_of((kind or "").removeprefix("ml."))
        if machine is None or kind is None or not job.absent("StoppingCondition", "MaxRuntimeInSeconds"):
            continue
        hour = prices.instance_hour(kind, world.facts)
        price = f", {prices.shown(hour.times(24 * count).usd)} at list price" if hour else ""
        yield Told(
            job.at(*_TYPE),
            f"nothing ends {count:g} x {kind} before a day is over{price}",
            "MaxRuntimeInSeconds (max_run): what the run takes, and a margin",
            part=job.state,
        )
