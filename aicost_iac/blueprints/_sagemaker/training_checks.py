"""What makes a training job impossible, each reason with its way out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from aicost_iac import catalog
from aicost_iac.blueprints._sagemaker.instances import key_problems, known_type, type_problems
from aicost_iac.blueprints._sagemaker.settings import vpc_problems
from aicost_iac.errors import Problem
from aicost_iac.fields import is_known

if TYPE_CHECKING:
    from aicost_iac.blueprints.managed_spot_training import ManagedSpotTraining

# A job's name is 63 characters long at most, and a UUID with its dash takes 37 of them.
LONGEST_NAME = 26
_RESERVED = frozenset({"sagemaker_program", "sagemaker_submit_directory"})
_LONGEST_KEY, _LONGEST_VALUE, _MOST = 256, 2500, 100


def problems(training: ManagedSpotTraining) -> Iterator[Problem]:
    """All of them, in the order of the fields."""
    if len(training.name) > LONGEST_NAME:
        reason = f"has more than {LONGEST_NAME} characters: with a UUID a job's name would exceed 63"
        yield Problem("name", reason, training.name, "shorten it")
    yield from type_problems("instance_type", training.instance_type, "training")
    yield from _times(training)
    yield from _image(training)
    yield from _hyperparameters(training)
    yield from _market(training)
    yield from _places(training)
    yield from vpc_problems(training.vpc)
    yield from _telling(training)


def _times(training: ManagedSpotTraining) -> Iterator[Problem]:
    if training.max_wait is None:
        return
    if training.market == "on-demand":
        yield Problem("max_wait", "is a wait for spot", training.max_wait, 'leave it out, or market="spot"')
    elif training.max_wait < training.max_run:
        reason = f"is less than max_run {training.max_run}, which it contains: the request is refused"
        yield Problem(
            "max_wait", reason, training.max_wait, f"{2 * training.max_run} leaves as long to wait as to train"
        )


def _image(training: ManagedSpotTraining) -> Iterator[Problem]:
    if (training.framework is None) == (training.image is None):
        yield Problem("image", "or framework is required, and only one of them", remedy="Framework(name=, version=)")
    if (training.entry_point is None) != (training.source_s3_uri is None):
        yield Problem(
            "entry_point", "and source_s3_uri belong together", remedy="give both, or an image that holds both"
        )
    if training.framework is not None and training.entry_point is None:
        yield Problem("entry_point", "is required with a framework: its image has no script", remedy="give it")
    source = training.source_s3_uri
    if is_known(source) and not str(source).endswith(".tar.gz"):
        yield Problem(
            "source_s3_uri", "is not a .tar.gz, which the training toolkit unpacks", source, "pack the folder"
        )
    kind = known_type(training.instance_type)
    machine = kind.machine if kind else None
    if training.framework is not None and machine is not None and _vendor(machine.accelerator) != "nvidia":
        reason = f"has no image for {machine.accelerator}"
        yield Problem("framework", reason, training.framework.name, "give image= one that is made for it")


def _vendor(accelerator: str) -> str:
    return catalog.accelerator(accelerator).vendor


def _hyperparameters(training: ManagedSpotTraining) -> Iterator[Problem]:
    if len(training.hyperparameters) > _MOST - len(_RESERVED):
        yield Problem("hyperparameters", f"are more than {_MOST - len(_RESERVED)}", len(training.hyperparameters))
    for key, value in training.hyperparameters.items():
        if key in _RESERVED:
            yield Problem(f"hyperparameters.{key}", "is set from entry_point and source_s3_uri", value, "remove it")
        if key.endswith(".$"):
            reason = "ends in '.$', by which Step Functions marks a path into its input"
            yield Problem(f"hyperparameters.{key}", reason, key, "name it otherwise")
        text = value if isinstance(value, str) else json.dumps(value)
        if not key or len(key) > _LONGEST_KEY or len(text) > _LONGEST_VALUE:
            reason = f"exceeds {_LONGEST_KEY} characters of name or {_LONGEST_VALUE} of value"
            yield Problem(f"hyperparameters.{key}", reason, len(text), "put long text into a channel")


def _market(training: ManagedSpotTraining) -> Iterator[Problem]:
    if training.market == "spot" and not training.resumable:
        reason = "must be declared on spot: SageMaker only copies files, and each interruption would start from nothing"
        yield Problem("resumable", reason, training.resumable, 'make it so and say True, or market="on-demand"')
    if training.market == "spot" and training.warm_pool_seconds is not None:
        reason = "can not be combined with spot: the request is refused"
        yield Problem("warm_pool_seconds", reason, training.warm_pool_seconds, 'leave it out, or market="on-demand"')
    if training.market == "on-demand":
        for field in ("on_demand_fallback", "spot_price"):
            if getattr(training, field):
                yield Problem(field, "has no meaning on demand", getattr(training, field), "remove it")
    yield from key_problems("volume_kms_key", training.volume_kms_key, "instance_type", training.instance_type)


def _places(training: ManagedSpotTraining) -> Iterator[Problem]:
    if training.checkpoint_bucket is not None:
        if training.keep_days != 30:
            yield Problem("keep_days", "has no effect on an existing bucket", training.keep_days, "remove it")
        if training.bucket_kms_key_arn is not None:
            reason = "has no effect on an existing bucket"
            yield Problem("bucket_kms_key_arn", reason, training.bucket_kms_key_arn, "remove it")


def _telling(training: ManagedSpotTraining) -> Iterator[Problem]:
    if training.notify_emails and training.notify_topic_arn is not None:
        yield Problem("notify_emails", "and notify_topic_arn are two ways to one end", remedy="give one of them")
    if training.schedule is None and training.timezone != "UTC":
        yield Problem("timezone", "is a schedule's", training.timezone, "give schedule= too")
