"""The checker itself: it finds what botocore's validator lets pass."""

import pytest

from tests.sagemaker.described import planned, request_in, training
from tests.sagemaker.shapes import problems

VALID = request_in(planned(training()))


def test_a_valid_request_has_none() -> None:
    assert problems("sagemaker", "CreateTrainingJob", VALID) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"TrainingJobName": "x" * 64}, "64 characters, more than 63"),
        ({"TrainingJobName": "a_b"}, "does not match"),
        ({"ResourceConfig": {"InstanceType": "ml.g5.huge"}}, "none of its values"),
        ({"RetryStrategy": {"MaximumRetryAttempts": 31}}, "is 31, more than 30"),
        ({"Tags": [{"Key": "a", "Value": "b"}] * 51}, "51 items, more than 50"),
        ({"HyperParameters": {"a": "b" * 2501}}, "2501 characters, more than 2500"),
        ({"Environment": {"A-B": "c"}}, "does not match"),
        ({"StoppingConditions": {}}, "Unknown parameter"),
    ],
)
def test_what_aws_would_refuse_is_found(change: dict[str, object], words: str) -> None:
    assert words in "\n".join(problems("sagemaker", "CreateTrainingJob", {**VALID, **change}))
