"""Requests: held by a plan, read back, told to a person, and priced before anyone sends them."""

import json
from typing import Any

import pytest
from click.testing import CliRunner

from aicost_iac import App, Assumption, Plan, Resource
from aicost_iac.cli import main
from aicost_iac.rules import Subject, World, check
from aicost_iac.terraform import requests
from aicost_iac.terraform.document import load, render
from aicost_iac.terraform.requests import Request
from tests.aws.everything_on_sagemaker import everything
from tests.sagemaker.described import planned, training

MADE = Request("sagemaker", "CreateTransformJob", {"TransformJobName": "a", "Tags": [{"Key": "k"}]}, "nobody else can")
app = App(stacks=[everything()])
HERE = "tests.sagemaker.test_requests:app"


def test_a_request_is_read_back_from_the_plan_and_from_the_document() -> None:
    held = requests.resource("job", MADE, (Assumption("load_tests", "1", "test"),))
    for plan in (Plan((held,)), load(render(Plan((held,))))):
        [(found, made)] = requests.requests_of(plan)
        assert made == MADE
        assert found.assume == held.assume


@pytest.mark.parametrize(
    ("operation", "command"),
    [
        ("CreateTransformJob", "aws sagemaker create-transform-job"),
        ("CreateInferenceRecommendationsJob", "aws sagemaker create-inference-recommendations-job"),
        ("DescribeAMIThing", "aws sagemaker describe-ami-thing"),
    ],
)
def test_it_has_the_name_of_the_command_line(operation: str, command: str) -> None:
    assert Request("sagemaker", operation, {}, "").command == command


@pytest.mark.parametrize(
    "other",
    [
        Resource("terraform_data", "a", {"input": "text"}),
        Resource("terraform_data", "a", {"input": {"service": "x"}}),
        Resource("terraform_data", "a"),
        Resource("aws_sqs_queue", "a", {"input": {"service": "x", "operation": "y"}}),
    ],
)
def test_other_data_is_no_request(other: Resource) -> None:
    assert requests.read(other) is None


def test_its_output_is_the_json_that_the_command_line_takes_and_says_why() -> None:
    made = requests.output(requests.resource("job", MADE))
    assert str(made.value) == "${jsonencode(terraform_data.job.input.parameters)}"
    assert made.description == "For `aws sagemaker create-transform-job --cli-input-json`: nobody else can"


def invoked(*arguments: str) -> Any:
    return CliRunner().invoke(main, ["requests", "--app", HERE, *arguments])


def test_the_command_prints_every_request_with_its_reason_output_and_price() -> None:
    said = invoked().output
    assert "aws sagemaker create-inference-recommendations-job" in said
    assert "every test of this one is billed" in said
    assert "terraform output -raw measure_request > request.json" in said
    assert "at most: $" in said
    assert "saving that SageMaker will report: " in said


def test_for_programs_it_is_clean_json_with_amounts_as_text() -> None:
    told = json.loads(invoked("--format", "json").stdout)
    assert told["version"] == 1
    [job] = [each for each in told["requests"] if each["address"] == "terraform_data.measure_create_job"]
    assert job["parameters"]["JobType"] == "Advanced"
    assert {cost["what"] for cost in job["costs"]} == {"load tests", "one after the other", "at most"}
    assert all(isinstance(cost["amount"], str) for cost in job["costs"])


def test_an_app_without_any_says_so() -> None:
    done = CliRunner().invoke(main, ["requests", "--app", "stacks:app"])
    assert (done.exit_code, done.stdout) == (0, "")
    assert "leaves no request" in done.stderr


def findings(plan: Plan) -> set[str]:
    return {each.rule for each in check(World(tuple(Subject(node) for node in plan.nodes))).findings}


def test_no_rule_has_anything_to_say_of_what_these_blueprints_make() -> None:
    assert findings(everything().plan()) == set()


def test_a_wait_of_less_than_twice_the_training_is_told_with_its_reason() -> None:
    assert findings(planned(training(max_run=36_000, max_wait=40_000))) == {"SM014"}
    assert findings(planned(training(max_run=36_000, max_wait=72_000))) == set()
