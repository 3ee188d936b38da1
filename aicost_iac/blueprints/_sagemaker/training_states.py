"""The state machine of a training job, in the Amazon States Language.

How an end is reported: a job that used up its wait ends as `Stopped`, and its `SecondaryStatus` is
`MaxWaitTimeExceeded`; one that found no machines ends as `Failed`, and its `FailureReason` begins with `CapacityError`.
https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeTrainingJob.html
https://docs.aws.amazon.com/batch/latest/userguide/sm_job_stuck_in_runnable_capacity.html

Whether Step Functions passes a `Stopped` job on as a result or as an error is not documented, so both ways are read.
An error's `Cause` is the job's description as text: only words are looked for in it, because text that is no JSON, such
as an API error's, could not be parsed, and a failed parse can not be caught.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aicost_iac.blueprints._sagemaker.settings import CapacityRetry
from aicost_iac.expr import Text

State = dict[str, Any]

TRAINED, TELL, FAILED = "Trained", "Tell of the failure", "Failed"
SPOT, ON_DEMAND = "spot", "demand"
TELL_FALLBACK = "Tell of the fallback"
# Until a job on demand has found its machines; on spot, max_wait says it.
_PENDING_SECONDS = 6 * 3600
# SageMaker gives a job that is stopped two minutes, and uploads what it made.
_ENDING_SECONDS = 3600

# Nothing was started when these came, so the same state may ask again.
# https://docs.aws.amazon.com/step-functions/latest/dg/connect-sagemaker.html
_RETRY = [
    {
        "ErrorEquals": ["SageMaker.ResourceLimitExceededException"],
        "BackoffRate": 2,
        "IntervalSeconds": 60,
        "JitterStrategy": "FULL",
        "MaxAttempts": 5,
        "MaxDelaySeconds": 900,
    },
    {
        "ErrorEquals": ["SageMaker.AmazonSageMakerException"],
        "BackoffRate": 2,
        "IntervalSeconds": 5,
        "JitterStrategy": "FULL",
        "MaxAttempts": 4,
    },
]


@dataclass(frozen=True, slots=True)
class Machine:
    """What is run, in which order, and who is told."""

    partition: str
    spot: Mapping[str, Any] | None
    """Parameters of the job on spot; None when the market is on demand."""
    on_demand: Mapping[str, Any] | None
    """Parameters of the job on demand; None without a fallback."""
    retry: CapacityRetry
    topic: Text

    def definition(self) -> dict[str, Any]:
        """The whole machine."""
        first = SPOT if self.spot is not None else ON_DEMAND
        states: dict[str, State] = {}
        if self.spot is not None:
            states |= self._market(SPOT, self.spot, self._after_spot)
        if self.spot is not None and self.on_demand is not None:
            states[TELL_FALLBACK] = self._tell("Training goes on, on demand", _begin(ON_DEMAND))
        if self.on_demand is not None:
            states |= self._market(ON_DEMAND, self.on_demand, TELL)
        states[TELL] = self._tell("Training failed", FAILED)
        states[FAILED] = {"Type": "Fail", "Error": "TrainingFailed", "Cause": "The topic has the job's description."}
        states[TRAINED] = {"Type": "Succeed"}
        return {"Comment": "One training run", "StartAt": _begin(first), "States": states}

    @property
    def _after_spot(self) -> str:
        return TELL if self.on_demand is None else TELL_FALLBACK

    def _market(self, market: str, parameters: Mapping[str, Any], exhausted: str) -> dict[str, State]:
        """The states that train on one market; `exhausted` comes when it has no machines."""
        train, ended, why, wait, again = (
            f"{what} on {market}" for what in ("Train", "Ended", "Failed", "Wait", "Try again")
        )
        waited_out = _is("SecondaryStatus", "MaxWaitTimeExceeded", exhausted)
        short = {"And": [*_told("*CapacityError*"), _fewer(self.retry.attempts)], "Next": wait}
        spent = [{"And": _told(words), "Next": exhausted} for words in ("*MaxWaitTimeExceeded*", "*CapacityError*")]
        following = exhausted != TELL
        return {
            _begin(market): {"Type": "Pass", "Parameters": {"attempt": 1}, "Next": train},
            train: self._train(parameters, ended, why),
            ended: _choice([_is("TrainingJobStatus", "Completed", TRAINED), *([waited_out] if following else [])]),
            why: _choice([short, *(spent if following else [])]),
            wait: {"Type": "Wait", "Seconds": self.retry.wait_minutes * 60, "Next": again},
            again: {"Type": "Pass", "Parameters": {"attempt.$": "States.MathAdd($.attempt, 1)"}, "Next": train},
        }

    def _train(self, parameters: Mapping[str, Any], ended: str, why: str) -> State:
        limits = parameters["StoppingCondition"]
        longest = limits.get("MaxWaitTimeInSeconds", limits["MaxRuntimeInSeconds"] + _PENDING_SECONDS)
        return {
            "Type": "Task",
            "Resource": f"arn:{self.partition}:states:::sagemaker:createTrainingJob.sync",
            "Parameters": parameters,
            "ResultPath": "$.job",
            "Retry": _RETRY,
            "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.failure", "Next": why}],
            "TimeoutSeconds": longest + _ENDING_SECONDS,
            "Next": ended,
        }

    def _tell(self, subject: str, following: str) -> State:
        """A message that can not be sent is no reason to stop."""
        message = "States.Format('{} {}', $$.Execution.Id, States.JsonToString($))"
        return {
            "Type": "Task",
            "Resource": f"arn:{self.partition}:states:::sns:publish",
            "Parameters": {"Message.$": message, "Subject": subject, "TopicArn": self.topic},
            "ResultPath": None,
            "Retry": [{"ErrorEquals": ["States.TaskFailed"], "BackoffRate": 2, "IntervalSeconds": 5, "MaxAttempts": 3}],
            "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": None, "Next": following}],
            "Next": following,
        }


def _begin(market: str) -> str:
    return f"Begin on {market}"


def _choice(choices: list[State]) -> State:
    return {"Type": "Choice", "Choices": choices, "Default": TELL}


def _is(member: str, value: str, following: str) -> State:
    path = f"$.job.{member}"
    return {"And": [_present(path), {"Variable": path, "StringEquals": value}], "Next": following}


def _told(words: str) -> list[State]:
    path = "$.failure.Cause"
    return [_present(path), {"Variable": path, "StringMatches": words}]


def _fewer(attempts: int) -> State:
    return {"Variable": "$.attempt", "NumericLessThan": attempts}


def _present(path: str) -> State:
    return {"Variable": path, "IsPresent": True}


def parameters(request: Mapping[str, Any], job: str, checkpoints: Text, output: Text) -> dict[str, Any]:
    """A request whose name and prefixes each execution makes for itself.

    The name is made inside the state that is tried again, because a name is taken once: each attempt has another one.
    The prefixes are the execution's, so that attempts, and the fallback, go on from each other's checkpoints.
    """
    made = {key: value for key, value in request.items() if key != "TrainingJobName"}
    made["TrainingJobName.$"] = job
    made["CheckpointConfig"] = _by_path(request["CheckpointConfig"], "S3Uri", checkpoints)
    made["OutputDataConfig"] = _by_path(request["OutputDataConfig"], "S3OutputPath", output)
    return made


def _by_path(block: Mapping[str, Any], member: str, path: Text) -> dict[str, Any]:
    return {**{key: value for key, value in block.items() if key != member}, f"{member}.$": path}
