# /// script
# requires-python = ">=3.10"
# dependencies = ["sagemaker>=3.20,<4"]
# ///
"""Start a training job with the SageMaker Python SDK 3.

Made from ManagedSpotTraining/llm-v3: change that, not this file.

    terraform output -raw llm_v3_request > request.json
    python launch_v3.py --request request.json --run 2026-11-24-a
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
    OutputDataConfig,
    S3DataSource,
    StoppingCondition,
    Tag,
)


def trainer(planned: dict[str, Any], run: str, session: Session) -> ModelTrainer:
    """The job, with what only Terraform knows taken from the `planned` request."""
    bucket = planned["OutputDataConfig"]["S3OutputPath"].split("/")[2]
    prefix = f"s3://{bucket}/llm-v3/{run}"
    made = ModelTrainer(
        sagemaker_session=session,
        base_job_name="llm-v3-" + run,
        training_image="763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-training:2.6.0-gpu-py312",
        training_input_mode="FastFile",
        role=planned["RoleArn"],
        compute=Compute(
            instance_type="ml.p4d.24xlarge",
            instance_count=4,
            volume_size_in_gb=100,
            enable_managed_spot_training=True,
        ),
        stopping_condition=StoppingCondition(max_runtime_in_seconds=3600, max_wait_time_in_seconds=7200),
        checkpoint_config=CheckpointConfig(s3_uri=prefix + "/checkpoints/", local_path="/opt/ml/checkpoints"),
        output_data_config=OutputDataConfig(s3_output_path=prefix + "/output"),
        hyperparameters={
            "epochs": "10",
            "batch-size": "32",
            "learning-rate": "0.0001",
            "sagemaker_program": "train.py",
            "sagemaker_submit_directory": "s3://example-training/source/llm-v3.tar.gz",
        },
        tags=[
            Tag(key="cost-center", value="foundation-models"),
            Tag(key="model-name", value="llm-v3"),
            Tag(key="team", value="pretraining"),
            Tag(key="workload-type", value="training"),
        ],
    )
    made.with_metric_definitions(
        [
            MetricDefinition(name="loss", regex="loss=([0-9.]+)"),
        ]
    )
    return made


def channels(planned: dict[str, Any]) -> list[Channel]:
    """The training data."""
    return [
        Channel(
            channel_name="train",
            data_source=DataSource(
                s3_data_source=S3DataSource(
                    s3_data_type="S3Prefix",
                    s3_uri="s3://example-training/data/train/",
                    s3_data_distribution_type="ShardedByS3Key",
                )
            ),
        ),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--request", type=argparse.FileType(), required=True, help="the output llm_v3_request")
    parser.add_argument("--run", default="2026-11-24-a", help="a run's name; the same again goes on from its checkpoints")
    options = parser.parse_args()
    planned = json.load(options.request)
    trainer(planned, options.run, Session()).train(input_data_config=channels(planned), wait=False)


if __name__ == "__main__":
    main()
