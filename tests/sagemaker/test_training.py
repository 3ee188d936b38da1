"""A training job: its request, what it may do, what it costs, and what is refused."""

import json
from decimal import Decimal
from typing import Any

import pytest

from aicost_iac import Channel, Framework, InvalidBlueprint, Metric, Ref, SpotPrice, Vpc
from aicost_iac.expr import template
from tests.sagemaker.described import IMAGE, NEWEST, only, planned, request_in, requests_in, resolved, training
from tests.sagemaker.shapes import problems

KEY = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
VPC = Vpc(subnet_ids=["subnet-0a1b2c3d"], security_group_ids=["sg-0a1b2c3d"])
EVERYTHING = training(
    name="everything-there-is-to-ask",
    run="2026-11-24-b",
    instance_type="ml.m5.xlarge",
    instance_count=2,
    hyperparameters={"epochs": 3, "rate": 0.1, "name": "x", "flag": True},
    environment={"LOG": "debug"},
    channels={
        "train": Channel(s3_uri="s3://example-data/train/", sharded=True),
        "test": Channel(s3_uri="s3://example-data/test/", content_type="text/csv", input_mode="File"),
    },
    metrics=[Metric(name="loss", regex="loss=([0-9.]+)")],
    max_wait=40_000,
    retry_attempts=2,
    checkpoint_bucket="example-checkpoints",
    output_kms_key=KEY,
    volume_kms_key=KEY,
    role_arn="arn:aws:iam::123456789012:role/trains",
    vpc=VPC,
    network_isolation=True,
    encrypt_between_containers=True,
    notify_topic_arn="arn:aws:sns:us-east-1:123456789012:told",
)
SPOT = SpotPrice(usd_hour=Decimal("0.422"), as_of="2026-11-20", source="DescribeSpotPriceHistory")


@pytest.mark.parametrize(
    "item",
    [
        training(),
        EVERYTHING,
        training(market="on-demand", warm_pool_seconds=1800),
        training(framework=None, image=IMAGE),
        training(instance_type="ml.m5.xlarge"),
    ],
)
def test_the_request_is_one_the_api_takes(item: Any) -> None:
    assert problems("sagemaker", "CreateTrainingJob", request_in(planned(item))) == []


def test_the_request_says_what_was_asked_for() -> None:
    made = request_in(planned(EVERYTHING))
    assert made["TrainingJobName"] == "everything-there-is-to-ask-2026-11-24-b"
    assert made["HyperParameters"]["flag"] == "true"
    assert made["HyperParameters"]["epochs"] == "3"
    place = "s3://example-checkpoints/everything-there-is-to-ask/2026-11-24-b"
    assert made["CheckpointConfig"] == {"LocalPath": "/opt/ml/checkpoints", "S3Uri": f"{place}/checkpoints/"}
    assert made["StoppingCondition"] == {"MaxRuntimeInSeconds": 36_000, "MaxWaitTimeInSeconds": 40_000}
    assert made["AlgorithmSpecification"]["TrainingImage"].endswith("/pytorch-training:2.6.0-cpu-py312")


@pytest.mark.parametrize(
    ("kind", "region", "image"),
    [
        ("ml.g5.xlarge", "us-east-1", "763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-training:2.6.0-gpu-py312"),
        ("ml.m5.large", "eu-south-1", "692866216735.dkr.ecr.eu-south-1.amazonaws.com/pytorch-training:2.6.0-cpu-py312"),
        (
            "ml.m5.large",
            "cn-north-1",
            "727897471807.dkr.ecr.cn-north-1.amazonaws.com.cn/pytorch-training:2.6.0-cpu-py312",
        ),
    ],
)
def test_a_framework_is_an_image_of_the_region_and_the_processor(kind: str, region: str, image: str) -> None:
    made = request_in(planned(training(instance_type=kind), region=region))
    assert made["AlgorithmSpecification"]["TrainingImage"] == image


def test_a_region_without_the_images_is_refused() -> None:
    with pytest.raises(InvalidBlueprint, match=r"framework: unknown region.*'us-moon-1'.*give image="):
        planned(training(), region="us-moon-1")


def test_waiting_is_twice_the_training_unless_said_otherwise() -> None:
    assert request_in(planned(training(max_run=3600)))["StoppingCondition"]["MaxWaitTimeInSeconds"] == 7200
    longest = 28 * 86_400
    assert request_in(planned(training(max_run=longest)))["StoppingCondition"]["MaxWaitTimeInSeconds"] == longest


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": "a" * 27}, ["name: has more than 26 characters", "shorten it"]),
        ({"instance_type": "ml.p4d.24xlrge"}, ["instance_type: unknown", "'ml.p4d.24xlarge'"]),
        ({"instance_type": "g5.xlarge"}, ["SageMaker's names begin with 'ml.'"]),
        ({"instance_type": "ml.inf2.xlarge", "framework": None, "image": IMAGE}, ["not offered for training jobs"]),
        ({"max_wait": 600}, ["max_wait: is less than max_run 36000", "(got 600)", "72000"]),
        ({"max_run": 28 * 86_400 + 1}, ["max_run"]),
        ({"framework": None}, ["image: or framework is required"]),
        ({"image": IMAGE}, ["image: or framework is required, and only one"]),
        ({"entry_point": None, "source_s3_uri": None}, ["entry_point: is required with a framework"]),
        ({"source_s3_uri": None}, ["entry_point: and source_s3_uri belong together"]),
        ({"source_s3_uri": "s3://example-source/ranker/"}, ["source_s3_uri: is not a .tar.gz"]),
        ({"resumable": False}, ["resumable: must be declared on spot", 'market="on-demand"']),
        ({"warm_pool_seconds": 600}, ["warm_pool_seconds: can not be combined with spot"]),
        ({"volume_kms_key": KEY}, ["volume_kms_key: is refused for instance_type ml.g5.xlarge", "NVMe"]),
        ({"instance_type": "ml.trn1.2xlarge"}, ["framework: has no image for", "give image="]),
        ({"market": "on-demand", "max_wait": 40_000}, ["max_wait: is a wait for spot"]),
        ({"market": "on-demand", "on_demand_fallback": True}, ["on_demand_fallback: has no meaning on demand"]),
        ({"hyperparameters": {"sagemaker_program": "x"}}, ["is set from entry_point"]),
        ({"hyperparameters": {"a.$": "x"}}, ["ends in '.$'"]),
        ({"hyperparameters": {"a": "x" * 2501}}, ["exceeds 256 characters of name or 2500 of value"]),
        ({"environment": {"A": "x" * 513}}, ["environment.A"]),
        ({"checkpoint_bucket": "example-one", "keep_days": 5}, ["keep_days: has no effect on an existing bucket"]),
        ({"notify_emails": ["a@example.com"], "notify_topic_arn": KEY}, ["two ways to one end"]),
        ({"timezone": "Europe/Berlin"}, ["timezone: is a schedule's"]),
        ({"schedule": "every day"}, ["schedule: is not a schedule"]),
        ({"run": "A B"}, ["run: is not a run's name"]),
        (
            {"vpc": {"subnet_ids": ["subnet-1"], "security_group_ids": []}},
            ["vpc.subnet_ids.0", "vpc.security_group_ids"],
        ),
        ({"retry_attempts": 31}, ["retry_attempts"]),
    ],
)
def test_what_can_not_work_is_refused_with_the_way_out(fields: dict[str, Any], words: list[str]) -> None:
    with pytest.raises(InvalidBlueprint) as refused:
        training(**fields)
    for word in words:
        assert word in str(refused.value)


def test_a_version_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(InvalidBlueprint, match=r"version: is no version of AWS's pytorch.*'9.9'.*2\.8\.0"):
        Framework(name="pytorch", version="9.9")


def test_all_problems_are_told_together() -> None:
    with pytest.raises(InvalidBlueprint) as refused:
        training(max_wait=60, resumable=False, warm_pool_seconds=60, volume_kms_key=KEY)
    assert len(refused.value.problems) == 4


def test_starting_on_apply_needs_a_provider_that_can() -> None:
    with pytest.raises(
        InvalidBlueprint, match=r"start_on_apply: needs aws_sagemaker_training_job.*6\.39.*>= 5\.100, < 7"
    ):
        planned(training(start_on_apply=True))


def test_the_job_as_a_resource_says_what_the_request_says() -> None:
    job = only(planned(training(start_on_apply=True, retry_attempts=3, vpc=VPC), NEWEST), "aws_sagemaker_training_job")
    body = resolved(dict(job.body))
    assert body["training_job_name"] == "ranker-a1"
    assert body["enable_managed_spot_training"] is True
    assert body["checkpoint_config"] == [
        {"local_path": "/opt/ml/checkpoints", "s3_uri": "s3://ranker-bucket/ranker/a1/checkpoints/"}
    ]
    assert body["resource_config"] == [{"instance_count": 1, "instance_type": "ml.g5.xlarge", "volume_size_in_gb": 100}]
    assert body["hyper_parameters"]["sagemaker_program"] == "train.py"
    assert body["stopping_condition"] == [{"max_runtime_in_seconds": 36_000, "max_wait_time_in_seconds": 72_000}]
    assert body["vpc_config"] == [{"security_group_ids": ["sg-0a1b2c3d"], "subnets": ["subnet-0a1b2c3d"]}]
    assert body["retry_strategy"] == [{"maximum_retry_attempts": 3}]
    assert body["depends_on"] == ["aws_iam_role_policy.ranker_work"]


def assumed(item: Any, region: str = "us-east-1") -> dict[str, str]:
    machine = only(planned(item, region=region), "aws_sfn_state_machine")
    return {each.name: each.value for each in machine.assume}


def test_the_price_of_a_run_and_the_saving_stand_beside_what_starts_it() -> None:
    found = assumed(training(instance_count=4, max_run=9000, spot_price=SPOT, runs_per_month=3))
    assert found["run_hours"] == "2.5"
    assert found["spot_usd_at_max_run"] == "4.22"
    listed = Decimal(found["on_demand_price_usd_hour"])
    assert Decimal(found["on_demand_usd_at_max_run"]) == (listed * 10).quantize(Decimal("0.01"))
    saving = (1 - Decimal("0.422") / listed) * 100
    assert Decimal(found["reported_saving"]) == saving.quantize(Decimal("0.1"))
    assert found["runs_per_month"] == "3"


def test_no_saving_is_claimed_without_a_price() -> None:
    found = assumed(training())
    assert "on_demand_usd_at_max_run" in found
    assert found.keys().isdisjoint({"reported_saving", "spot_usd_at_max_run"})
    assert assumed(training(), "il-central-1").keys() == {"run_hours"}


def statements(plan: Any, name: str) -> list[dict[str, Any]]:
    policy = plan.by_address[f"aws_iam_role_policy.{name}"].body["policy"]
    found: list[dict[str, Any]] = json.loads(resolved(policy))["Statement"]
    return found


def test_the_container_may_write_below_its_own_prefix_only() -> None:
    granted = statements(
        planned(training(channels={"train": Channel(s3_uri="s3://example-data/train/")})), "ranker_work"
    )
    writes = [each["Resource"] for each in granted if "s3:PutObject" in each["Action"]]
    assert writes == [["arn:aws:s3:::ranker-bucket/ranker/*"]]
    reads = [each["Resource"] for each in granted if each["Action"] == ["s3:GetObject"]]
    assert reads == [["arn:aws:s3:::example-data/train/*"], ["arn:aws:s3:::example-source/ranker.tar.gz*"]]


def test_the_machine_may_run_its_own_jobs_only() -> None:
    granted = statements(planned(training()), "ranker_machine_work")
    [jobs] = [each for each in granted if "sagemaker:CreateTrainingJob" in each["Action"]]
    assert jobs["Resource"] == ["arn:aws:sagemaker:*:*:training-job/ranker-*"]
    [passed] = [each for each in granted if each["Action"] == ["iam:PassRole"]]
    assert passed["Resource"] == ["arn:aws:iam::123456789012:role/ranker_role"]
    assert passed["Condition"] == {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}


def test_a_key_by_its_alias_gives_the_right_to_all_keys_because_no_policy_can_name_it() -> None:
    granted = statements(planned(training(output_kms_key="alias/models")), "ranker_work")
    assert [each["Resource"] for each in granted if "kms:Decrypt" in each["Action"]] == [["*"]]


def test_a_schedule_starts_the_machine() -> None:
    plan = planned(training(schedule="cron(0 3 ? * SAT *)", timezone="Europe/Berlin"))
    schedule = only(plan, "aws_scheduler_schedule").body
    assert schedule["schedule_expression_timezone"] == "Europe/Berlin"
    assert schedule["target"][0]["arn"] == Ref("aws_sfn_state_machine.ranker_machine", "arn")
    assert statements(plan, "ranker_schedule_work")[0]["Action"] == ["states:StartExecution"]
    assert not list(planned(training()).of_type("aws_scheduler_schedule"))


def test_what_terraform_alone_knows_stays_a_reference() -> None:
    source = template("s3://", Ref("aws_s3_bucket.source", "id"), "/ranker.tar.gz")
    plan = planned(training(source_s3_uri=source, role_arn=Ref("aws_iam_role.shared", "arn")))
    made = next(iter(requests_in(plan).values())).parameters
    assert made["HyperParameters"]["sagemaker_submit_directory"] == "s3://source/ranker.tar.gz"
    assert made["RoleArn"] == "arn:aws:iam::123456789012:role/shared"
    assert plan.external == {"aws_iam_role.shared", "aws_s3_bucket.source"}
