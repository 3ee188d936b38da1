"""Batch transform and the recommender: their requests, what these cost, and what is refused."""

from decimal import Decimal
from typing import Any

import pytest

from aicost_iac import (
    BatchTransform,
    Candidate,
    Container,
    InferenceRecommender,
    InvalidBlueprint,
    LoadTest,
    Phase,
    Vpc,
)
from tests.sagemaker.described import IMAGE, only, planned, request_in
from tests.sagemaker.shapes import problems

PACKAGE = "arn:aws:sagemaker:us-east-1:123456789012:model-package/ranker/3"
KEY = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
LOAD = LoadTest(phases=[Phase(seconds=600), Phase(seconds=1200, users=2)], max_invocations=300, p95_milliseconds=400)
G5, G6 = Candidate(instance_type="ml.g5.xlarge"), Candidate(instance_type="ml.g6.2xlarge")
VPC = Vpc(subnet_ids=["subnet-0a1b2c3d"], security_group_ids=["sg-0a1b2c3d"])


def transform(**fields: Any) -> BatchTransform:
    given = {
        "name": "scores",
        "run": "a1",
        "container": Container(image=IMAGE, model_data_s3_uri="s3://example-models/a.tar.gz"),
        "instance_type": "ml.g5.xlarge",
        "input_s3_uri": "s3://example-data/in/",
        "output_s3_uri": "s3://example-data/out/",
        **fields,
    }
    return BatchTransform(**given)


def recommender(**fields: Any) -> InferenceRecommender:
    return InferenceRecommender(**{"name": "ranker", "run": "a1", "model_package_arn": PACKAGE, **fields})


@pytest.mark.parametrize(
    "item",
    [
        transform(),
        transform(split="Line", batch="MultiRecord", max_payload_mb=6, max_concurrent=4, accept="text/csv"),
        transform(instance_type="ml.m5.xlarge", volume_kms_key=KEY, output_kms_key=KEY, vpc=VPC),
    ],
)
def test_a_transform_job_is_one_the_api_takes(item: BatchTransform) -> None:
    assert problems("sagemaker", "CreateTransformJob", request_in(planned(item))) == []


MODEL = {
    "model_package_arn": None,
    "model_name": "ranker-v3",
    "sample_payload_s3_uri": "s3://example-data/payload.tar.gz",
    "domain": "MACHINE_LEARNING",
    "task": "OTHER",
    "framework": "PYTORCH",
    "framework_version": "2.6",
}
RANGES = Candidate(instance_type="ml.g5.xlarge", environment_ranges={"WORKERS": ["1", "2"], "BATCH": ["1", "4", "8"]})


@pytest.mark.parametrize(
    "item",
    [
        recommender(),
        recommender(types=[G5, G6]),
        recommender(types=[G5, G6], load_test=LOAD),
        recommender(types=[RANGES], load_test=LOAD, vpc=VPC),
        recommender(**MODEL, types=[G5], load_test=LOAD),
    ],
)
def test_a_recommendations_job_is_one_the_api_takes(item: InferenceRecommender) -> None:
    assert problems("sagemaker", "CreateInferenceRecommendationsJob", request_in(planned(item))) == []


def test_a_load_test_has_a_traffic_pattern_a_limit_and_an_end() -> None:
    made = request_in(planned(recommender(types=[G5], load_test=LOAD)))
    assert made["JobType"] == "Advanced"
    assert made["InputConfig"]["TrafficPattern"]["Phases"][1] == {
        "DurationInSeconds": 1200,
        "InitialNumberOfUsers": 2,
        "SpawnRate": 1,
    }
    assert made["InputConfig"]["ResourceLimit"] == {"MaxNumberOfTests": 10, "MaxParallelOfTests": 3}
    [slowest] = made["StoppingConditions"]["ModelLatencyThresholds"]
    assert slowest == {"Percentile": "P95", "ValueInMilliseconds": 400}


def test_a_default_job_has_none_of_them() -> None:
    made = request_in(planned(recommender(types=[G5])))
    assert made["JobType"] == "Default"
    assert "StoppingConditions" not in made
    assert made["InputConfig"].keys().isdisjoint({"TrafficPattern", "ResourceLimit"})


def assumed(item: Any) -> dict[str, str]:
    return {each.name: each.value for each in only(planned(item), "terraform_data").assume}


def test_every_test_is_priced_for_as_long_as_it_lasts_and_at_most() -> None:
    found = assumed(recommender(types=[G5, G6], load_test=LOAD, job_seconds=3600))
    # ml.g5.xlarge and ml.g6.2xlarge, half an hour each, and an hour at most.
    hourly = Decimal(found["load_test_usd_at_most"])
    assert Decimal("2") < hourly < Decimal("3")
    assert abs(Decimal(found["load_test_usd"]) * 2 - hourly) <= Decimal("0.01")
    assert found["load_tests"] == "2"


def test_every_combination_of_a_range_is_a_test() -> None:
    one = assumed(recommender(types=[G5], load_test=LOAD))
    six = assumed(recommender(types=[RANGES], load_test=LOAD))
    assert six["load_tests"] == "6"
    assert abs(Decimal(six["load_test_usd_at_most"]) - 6 * Decimal(one["load_test_usd_at_most"])) <= Decimal("0.05")


@pytest.mark.parametrize(
    ("types", "why"), [([], "SageMaker chooses the types"), ([G5], "no source states a price in il-central-1")]
)
def test_a_price_nobody_knows_is_not_zero(types: list[Candidate], why: str) -> None:
    held = only(planned(recommender(types=types), region="il-central-1"), "terraform_data")
    [price] = [each for each in held.assume if each.name == "load_test_usd"]
    assert price.value == "?"
    assert why in price.source


def test_a_run_of_a_transform_is_priced_when_its_hours_are_known() -> None:
    assert assumed(transform()) == {}
    found = assumed(transform(run_hours=Decimal("1.5"), instance_count=2, runs_per_month=30))
    assert found["run_hours"] == "1.5"
    assert Decimal(found["on_demand_usd_a_run"]) > 4


@pytest.mark.parametrize(
    ("make", "fields", "words"),
    [
        (transform, {"instance_type": "ml.p5.48xlarge"}, ["instance_type: is not offered for batch transform"]),
        (transform, {"volume_kms_key": KEY}, ["volume_kms_key: is refused for instance_type ml.g5.xlarge"]),
        (transform, {"batch": "MultiRecord"}, ["batch: needs records", "split="]),
        (transform, {"max_payload_mb": 50, "max_concurrent": 3}, ["max_payload_mb: times max_concurrent 3", "100 MB"]),
        (transform, {"name": "a" * 40, "run": "b" * 25}, ["run: and name make a job's name of more than 63"]),
        (recommender, {"model_package_arn": None}, ["model_package_arn: or model_name is required"]),
        (recommender, {"model_name": "x"}, ["model_package_arn: or model_name is required, and only one"]),
        (recommender, {"model_package_arn": None, "model_name": "x"}, ["domain: is required with model_name", "task:"]),
        (recommender, {"load_test": LOAD}, ["types: are required for a load test"]),
        (recommender, {"types": [G5] * 11}, ["types"]),
        (
            recommender,
            {"types": [G5, Candidate(instance_type="ml.inf2.xlarge")]},
            ["types: need different builds", "'ml.g5.xlarge', 'ml.inf2.xlarge'", "specification="],
        ),
        (recommender, {"types": [G5], "load_test": LOAD, "job_seconds": 900}, ["load_test.phases: last 1800 seconds"]),
        (recommender, {"job_seconds": 18_001}, ["job_seconds"]),
        (
            recommender,
            {"types": [RANGES], "load_test": LOAD.model_copy(update={"max_tests": 5})},
            ["load_test.max_tests: is below the 6 configurations"],
        ),
        (recommender, {"types": [RANGES]}, ["types.0.environment_ranges: are tried by load tests only"]),
        (recommender, {"types": [Candidate(instance_type="ml.g5.xlarge")], "volume_kms_key": KEY}, ["volume_kms_key"]),
    ],
)
def test_what_can_not_work_is_refused_with_the_way_out(make: Any, fields: dict[str, Any], words: list[str]) -> None:
    with pytest.raises(InvalidBlueprint) as refused:
        make(**fields)
    for word in words:
        assert word in str(refused.value)


def test_accelerators_of_two_makers_are_fine_when_each_has_its_own_specification() -> None:
    neuron = Candidate(instance_type="ml.inf2.xlarge", specification="neuron")
    item = recommender(types=[Candidate(instance_type="ml.g5.xlarge", specification="cuda"), neuron])
    assert problems("sagemaker", "CreateInferenceRecommendationsJob", request_in(planned(item))) == []


def test_a_phase_is_as_long_as_a_load_test_allows() -> None:
    for seconds in (119, 3601):
        with pytest.raises(InvalidBlueprint, match="seconds"):
            Phase(seconds=seconds)
