"""SageMaker against the real provider and the local AWS: applied, planned again, requests sent, destroyed."""

import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from aicost_iac.terraform.requests import requests_of
from tests.aws.everything_on_sagemaker import everything
from tests.aws.moto_process import MotoServer
from tests.aws.terraform import Root, Terraform
from tests.aws.test_fleets import client, write
from tests.sagemaker.shapes import problems


def test_everything_applies_with_an_empty_second_plan_and_is_destroyed(
    terraform: Terraform, moto: MotoServer, tmp_path: Path
) -> None:
    root = terraform.root(write(everything(), tmp_path), moto.url)
    root.init()
    root.validate()
    root.apply()
    root.assert_plan_is_empty()
    requests_are_taken(root, moto)
    the_machine_is_what_was_planned(root, moto)
    root.destroy()
    assert client("sagemaker", moto).list_endpoints()["Endpoints"] == []
    assert client("stepfunctions", moto).list_state_machines()["stateMachines"] == []


def requests_are_taken(root: Root, moto: MotoServer) -> None:
    """As an apply resolved them: by botocore's models, and by the local AWS in the order of their numbers."""
    outputs = root.outputs()
    held = {made.name: request for made, request in requests_of(everything().plan())}
    for name, request in held.items():
        parameters = json.loads(outputs[output_of(name)])
        assert problems(request.service, request.operation, parameters) == [], name
        getattr(client(request.service, moto), request.words())(**parameters)
    jobs = client("sagemaker", moto).list_training_jobs()["TrainingJobSummaries"]
    assert sorted(job["TrainingJobName"] for job in jobs) == ["ranker-a1", "urgent-a1"]
    described = client("sagemaker", moto).describe_training_job(TrainingJobName="ranker-a1")
    assert described["EnableManagedSpotTraining"] is True
    assert described["HyperParameters"]["quote"] == 'it\'s "${x}" %{y}'
    with pytest.raises(ClientError, match="exists already"):
        client("sagemaker", moto).create_inference_recommendations_job(**json.loads(outputs["measure_request"]))
    for endpoint in ("new", "chat"):
        client("sagemaker", moto).delete_endpoint(EndpointName=endpoint)
        client("sagemaker", moto).delete_endpoint_config(EndpointConfigName=endpoint)


def output_of(name: str) -> str:
    """The output that carries a request; jobs have one and call it so."""
    stem, found, _ = name.partition("_create_")
    return f"{stem}_request" if found and "request" not in stem else name


def the_machine_is_what_was_planned(root: Root, moto: MotoServer) -> None:
    outputs = root.outputs()
    found: dict[str, Any] = client("stepfunctions", moto).describe_state_machine(
        stateMachineArn=outputs["ranker_state_machine_arn"]
    )
    train = json.loads(found["definition"])["States"]["Train on spot"]["Parameters"]
    assert train["RoleArn"] == outputs["ranker_role_arn"]
    assert outputs["ranker_bucket"] in train["CheckpointConfig"]["S3Uri.$"]
