"""SM002: built-in algorithms that do not checkpoint."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.training_jobs import SOURCES, TrainingJob, jobs_of
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_WAIT = ("StoppingCondition", "MaxWaitTimeInSeconds")
_LIMIT = 3600
# Images of built-in algorithms without checkpoints; image classification, object detection, semantic segmentation and
# XGBoost have them. https://docs.aws.amazon.com/sagemaker/latest/dg/model-checkpoints.html
_WITHOUT = re.compile(
    r"\d{12}\.dkr\.ecr\.[\w.-]+/(blazingtext|factorization-machines|forecasting-deepar|ipinsights|kmeans|knn|lda"
    r"|linear-learner|ntm|object2vec|pca|randomcutforest|seq2seq)(:.*)?"
)


@rule(
    "SM002",
    "built-in-waits-an-hour",
    severity="error",
    group="broken",
    reads=SOURCES,
    source="https://docs.aws.amazon.com/sagemaker/latest/dg/model-managed-spot-training.html",
)
def built_in_waits_an_hour(subject: Subject, world: World) -> Iterator[Told]:
    """A built-in or marketplace algorithm without checkpoints, on spot, for more than an hour.

    What happens: built-in and marketplace algorithms that do not checkpoint are limited to a `MaxWaitTimeInSeconds` of
    3600 with managed spot training. A longer one is refused.

    Why it costs: the training does not start; and where it did, each interruption would pay for all of it again.

    Bad:

    ```json
    {"resource": {"aws_sagemaker_training_job": {"train": {
      "training_job_name": "topics-3", "enable_managed_spot_training": true,
      "algorithm_specification": [{"training_image": "382416733822.dkr.ecr.us-east-1.amazonaws.com/ntm:1",
                                   "training_input_mode": "File"}],
      "stopping_condition": [{"max_runtime_in_seconds": 3600, "max_wait_time_in_seconds": 7200}]
    }}}}
    ```

    Good:

    ```json
    {"resource": {"aws_sagemaker_training_job": {"train": {
      "training_job_name": "topics-3",
      "algorithm_specification": [{"training_image": "382416733822.dkr.ecr.us-east-1.amazonaws.com/ntm:1",
                                   "training_input_mode": "File"}],
      "stopping_condition": [{"max_runtime_in_seconds": 7200}]
    }}}}
    ```
    """
    for job in jobs_of(subject, world):
        wait = job.number(*_WAIT)
        if job.spot and wait is not None and wait > _LIMIT and (what := _uncheckpointed(job)):
            yield Told(
                job.at(*_WAIT),
                f"{what} does not checkpoint: on spot its MaxWaitTimeInSeconds may be {_LIMIT}, not {wait:g}",
                f"MaxWaitTimeInSeconds of {_LIMIT} or less, on-demand training, or an algorithm that checkpoints",
                part=job.state,
            )


def _uncheckpointed(job: TrainingJob) -> str:
    """The algorithm, if it is certainly one without checkpoints."""
    image = job.text("AlgorithmSpecification", "TrainingImage") or ""
    if found := _WITHOUT.fullmatch(image):
        return f"the built-in algorithm {found[1]}"
    bought = job.text("AlgorithmSpecification", "AlgorithmName")
    return f"algorithm {bought!r}" if bought and job.absent("CheckpointConfig") else ""
