"""The state machine of a training job: its language, and every way an execution may take."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from aicost_iac import CapacityRetry, ManagedSpotTraining
from tests.sagemaker.described import only, planned, resolved, training
from tests.sagemaker.machines import COMPLETED, MAX_WAIT, NO_MACHINES, Answer, Run, failed, run
from tests.sagemaker.shapes import problems

TOPIC = "arn:aws:iam::123456789012:role/ranker_topic"
FALLBACK = training(on_demand_fallback=True, capacity=CapacityRetry(attempts=3, wait_minutes=7))
STOPPED = Answer({"TrainingJobStatus": "Stopped", "SecondaryStatus": "Stopped"})
LATE = Answer({"TrainingJobStatus": "Stopped", "SecondaryStatus": "MaxRuntimeExceeded"})
BROKEN = failed({"TrainingJobStatus": "Failed", "FailureReason": "AlgorithmError: exit code 1"})
SPOT, DEMAND = "Train on spot", "Train on demand"


def text_of(item: ManagedSpotTraining) -> str:
    text: str = resolved(only(planned(item), "aws_sfn_state_machine").body["definition"])
    return text


def executed(item: ManagedSpotTraining, answers: list[Answer], monkeypatch: pytest.MonkeyPatch) -> Run:
    return run(text_of(item), answers, monkeypatch, TOPIC)


def trained_on(done: Run) -> list[str]:
    return [state for state in done.states if state in (SPOT, DEMAND)]


@pytest.mark.parametrize(
    ("answers", "market", "status", "told"),
    [
        ([COMPLETED], [SPOT], "SUCCEEDED", 0),
        # A wait that was used up, as a result and as an error.
        ([Answer(MAX_WAIT), COMPLETED], [SPOT, DEMAND], "SUCCEEDED", 1),
        ([failed(MAX_WAIT), COMPLETED], [SPOT, DEMAND], "SUCCEEDED", 1),
        # No machines: again, and after the last attempt on demand.
        ([failed(NO_MACHINES), COMPLETED], [SPOT, SPOT], "SUCCEEDED", 0),
        ([failed(NO_MACHINES)] * 3 + [COMPLETED], [SPOT] * 3 + [DEMAND], "SUCCEEDED", 1),
        ([failed(NO_MACHINES)] * 6, [SPOT] * 3 + [DEMAND] * 3, "FAILED", 2),
        # What another machine would not cure.
        ([BROKEN], [SPOT], "FAILED", 1),
        ([STOPPED], [SPOT], "FAILED", 1),
        ([LATE], [SPOT], "FAILED", 1),
        ([Answer(MAX_WAIT), BROKEN], [SPOT, DEMAND], "FAILED", 2),
        # An API error's cause is no JSON.
        ([Answer(error="SageMaker.ValidationException", cause="no such role")], [SPOT], "FAILED", 1),
    ],
)
def test_a_run_ends_as_it_should(
    answers: list[Answer], market: list[str], status: str, told: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = executed(FALLBACK, answers, monkeypatch)
    assert (trained_on(done), done.status, len(done.messages)) == (market, status, told)


def test_without_a_fallback_nothing_is_bought(monkeypatch: pytest.MonkeyPatch) -> None:
    done = executed(training(), [Answer(MAX_WAIT)], monkeypatch)
    assert (trained_on(done), done.status, len(done.messages)) == ([SPOT], "FAILED", 1)
    assert "MaxWaitTimeExceeded" in done.messages[0]


def test_on_demand_never_asks_for_spot(monkeypatch: pytest.MonkeyPatch) -> None:
    done = executed(training(market="on-demand"), [failed(NO_MACHINES), COMPLETED], monkeypatch)
    assert trained_on(done) == [DEMAND, DEMAND]
    assert all("EnableManagedSpotTraining" not in request for request in done.requests)


def test_a_quota_in_use_is_asked_again_without_another_state(monkeypatch: pytest.MonkeyPatch) -> None:
    full = Answer(error="SageMaker.ResourceLimitExceededException", cause="0 of 1 left")
    done = executed(FALLBACK, [full, full, COMPLETED], monkeypatch)
    assert (trained_on(done), done.status, len(done.requests)) == ([SPOT], "SUCCEEDED", 3)


def test_attempts_wait_as_long_as_they_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    done = executed(FALLBACK, [failed(NO_MACHINES)] * 2 + [COMPLETED], monkeypatch)
    assert done.waited == [420, 420]


def test_every_attempt_has_a_name_of_its_own_and_all_share_their_checkpoints(monkeypatch: pytest.MonkeyPatch) -> None:
    full = Answer(error="SageMaker.ResourceLimitExceededException", cause="0 of 1 left")
    done = executed(FALLBACK, [full, failed(NO_MACHINES), Answer(MAX_WAIT), COMPLETED], monkeypatch)
    names = [request["TrainingJobName"] for request in done.requests]
    assert len(set(names)) == len(names) == 4
    assert all(name.startswith("ranker-") and len(name) <= 63 for name in names)
    places = {request["CheckpointConfig"]["S3Uri"] for request in done.requests}
    assert places == {"s3://ranker-bucket/ranker/execution-1/checkpoints/"}


def test_what_is_asked_for_is_what_the_api_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    done = executed(FALLBACK, [Answer(MAX_WAIT), COMPLETED], monkeypatch)
    for request in done.requests:
        assert problems("sagemaker", "CreateTrainingJob", request) == []
    spot, on_demand = done.requests
    assert spot["EnableManagedSpotTraining"] is True
    assert "EnableManagedSpotTraining" not in on_demand
    assert "MaxWaitTimeInSeconds" not in on_demand["StoppingCondition"]


def test_the_longest_name_still_leaves_room_for_a_uuid(monkeypatch: pytest.MonkeyPatch) -> None:
    item = training(name="a" * 26)
    text = text_of(item).replace("aaaaaaaaaaaaaaaaaaaaaaaaaa_topic", "ranker_topic")
    done = run(text, [COMPLETED], monkeypatch, TOPIC)
    assert len(done.requests[0]["TrainingJobName"]) == 63


def states_of(item: ManagedSpotTraining) -> tuple[str, dict[str, Any]]:
    machine = json.loads(text_of(item))
    return machine["StartAt"], machine["States"]


def following(state: dict[str, Any]) -> Iterator[str]:
    for source in (state, *state.get("Choices", ()), *state.get("Catch", ())):
        for key in ("Next", "Default"):
            if key in source:
                yield source[key]


@pytest.mark.parametrize("item", [training(), FALLBACK, training(market="on-demand")])
def test_every_state_is_reached_and_every_way_ends(item: ManagedSpotTraining) -> None:
    start, states = states_of(item)
    reached, open_ends = {start}, [start]
    while open_ends:
        for name in following(states[open_ends.pop()]):
            if name not in reached:
                reached.add(name)
                open_ends.append(name)
    assert reached == set(states)
    endless = [name for name, state in states.items() if not any(following(state))]
    assert {states[name]["Type"] for name in endless} == {"Succeed", "Fail"}
    assert all(len(name) <= 80 for name in states)


def test_every_job_has_a_time_by_which_the_machine_gives_up() -> None:
    _, states = states_of(FALLBACK)
    assert states[SPOT]["TimeoutSeconds"] == 72_000 + 3600
    assert states[DEMAND]["TimeoutSeconds"] == 36_000 + 6 * 3600 + 3600
