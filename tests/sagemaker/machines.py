"""State machines, run by moto's interpreter of the States Language, with a SageMaker that answers as it is told."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.stepfunctions.parser.api import HistoryEventType, TaskFailedEventDetails
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent, FailureEventException
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_unsupported import (
    StateTaskServiceUnsupported,
)
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.seconds import Seconds
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails

ROLE = "arn:aws:iam::123456789012:role/machine"
REGION = "us-east-1"


@dataclass
class Answer:
    """What a job ends with: a description, or an error with its cause."""

    job: Mapping[str, Any] = field(default_factory=dict)
    error: str = ""
    cause: str = ""


COMPLETED = Answer({"TrainingJobStatus": "Completed", "SecondaryStatus": "Completed"})
MAX_WAIT = {"TrainingJobStatus": "Stopped", "SecondaryStatus": "MaxWaitTimeExceeded"}
NO_MACHINES = {"TrainingJobStatus": "Failed", "FailureReason": "CapacityError: Unable to provision requested capacity"}


def failed(job: Mapping[str, Any]) -> Answer:
    """A job's end as the error of a task: its description is the cause."""
    return Answer(error="States.TaskFailed", cause=json.dumps(job))


@dataclass
class Run:
    """What an execution did."""

    status: str
    states: list[str]
    requests: list[dict[str, Any]]
    messages: list[str]
    waited: list[int]


@contextmanager
def _account() -> Iterator[tuple[Any, str, Callable[[], list[str]]]]:
    """Step Functions that runs machines, and a topic whose messages can be read."""
    with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
        sns, sqs = boto3.client("sns", REGION), boto3.client("sqs", REGION)
        topic = sns.create_topic(Name="told")["TopicArn"]
        queue = sqs.create_queue(QueueName="read")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)

        def messages() -> list[str]:
            found = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
            return [json.loads(message["Body"])["Message"] for message in found]

        yield boto3.client("stepfunctions", REGION), topic, messages


def run(definition: str, answers: list[Answer], monkeypatch: pytest.MonkeyPatch, topic: str) -> Run:
    """One execution. `topic` is the ARN in the definition; waits take no time, but are written down."""
    requests: list[dict[str, Any]] = []
    waited: list[int] = []
    left = iter(answers)

    def answer(service: Any, env: Any) -> None:
        service.resource.eval(env=env)
        env.stack.pop()
        requests.append(service._eval_parameters(env=env))
        following = next(left)
        if following.error:
            raise _failure(env, following)
        env.stack.append(dict(following.job))

    def wait(seconds: Any, env: Any) -> int:
        waited.append(seconds.seconds)
        return 0

    # moto has no `.sync` of SageMaker's: it is this one.
    monkeypatch.setattr(StateTaskServiceUnsupported, "_assert_integration_pattern_is_supported", lambda service: None)
    monkeypatch.setattr(StateTaskServiceUnsupported, "_eval_execution", answer)
    monkeypatch.setattr(Seconds, "_get_wait_seconds", wait)
    monkeypatch.setattr(retrier_decl, "time", _NoTime)
    with _account() as (client, real_topic, messages):
        text = definition.replace(topic, real_topic)
        machine = client.create_state_machine(name="trains", definition=text, roleArn=ROLE)["stateMachineArn"]
        started = client.start_execution(stateMachineArn=machine, name="execution-1", input="{}")["executionArn"]
        status = _end(client, started)
        events = client.get_execution_history(executionArn=started, maxResults=1000)["events"]
        states = [event["stateEnteredEventDetails"]["name"] for event in events if "stateEnteredEventDetails" in event]
        assert next(left, None) is None, "the machine asked for fewer jobs than there are answers"
        return Run(status, states, requests, messages(), waited)


def _failure(env: Any, answer: Answer) -> FailureEventException:
    name = StatesErrorName(StatesErrorNameType.StatesTaskFailed)
    if answer.error != name.error_name:
        name = CustomErrorName(answer.error)
    details = EventDetails(taskFailedEventDetails=TaskFailedEventDetails(error=answer.error, cause=answer.cause))
    return FailureEventException(FailureEvent(env, name, HistoryEventType.TaskFailed, details))


def _end(client: Any, execution: str) -> str:
    import time

    for _ in range(500):
        status: str = client.describe_execution(executionArn=execution)["status"]
        if status != "RUNNING":
            return status
        time.sleep(0.02)
    raise AssertionError("the execution does not end")


class _NoTime:
    @staticmethod
    def sleep(seconds: float) -> None:
        """Retries come at once."""
