"""Whatever a job is called and told, its request is one the API takes, and the text in it arrives as it is."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from aicost_iac import Channel
from aicost_iac.blueprints._sagemaker.training_checks import LONGEST_NAME
from aicost_iac.terraform.document import load, render
from tests.sagemaker.described import only, planned, request_in, resolved, training
from tests.sagemaker.shapes import problems

NAMES = st.from_regex(rf"[a-z](-?[a-z0-9]){{0,{LONGEST_NAME - 1}}}", fullmatch=True).filter(
    lambda name: len(name) <= LONGEST_NAME
)
RUNS = st.from_regex(r"[a-z0-9](-*[a-z0-9]){0,11}", fullmatch=True).filter(lambda run: len(run) <= 25)
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0\n\r"), max_size=40)
KEYS = st.text(st.characters(codec="ascii", min_codepoint=33), min_size=1, max_size=20)
VALUES = TEXT | st.integers(-1000, 1000) | st.booleans() | st.floats(-10, 10)


@st.composite
def jobs(draw: st.DrawFn) -> dict[str, Any]:
    run = draw(st.integers(60, 28 * 86_400))
    return {
        "name": draw(NAMES),
        "run": draw(RUNS),
        "instance_type": draw(st.sampled_from(["ml.g5.xlarge", "ml.p4d.24xlarge", "ml.m5.large", "ml.c6i.xlarge"])),
        "instance_count": draw(st.integers(1, 100)),
        "max_run": run,
        "max_wait": draw(st.none() | st.integers(run, 28 * 86_400)),
        "hyperparameters": draw(st.dictionaries(KEYS.filter(lambda key: not key.endswith(".$")), VALUES, max_size=6)),
        "environment": draw(st.dictionaries(st.from_regex(r"[A-Z_][A-Z0-9_]{0,9}", fullmatch=True), TEXT, max_size=3)),
        "channels": {
            name: Channel(s3_uri=f"s3://example-data/{name}/", sharded=sharded)
            for name, sharded in draw(
                st.dictionaries(st.from_regex(r"[A-Za-z0-9._-]{1,9}", fullmatch=True), st.booleans(), max_size=4)
            ).items()
        },
        "on_demand_fallback": draw(st.booleans()),
        "retry_attempts": draw(st.none() | st.integers(1, 30)),
    }


@settings(max_examples=60, deadline=None)
@given(jobs())
def test_any_job_becomes_a_request_that_the_api_takes(fields: dict[str, Any]) -> None:
    plan = planned(training(**fields))
    made = request_in(plan)
    assert problems("sagemaker", "CreateTrainingJob", made) == []
    for key, value in fields["hyperparameters"].items():
        assert made["HyperParameters"][key] == (value if isinstance(value, str) else json.dumps(value))
    assert load(render(plan)).resources == plan.resources


@settings(max_examples=40, deadline=None)
@given(jobs())
def test_the_machine_asks_for_what_the_request_asks_for(fields: dict[str, Any]) -> None:
    plan = planned(training(**fields))
    definition = json.loads(resolved(only(plan, "aws_sfn_state_machine").body["definition"]))
    asked = definition["States"]["Train on spot"]["Parameters"]
    made = request_in(plan)
    same = made.keys() - {"TrainingJobName", "CheckpointConfig", "OutputDataConfig"}
    assert {key: asked[key] for key in same} == {key: made[key] for key in same}
