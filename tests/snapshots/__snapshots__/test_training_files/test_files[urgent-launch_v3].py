# /// script
# requires-python = ">=3.10"
# dependencies = ["sagemaker>=3.20,<4"]
# ///
"""Start a training job with the SageMaker Python SDK 3.

Made from ManagedSpotTraining/urgent: change that, not this file.

    terraform output -raw urgent_request > request.json
    python launch_v3.py --request request.json --run a1
"""

import argparse
import json
from typing import Any

from sagemaker.core.helper.session_helper import Session
from sagemaker.train import ModelTrainer
from sagemaker.train.configs import (
    Channel,
    CheckpointConfig,
    Compute,
    DataSource,
    OutputDataConfig,
    S3DataSource,
    StoppingCondition,
    Tag,
)


def trainer(planned: dict[str, Any], run: str, session: Session) -> ModelTrainer:
    """The job, with what only Terraform knows taken from the `planned` request."""
    bucket = "example-checkpoints"
    prefix = f"s3://{bucket}/urgent/{run}"
    made = ModelTrainer(
        sagemaker_session=session,
        base_job_name="urgent-" + run,
        training_image="123456789012.dkr.ecr.us-east-1.amazonaws.com/served:1",
        training_input_mode="FastFile",
        role=planned["RoleArn"],
        compute=Compute(
            instance_type="ml.m5.xlarge",
            instance_count=1,
            volume_size_in_gb=100,
            keep_alive_period_in_seconds=600,
        ),
        stopping_condition=StoppingCondition(max_runtime_in_seconds=3600),
        checkpoint_config=CheckpointConfig(s3_uri=prefix + "/checkpoints/", local_path="/opt/ml/checkpoints"),
        output_data_config=OutputDataConfig(s3_output_path=prefix + "/output"),
        tags=[
            Tag(key="cost-center", value="tests"),
            Tag(key="model-name", value="everything"),
            Tag(key="team", value="tests"),
            Tag(key="workload-type", value="inference"),
        ],
    )
    return made


def channels(planned: dict[str, Any]) -> list[Channel]:
    """The training data."""
    return [
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--request", type=argparse.FileType(), required=True, help="the output urgent_request")
    parser.add_argument("--run", default="a1", help="a run's name; the same again goes on from its checkpoints")
    options = parser.parse_args()
    planned = json.load(options.request)
    trainer(planned, options.run, Session()).train(input_data_config=channels(planned), wait=False)


if __name__ == "__main__":
    main()
