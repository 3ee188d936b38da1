"""Programs that start the same job by hand, with either generation of the SageMaker SDK, and a script to train with.

The SDK's third generation has no estimators any more:
https://github.com/aws/sagemaker-python-sdk/blob/master/migration.md
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from aicost_iac.blueprints._sagemaker.training_request import Place, hyperparameters
from aicost_iac.expr import Text
from aicost_iac.fields import is_known
from aicost_iac.plan import File
from aicost_iac.templating import render_template

if TYPE_CHECKING:
    from aicost_iac.blueprints.managed_spot_training import ManagedSpotTraining

# The generations that the launchers are written for, and tested with.
PINS = {"v2": "sagemaker>=2.245,<3", "v3": "sagemaker>=3.20,<4"}
_SUFFIX = {"python": "json", "pytorch": "pt"}


def files(training: ManagedSpotTraining, place: Place, output: str) -> list[File]:
    """The launchers, and the training script where one is wanted. `output` names the request among Terraform's."""
    values = _values(training, place)
    made = [_launcher(training, version, pin, output, values) for version, pin in PINS.items()]
    if training.scaffold is not None:
        text = render_template(
            f"sagemaker/train_{training.scaffold}.py.j2",
            checkpoint_path=training.checkpoint_path,
            suffix=_SUFFIX[training.scaffold],
        )
        made.append(File(f"{training.name}/train.py", text))
    return made


def _launcher(training: ManagedSpotTraining, version: str, pin: str, output: str, values: Mapping[str, Any]) -> File:
    name = f"launch_{version}.py"
    text = render_template(
        f"sagemaker/launch_{version}.py.j2",
        **values,
        file=name,
        job=training.name,
        origin=training.origin,
        output=output,
        pin=pin,
        run=training.run,
    )
    return File(f"{training.name}/{name}", text)


def _values(training: ManagedSpotTraining, place: Place) -> dict[str, Any]:
    """Everything as Python spells it."""
    return {
        "bucket": _bucket(place.bucket),
        "channels": _channels(training),
        "checkpoint_path": quoted(training.checkpoint_path),
        "environment": {quoted(key): quoted(value) for key, value in training.environment.items()},
        "hyperparameters": _hyperparameters(training),
        "image": python(place.image, "AlgorithmSpecification", "TrainingImage"),
        "input_mode": quoted(training.input_mode),
        "instance_count": training.instance_count,
        "instance_type": quoted(training.instance_type),
        "max_run": training.max_run,
        "max_wait": training.longest_wait,
        "metrics": [(quoted(metric.name), quoted(metric.regex)) for metric in training.metrics],
        "network": _network(training, "encrypt_inter_container_traffic"),
        "networking": _network(training, "enable_inter_container_traffic_encryption"),
        "output_kms_key": _optional(training.output_kms_key, "OutputDataConfig", "KmsKeyId"),
        "retry_attempts": training.retry_attempts,
        "role": python(place.role, "RoleArn"),
        "spot": training.market == "spot",
        "tags": [(quoted(key), quoted(value)) for key, value in sorted(place.tags.items())],
        "volume_gib": training.volume_gib,
        "volume_kms_key": _optional(training.volume_kms_key, "ResourceConfig", "VolumeKmsKeyId"),
        "warm_pool_seconds": training.warm_pool_seconds,
    }


def quoted(text: str) -> str:
    """A Python literal in double quotes: JSON's escapes are Python's too."""
    return json.dumps(text, ensure_ascii=False)


def python(value: Text, *path: str | int) -> str:
    """A literal, or the place in the planned request where Terraform has put what the value stands for."""
    return quoted(str(value)) if is_known(value) else "planned" + "".join(f"[{json.dumps(part)}]" for part in path)


def _optional(value: Text | None, *path: str) -> str | None:
    return None if value is None else python(value, *path)


def _bucket(bucket: Text) -> str:
    """A bucket of the blueprint's own is named by AWS."""
    return quoted(str(bucket)) if is_known(bucket) else 'planned["OutputDataConfig"]["S3OutputPath"].split("/")[2]'


def _hyperparameters(training: ManagedSpotTraining) -> dict[str, str]:
    made = hyperparameters(training)
    return {quoted(key): python(value, "HyperParameters", key) for key, value in made.items()}


def _channels(training: ManagedSpotTraining) -> list[dict[str, str | None]]:
    return [
        {
            "name": quoted(name),
            "content_type": None if channel.content_type is None else quoted(channel.content_type),
            "distribution": quoted("ShardedByS3Key" if channel.sharded else "FullyReplicated"),
            "input_mode": None if channel.input_mode is None else quoted(channel.input_mode),
            "s3_uri": python(channel.s3_uri, "InputDataConfig", index, "DataSource", "S3DataSource", "S3Uri"),
        }
        for index, (name, channel) in enumerate(training.channels.items())
    ]


def _network(training: ManagedSpotTraining, encryption: str) -> dict[str, str]:
    """Arguments that both SDKs have, but for the name of one."""
    made: dict[str, str] = {}
    if training.vpc is not None:
        groups, subnets = training.vpc.security_group_ids, training.vpc.subnet_ids
        made["security_group_ids"] = _list(groups, "VpcConfig", "SecurityGroupIds")
        made["subnets"] = _list(subnets, "VpcConfig", "Subnets")
    if training.network_isolation:
        made["enable_network_isolation"] = "True"
    if training.encrypt_between_containers:
        made[encryption] = "True"
    return made


def _list(values: Any, *path: str) -> str:
    return "[" + ", ".join(python(value, *path, index) for index, value in enumerate(values)) + "]"
