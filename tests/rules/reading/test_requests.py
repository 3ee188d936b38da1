"""Requests, however they are spelled, and what stands in them."""

from typing import Any

import pytest

from aicost_iac.expr import Raw
from aicost_iac.rules import AwsRequest, Subject
from aicost_iac.rules.reading.asked import asked
from aicost_iac.rules.reading.cost_queries import dimensions, groups
from aicost_iac.rules.reading.training_jobs import TrainingJob, jobs_of
from tests.rules.documents import Document, world
from tests.rules.reading.manifests import only_subject


def _asked(parameters: dict[str, Any], complete: bool = True) -> Any:
    return asked(Subject(AwsRequest("ce", "get-cost-and-usage", parameters, complete=complete)))


@pytest.mark.parametrize("name", ["time-period", "TimePeriod", "time_period", "timeperiod"])
def test_names_are_compared_as_every_tool_writes_them(name: str) -> None:
    found = _asked({name: {"Start": "2026-01-01"}})
    assert found.text("TimePeriod", "Start") == "2026-01-01"
    assert found.at("TimePeriod", "Start") == (name, "Start")


@pytest.mark.parametrize(
    ("parameters", "complete", "absent"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"Filter": Raw("$FILTER")}, True, False),
        ({"Filter": {}}, True, True),
        ({"filter.$": "$.filter"}, True, False),
        ({"Filter": {"Dimensions": {"Key": "SERVICE"}}}, True, False),
    ],
)
def test_only_what_is_certainly_not_said_is_absent(parameters: dict[str, Any], complete: bool, absent: bool) -> None:
    assert _asked(parameters, complete).absent("Filter", "Dimensions") is absent


def test_a_place_that_is_not_there_is_that_of_its_holder() -> None:
    assert _asked({"a": 1}).at("Filter", "Dimensions") == ("Filter",)


def test_dimensions_are_found_at_any_depth() -> None:
    inner = {"Not": {"Dimensions": {"Key": "RECORD_TYPE", "Values": ["Credit", Raw("$TYPE")]}}}
    found = _asked({"Filter": {"And": [{"Dimensions": {"Key": "SERVICE", "Values": ["EC2"]}}, {"Or": [inner]}]}})
    assert [(each.key, each.values) for each in dimensions(found)] == [
        ("SERVICE", ("EC2",)),
        ("RECORD_TYPE", ("Credit",)),
    ]


def test_groups_as_a_list_or_alone() -> None:
    assert [key for key, _ in groups(_asked({"group-by": {"Type": "DIMENSION", "Key": "SERVICE"}}))] == ["SERVICE"]


JOB = {"EnableManagedSpotTraining": True, "StoppingCondition": {"MaxRuntimeInSeconds": 3600}}
SPOT = '{"EnableManagedSpotTraining": true, "StoppingCondition": {"MaxRuntimeInSeconds": 3600}}'
TUNING = f'{{"TrainingJobDefinition": {SPOT}}}'
PIPELINE = f'{{"Steps": [{{"Name": "t", "Type": "Training", "Arguments": {SPOT}}}]}}'
MACHINE = '{"States": {"Train": {"Type": "Task", "Resource": "arn:aws:states:::sagemaker:%s", "Parameters": %s}}}'


def _jobs(document: Document) -> tuple[TrainingJob, ...]:
    made = world([document])
    return jobs_of(only_subject(made), made)


@pytest.mark.parametrize(
    "document",
    [
        {"resource": {"awscc_sagemaker_training_job": {"it": {
            "enable_managed_spot_training": True, "stopping_condition": {"max_runtime_in_seconds": 3600}}}}},
        {"apiVersion": "sagemaker.services.k8s.aws/v1alpha1", "kind": "TrainingJob", "metadata": {"name": "t"},
         "spec": {"enableManagedSpotTraining": True, "stoppingCondition": {"maxRuntimeInSeconds": 3600}}},
        {"service": "sagemaker", "operation": "CreateTrainingJob", "parameters": JOB},
        {"service": "sagemaker", "operation": "create_hyper_parameter_tuning_job",
         "parameters": {"TrainingJobDefinition": JOB}},
        {"service": "sagemaker-sdk", "operation": "PyTorch",
         "parameters": {"use_spot_instances": True, "max_run": 3600}},
        {"service": "sagemaker-sdk", "operation": "ModelTrainer", "parameters": {
            "compute": {"enable_managed_spot_training": True},
            "stopping_condition": {"max_runtime_in_seconds": 3600}}},
        {"resource": {"aws_sfn_state_machine": {"it": {"definition": MACHINE % ("createTrainingJob.sync", SPOT)}}}},
        {"resource": {"aws_sfn_state_machine": {"it": {"definition": MACHINE % (
            "createHyperParameterTuningJob.sync", TUNING)}}}},
        {"resource": {"aws_sagemaker_pipeline": {"it": {
            "pipeline_definition": PIPELINE}}}},
        {"resource": {"aws_scheduler_schedule": {"it": {"target": [{
            "arn": "arn:aws:scheduler:::aws-sdk:sagemaker:createTrainingJob", "input": SPOT}]}}}},
    ],
)  # fmt: skip
def test_a_training_job_wherever_it_is_asked_for(document: Document) -> None:
    [job] = _jobs(document)
    assert job.spot
    assert job.number("StoppingCondition", "MaxRuntimeInSeconds") == 3600


@pytest.mark.parametrize(
    "document",
    [
        {"apiVersion": "kubeflow.org/v1", "kind": "TrainingJob", "metadata": {"name": "t"}, "spec": {}},
        {"resource": {"aws_sfn_state_machine": {"it": {"definition": "{"}}}},
        {"resource": {"aws_sfn_state_machine": {"it": {"definition": "[1]"}}}},
        {"resource": {"aws_sfn_state_machine": {"it": {"definition": MACHINE % ("createEndpoint", "{}")}}}},
        {"resource": {"aws_scheduler_schedule": {"it": {"target": [{"arn": "arn:aws:lambda", "input": SPOT}]}}}},
    ],
)
def test_what_is_no_training_job(document: Document) -> None:
    assert _jobs(document) == ()


def test_a_state_may_take_a_value_from_its_input() -> None:
    text = MACHINE % ("createTrainingJob", '{"CheckpointConfig.$": "$.checkpoints"}')
    [job] = _jobs({"resource": {"aws_sfn_state_machine": {"it": {"definition": text}}}})
    assert not job.absent("CheckpointConfig", "S3Uri")
    assert job.absent("StoppingCondition")
    assert job.at("CheckpointConfig") == ("definition",)


def _trainer(**arguments: Any) -> TrainingJob:
    [job] = _jobs({"service": "sagemaker-sdk", "operation": "ModelTrainer", "parameters": arguments})
    return job


def test_what_a_trainer_takes_that_is_not_told() -> None:
    assert _trainer().number("StoppingCondition", "MaxRuntimeInSeconds") == 3600
    assert _trainer().absent("CheckpointConfig", "S3Uri")
    assert not _trainer(checkpoint_config={"local_path": "/x"}).absent("CheckpointConfig", "S3Uri")


def test_a_block_of_a_trainer_that_nobody_knows() -> None:
    job = _trainer(compute="${compute}", stopping_condition="${limits}")
    assert not job.spot
    assert not job.absent("ResourceConfig", "InstanceType")
    assert job.number("StoppingCondition", "MaxRuntimeInSeconds") is None


def test_where_a_trainer_says_it() -> None:
    job = _trainer(compute={"keep_alive_period_in_seconds": 600})
    assert job.at("ResourceConfig", "KeepAlivePeriodInSeconds") == ("compute", "keep_alive_period_in_seconds")
