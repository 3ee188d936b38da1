"""The `CreateTrainingJob` request, in one place: the state machine, the launchers and the resource all say this.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from aicost_iac.canonical import normal
from aicost_iac.expr import Text, template
from aicost_iac.terraform.sagemaker import api_tags, vpc
from aicost_iac.terraform.tagging import Tags

if TYPE_CHECKING:
    from aicost_iac.blueprints._sagemaker.settings import Channel
    from aicost_iac.blueprints.managed_spot_training import ManagedSpotTraining


@dataclass(frozen=True, slots=True)
class Place:
    """What only the stack knows: the role, the bucket, the image of this region."""

    role: Text
    bucket: Text
    image: Text
    tags: Tags


@dataclass(frozen=True, slots=True)
class Run:
    """One run: what its job is called, and the prefix that its checkpoints and results share."""

    job_name: str
    prefix: Text
    spot: bool = True

    def on_demand(self) -> Run:
        """The same run, bought on demand: it goes on from the same checkpoints."""
        return replace(self, spot=False)


def run_of(training: ManagedSpotTraining) -> Run:
    """The run that the blueprint names."""
    return Run(job_name(training), run_prefix(training, training.run), spot=training.market == "spot")


def job_name(training: ManagedSpotTraining) -> str:
    """Unique, because SageMaker takes a name once: `<name>-<run>`."""
    return f"{training.name}-{training.run}"


def run_prefix(training: ManagedSpotTraining, run: str) -> str:
    """Below the bucket; no other run shares it."""
    return f"{training.name}/{run}"


def request(training: ManagedSpotTraining, place: Place, run: Run) -> dict[str, Any]:
    """The request of one run."""
    stem = template("s3://", place.bucket, "/", run.prefix)
    body = {
        "TrainingJobName": run.job_name,
        "AlgorithmSpecification": _algorithm(training, place.image),
        "CheckpointConfig": {"LocalPath": training.checkpoint_path, "S3Uri": template(stem, "/checkpoints/")},
        "EnableInterContainerTrafficEncryption": training.encrypt_between_containers or None,
        "EnableManagedSpotTraining": run.spot or None,
        "EnableNetworkIsolation": training.network_isolation or None,
        "Environment": training.environment,
        "HyperParameters": hyperparameters(training),
        "InputDataConfig": [_channel(name, channel) for name, channel in training.channels.items()],
        "OutputDataConfig": {"KmsKeyId": training.output_kms_key, "S3OutputPath": template(stem, "/output")},
        "ResourceConfig": _resources(training),
        "RetryStrategy": {"MaximumRetryAttempts": training.retry_attempts} if training.retry_attempts else None,
        "RoleArn": place.role,
        "StoppingCondition": {
            "MaxRuntimeInSeconds": training.max_run,
            "MaxWaitTimeInSeconds": training.longest_wait if run.spot else None,
        },
        "Tags": api_tags(place.tags),
        "VpcConfig": None if training.vpc is None else vpc(training.vpc.subnet_ids, training.vpc.security_group_ids),
    }
    made: dict[str, Any] = normal(body, f"CreateTrainingJob {run.job_name}")
    return made


def hyperparameters(training: ManagedSpotTraining) -> dict[str, Text]:
    """Text, as the API wants it; and where the training toolkit of AWS's images finds the script.

    https://github.com/aws/sagemaker-training-toolkit
    """
    own: dict[str, Text] = {
        key: value if isinstance(value, str) else json.dumps(value) for key, value in training.hyperparameters.items()
    }
    if training.entry_point is None or training.source_s3_uri is None:
        return own
    return {**own, "sagemaker_program": training.entry_point, "sagemaker_submit_directory": training.source_s3_uri}


def _algorithm(training: ManagedSpotTraining, image: Text) -> Mapping[str, Any]:
    return {
        "MetricDefinitions": [{"Name": metric.name, "Regex": metric.regex} for metric in training.metrics],
        "TrainingImage": image,
        "TrainingInputMode": training.input_mode,
    }


def _channel(name: str, channel: Channel) -> Mapping[str, Any]:
    source = {
        "S3DataDistributionType": "ShardedByS3Key" if channel.sharded else "FullyReplicated",
        "S3DataType": "S3Prefix",
        "S3Uri": channel.s3_uri,
    }
    return {
        "ChannelName": name,
        "ContentType": channel.content_type,
        "DataSource": {"S3DataSource": source},
        "InputMode": channel.input_mode,
    }


def _resources(training: ManagedSpotTraining) -> Mapping[str, Any]:
    return {
        "InstanceCount": training.instance_count,
        "InstanceType": training.instance_type,
        "KeepAlivePeriodInSeconds": training.warm_pool_seconds,
        "VolumeKmsKeyId": training.volume_kms_key,
        "VolumeSizeInGB": training.volume_gib,
    }
