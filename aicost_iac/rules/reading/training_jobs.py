"""SageMaker training jobs, wherever a request to create one is written: Terraform, a state machine, a pipeline, a
schedule, a manifest, a command, a program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aicost_iac.errors import UnreadableDocument
from aicost_iac.plan import KubeObject
from aicost_iac.rules.findings import Path
from aicost_iac.rules.reading.asked import Request, key
from aicost_iac.rules.reading.documents import read_json
from aicost_iac.rules.reading.sdk_arguments import ESTIMATOR, TRAINER, request
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.requests import SDK, AwsRequest
from aicost_iac.rules.world import Subject, World

# Documents in which requests stand, and the attribute that holds each.
_EMBEDDED = {"aws_sagemaker_pipeline": "pipeline_definition", "aws_sfn_state_machine": "definition"}
_SCHEDULE = "aws_scheduler_schedule"
_TERRAFORM = ("aws_sagemaker_training_job", "awscc_sagemaker_training_job")
_CREATE, _TUNE = "aws sagemaker create-training-job", "aws sagemaker create-hyper-parameter-tuning-job"
# https://sagemaker.readthedocs.io/en/stable/api/training/estimators.html
_ESTIMATORS = tuple(
    f"{SDK} {name}"
    for name in (
        "Chainer",
        "Estimator",
        "HuggingFace",
        "MXNet",
        "PyTorch",
        "RLEstimator",
        "SKLearn",
        "TensorFlow",
        "XGBoost",
    )
)
MODEL_TRAINER = f"{SDK} ModelTrainer"
SOURCES = (*sorted(_EMBEDDED), _SCHEDULE, *_TERRAFORM, "TrainingJob", _CREATE, _TUNE, *_ESTIMATORS, MODEL_TRAINER)


@dataclass(frozen=True, slots=True)
class TrainingJob(Request):
    """A request for a training job. Each execution of a `repeated` one makes a job of its own; a `tuning` one is the
    pattern of many jobs. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html
    """

    repeated: bool = False
    tuning: bool = False

    @property
    def spot(self) -> bool:
        return self.flag("EnableManagedSpotTraining") is True


def jobs(world: World) -> Mapping[int, tuple[TrainingJob, ...]]:
    """The requests of every subject, by its identity; ask `world.once` for it."""
    return {id(subject): tuple(_jobs(subject)) for subject in world.of(*SOURCES)}


def jobs_of(subject: Subject, world: World) -> tuple[TrainingJob, ...]:
    """The requests that a subject makes."""
    return world.once(jobs).get(id(subject), ())


def _jobs(subject: Subject) -> Iterator[TrainingJob]:
    if subject.kind in _TERRAFORM:
        yield TrainingJob(Block(subject.body), ())
    elif subject.kind == "TrainingJob":
        if isinstance(subject.node, KubeObject) and "sagemaker" in str(subject.node.api_version):
            yield TrainingJob(Block(subject.body).block("spec"), ("spec",))
    elif isinstance(subject.node, AwsRequest):
        yield from _requested(subject.node)
    else:
        yield from _embedded(subject)


def _requested(node: AwsRequest) -> Iterator[TrainingJob]:
    """A script or a program makes a job each time it runs."""
    if node.kind == _CREATE:
        yield TrainingJob(Block(node.body), (), repeated=True, complete=node.complete)
    elif node.kind == _TUNE:
        definition = Block(node.body).block(key(Block(node.body), "TrainingJobDefinition"))
        yield TrainingJob(definition, definition.path, repeated=True, tuning=True, complete=node.complete)
    else:
        spelling = TRAINER if node.kind == MODEL_TRAINER else ESTIMATOR
        made = Block(request(node.body, spelling))
        yield TrainingJob(made, (), repeated=True, complete=node.complete, spelled=spelling)


def _embedded(subject: Subject) -> Iterator[TrainingJob]:
    body = Block(subject.body)
    if subject.kind != _SCHEDULE:
        key = _EMBEDDED[subject.kind]
        yield from _steps(_read(body.get(key), subject), (key,))
        return
    # https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
    target = body.block("target")
    request = _read(target.get("input"), subject)
    if (target.text("arn") or "").endswith(":sagemaker:createTrainingJob") and isinstance(request, dict):
        yield TrainingJob(Block(request), target.at("input"), "input", repeated=True)


def _steps(document: Any, path: Path) -> Iterator[TrainingJob]:
    """States of a state machine, branches and maps included, or steps of a pipeline."""
    if isinstance(document, list):
        for each in document:
            yield from _steps(each, path)
    elif isinstance(document, dict):
        for name, state in _named(document):
            request, tuning = _of_state(state)
            if isinstance(request, dict):
                yield TrainingJob(Block(request), path, name, repeated=True, tuning=tuning)
            yield from _steps([state.get(key) for key in ("Branches", "Iterator", "ItemProcessor")], path)


def _named(document: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    states, steps = document.get("States"), document.get("Steps")
    named = list(states.items()) if isinstance(states, dict) else []
    named += [
        (each.get("Name", "?"), each) for each in (steps if isinstance(steps, list) else []) if isinstance(each, dict)
    ]
    return ((str(name), state) for name, state in named if isinstance(state, dict))


def _of_state(state: Mapping[str, Any]) -> tuple[Any, bool]:
    """The request of a step, and whether it is the pattern of a tuning job.

    https://docs.aws.amazon.com/step-functions/latest/dg/connect-sagemaker.html, and the pipeline's own form.
    """
    action = str(state.get("Resource", "")).lower().partition(":sagemaker:")[2]
    request = state.get("Parameters", state.get("Arguments"))
    if action.startswith("createhyperparametertuningjob"):
        return (request.get("TrainingJobDefinition") if isinstance(request, dict) else None), True
    return (request if action.startswith("createtrainingjob") or state.get("Type") == "Training" else None), False


def _read(value: Any, subject: Subject) -> Any:
    try:
        return read_json(value, subject.node.address)
    except UnreadableDocument:
        return None
