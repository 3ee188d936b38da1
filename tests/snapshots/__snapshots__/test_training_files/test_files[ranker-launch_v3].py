# /// script
# requires-python = ">=3.10"
# dependencies = ["sagemaker>=3.20,<4"]
# ///
"""Start a training job with the SageMaker Python SDK 3.

Made from ManagedSpotTraining/ranker: change that, not this file.

    terraform output -raw ranker_request > request.json
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
    MetricDefinition,
    Networking,
    OutputDataConfig,
    RetryStrategy,
    S3DataSource,
    StoppingCondition,
    Tag,
)


def trainer(planned: dict[str, Any], run: str, session: Session) -> ModelTrainer:
    """The job, with what only Terraform knows taken from the `planned` request."""
    bucket = planned["OutputDataConfig"]["S3OutputPath"].split("/")[2]
    prefix = f"s3://{bucket}/ranker/{run}"
    made = ModelTrainer(
        sagemaker_session=session,
        base_job_name="ranker-" + run,
        training_image="763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-training:2.6.0-gpu-py312",
        training_input_mode="FastFile",
        role=planned["RoleArn"],
        compute=Compute(
            instance_type="ml.g5.xlarge",
            instance_count=2,
            volume_size_in_gb=100,
            enable_managed_spot_training=True,
        ),
        stopping_condition=StoppingCondition(max_runtime_in_seconds=36000, max_wait_time_in_seconds=72000),
        checkpoint_config=CheckpointConfig(s3_uri=prefix + "/checkpoints/", local_path="/opt/ml/checkpoints"),
        output_data_config=OutputDataConfig(s3_output_path=prefix + "/output"),
        networking=Networking(
            security_group_ids=[planned["VpcConfig"]["SecurityGroupIds"][0]],
            subnets=[planned["VpcConfig"]["Subnets"][0]],
        ),
        hyperparameters={
            "quote": "it's \"${x}\" %{y}",
            "epochs": "3",
            "sagemaker_program": "train.py",
            "sagemaker_submit_directory": "s3://example-source/ranker.tar.gz",
        },
        tags=[
            Tag(key="cost-center", value="tests"),
            Tag(key="model-name", value="everything"),
            Tag(key="team", value="tests"),
            Tag(key="workload-type", value="inference"),
        ],
    )
    made.with_metric_definitions(
        [
            MetricDefinition(name="loss", regex="loss=([0-9.]+)"),
        ]
    )
    made.with_retry_strategy(RetryStrategy(maximum_retry_attempts=2))
    return made


def channels(planned: dict[str, Any]) -> list[Channel]:
    """The training data."""
    return [
        Channel(
            channel_name="train",
            data_source=DataSource(
                s3_data_source=S3DataSource(
                    s3_data_type="S3Prefix",
                    s3_uri="s3://example-data/train/",
                    s3_data_distribution_type="FullyReplicated",
                )
            ),
        ),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--request", type=argparse.FileType(), required=True, help="the output ranker_request")
    parser.add_argument("--run", default="a1", help="a run's name; the same again goes on from its checkpoints")
    options = parser.parse_args()
    planned = json.load(options.request)
    trainer(planned, options.run, Session()).train(input_data_config=channels(planned), wait=False)


if __name__ == "__main__":
    main()
