"""SageMaker training jobs, wherever a request to create one is written.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aicost_iac.errors import UnreadableDocument
from aicost_iac.plan import KubeObject
from aicost_iac.rules.findings import Path
from aicost_iac.rules.reading.documents import read_json
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.world import Subject, World

# Documents in which requests stand, and the attribute that holds each.
_EMBEDDED = {"aws_sagemaker_pipeline": "pipeline_definition", "aws_sfn_state_machine": "definition"}
_SCHEDULE = "aws_scheduler_schedule"
_TERRAFORM = ("aws_sagemaker_training_job", "awscc_sagemaker_training_job")
SOURCES = (*sorted(_EMBEDDED), _SCHEDULE, *_TERRAFORM, "TrainingJob")


@dataclass(frozen=True, slots=True)
class TrainingJob:
    """A request. Names in it are read without regard to case and underscores: each tool spells them its own way.

    `path` is where a reader finds it in the node; `state` names the step of the document it stands in, empty where
    the node itself is the request. Each execution of a `repeated` one makes a job of its own; a `tuning` one is the
    pattern of many jobs.
    """

    request: Block
    path: Path
    state: str
    repeated: bool
    tuning: bool = False

    def at(self, *names: str) -> Path:
        """Where a field stands, as exactly as the node's own body allows."""
        return self.path if self.state else _spelled(self.request, names)

    def block(self, *names: str) -> Block:
        """A block of the request, empty where there is none."""
        found = self.request
        for name in names:
            found = found.block(_key(found, name))
        return found

    def number(self, *names: str) -> float | None:
        holder = self.block(*names[:-1])
        return holder.number(_key(holder, names[-1]))

    def text(self, *names: str) -> str | None:
        holder = self.block(*names[:-1])
        return holder.text(_key(holder, names[-1]))

    def flag(self, *names: str) -> bool | None:
        holder = self.block(*names[:-1])
        return holder.flag(_key(holder, names[-1]))

    def absent(self, *names: str) -> bool:
        """Whether it is certain that the request does not say it: not even as a path into the state's input."""
        holder = self.request
        for name in names:
            if _dynamic(holder, name):
                return False
            if holder.absent(_key(holder, name)):
                return True
            holder = holder.block(_key(holder, name))
        return False

    def unsure(self, *names: str) -> bool:
        """Whether something stands there whose value nobody knows yet."""
        return not self.absent(*names) and self.text(*names) is None

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
        yield TrainingJob(Block(subject.body), (), "", repeated=False)
    elif subject.kind == "TrainingJob":
        if isinstance(subject.node, KubeObject) and "sagemaker" in str(subject.node.api_version):
            yield TrainingJob(Block(subject.body).block("spec"), ("spec",), "", repeated=False)
    else:
        yield from _embedded(subject)


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


def _plain(name: str) -> str:
    return name.replace("_", "").lower()


def _key(block: Block, name: str) -> str:
    """The spelling of a name in a block; the name itself where it is not there."""
    wanted = _plain(name)
    return next((key for key in block.body if _plain(key) == wanted), name)


def _dynamic(block: Block, name: str) -> bool:
    """Step Functions marks what comes from the state's input by `.$` at the end of the name."""
    wanted = f"{_plain(name)}.$"
    return any(_plain(key) == wanted for key in block.body)


def _spelled(block: Block, names: tuple[str, ...]) -> Path:
    for name in names[:-1]:
        block = block.block(_key(block, name))
    return block.at(_key(block, names[-1])) if names else block.path
