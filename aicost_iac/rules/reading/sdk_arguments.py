"""The request that the SageMaker SDK makes of the arguments of an estimator, or of `ModelTrainer`.

https://sagemaker.readthedocs.io/en/stable/api/training/estimators.html, and version 3:
https://github.com/aws/sagemaker-python-sdk/blob/master/migration.md
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from aicost_iac.expr import Raw
from aicost_iac.rules.findings import Path
from aicost_iac.rules.reading.asked import Names

# Where the arguments say each field of the request.
Spelling = Mapping[Names, Path]

_KEEP = ("CheckpointConfig", "S3Uri")
_RUN = ("StoppingCondition", "MaxRuntimeInSeconds")
ESTIMATOR: Spelling = {
    ("AlgorithmSpecification", "TrainingImage"): ("image_uri",),
    _KEEP: ("checkpoint_s3_uri",),
    ("EnableManagedSpotTraining",): ("use_spot_instances",),
    ("ResourceConfig", "InstanceCount"): ("instance_count",),
    ("ResourceConfig", "InstanceType"): ("instance_type",),
    ("ResourceConfig", "KeepAlivePeriodInSeconds"): ("keep_alive_period_in_seconds",),
    ("ResourceConfig", "VolumeKmsKeyId"): ("volume_kms_key",),
    _RUN: ("max_run",),
    ("StoppingCondition", "MaxWaitTimeInSeconds"): ("max_wait",),
}
TRAINER: Spelling = {
    ("AlgorithmSpecification", "AlgorithmName"): ("algorithm_name",),
    ("AlgorithmSpecification", "TrainingImage"): ("training_image",),
    _KEEP: ("checkpoint_config", "s3_uri"),
    ("EnableManagedSpotTraining",): ("compute", "enable_managed_spot_training"),
    ("ResourceConfig", "InstanceCount"): ("compute", "instance_count"),
    ("ResourceConfig", "InstanceType"): ("compute", "instance_type"),
    ("ResourceConfig", "KeepAlivePeriodInSeconds"): ("compute", "keep_alive_period_in_seconds"),
    ("ResourceConfig", "VolumeKmsKeyId"): ("compute", "volume_kms_key_id"),
    _RUN: ("stopping_condition", "max_runtime_in_seconds"),
    ("StoppingCondition", "MaxWaitTimeInSeconds"): ("stopping_condition", "max_wait_time_in_seconds"),
}
# How long a `ModelTrainer` lets a job run that is not told, and where it keeps checkpoints.
_TRAINER_RUNS = 3600
_TRAINER_KEEPS = Raw("a prefix of the session's bucket")


def request(arguments: Mapping[str, Any], spelling: Spelling) -> dict[str, Any]:
    """The request, as far as the arguments make it up."""
    made: dict[str, Any] = {}
    for names, path in spelling.items():
        value = _at(arguments, path)
        if value is not None:
            holder = made.setdefault(names[0], {}) if len(names) > 1 else made
            holder[names[-1]] = value
    if spelling is TRAINER:
        made.setdefault(_RUN[0], {}).setdefault(_RUN[1], _TRAINER_RUNS)
        if "checkpoint_config" in arguments:
            made.setdefault(_KEEP[0], {}).setdefault(_KEEP[1], _TRAINER_KEEPS)
    return made


def _at(arguments: Any, path: Iterable[str | int]) -> Any:
    """The argument at a path, or what stands in its way: a block that nobody knows."""
    for key in path:
        if not isinstance(arguments, Mapping):
            break
        arguments = arguments.get(key)
    return arguments
