"""Run in an environment of the SDK's own: the request that a launcher would send, as JSON on stdout.

`python launched.py LAUNCHER REQUEST RUN` imports the launcher, gives it a session that talks to nobody, and prints
what reaches `CreateTrainingJob`.
"""

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import boto3
import botocore.client
from botocore.exceptions import ClientError

CREDENTIALS = {"aws_access_key_id": "a", "aws_secret_access_key": "b", "region_name": "us-east-1"}
sent: list[dict[str, Any]] = []


def no_call(client: Any, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
    if operation == "CreateTrainingJob":
        sent.append(parameters)
        return {
            "TrainingJobArn": f"arn:aws:sagemaker:us-east-1:123456789012:training-job/{parameters['TrainingJobName']}"
        }
    if operation == "GetCallerIdentity":
        return {"Account": "123456789012", "Arn": "arn:aws:iam::123456789012:user/a", "UserId": "a"}
    if client.meta.service_model.service_name == "iam":  # the third generation looks at the role, if it may
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "not here"}}, operation)
    if operation == "DescribeTrainingJob":
        return {"TrainingJobName": parameters["TrainingJobName"], "TrainingJobStatus": "InProgress"}
    raise AssertionError(f"the launcher calls {operation}")


def module_at(path: Path) -> ModuleType:
    specification = importlib.util.spec_from_file_location("launcher", path)
    assert specification is not None and specification.loader is not None  # noqa: PT018
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def main() -> None:
    launcher, planned, run = module_at(Path(sys.argv[1])), json.loads(Path(sys.argv[2]).read_text()), sys.argv[3]
    botocore.client.BaseClient._make_api_call = no_call
    session = launcher.Session(boto_session=boto3.Session(**CREDENTIALS))
    if hasattr(launcher, "trainer"):
        launcher.trainer(planned, run, session).train(input_data_config=launcher.channels(planned), wait=False)
    else:
        job = launcher.estimator(planned, run, session)
        job.fit(launcher.channels(planned) or None, wait=False, job_name=f"{planned['TrainingJobName']}")
    print(json.dumps(sent[-1], default=str))


if __name__ == "__main__":
    main()
