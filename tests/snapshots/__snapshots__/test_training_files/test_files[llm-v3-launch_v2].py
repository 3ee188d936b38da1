# /// script
# requires-python = ">=3.9"
# dependencies = ["sagemaker>=2.245,<3"]
# ///
"""Start a training job with the SageMaker Python SDK 2.

Made from ManagedSpotTraining/llm-v3: change that, not this file.

    terraform output -raw llm_v3_request > request.json
    python launch_v2.py --request request.json --run 2026-11-24-a
"""

import argparse
import json
from typing import Any

from sagemaker.estimator import Estimator
from sagemaker.inputs import TrainingInput
from sagemaker.session import Session


def estimator(planned: dict[str, Any], run: str, session: Session) -> Estimator:
    """The job, with what only Terraform knows taken from the `planned` request."""
    bucket = planned["OutputDataConfig"]["S3OutputPath"].split("/")[2]
    prefix = f"s3://{bucket}/llm-v3/{run}"
    return Estimator(
        sagemaker_session=session,
        image_uri="763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-training:2.6.0-gpu-py312",
        input_mode="FastFile",
        role=planned["RoleArn"],
        instance_type="ml.p4d.24xlarge",
        instance_count=4,
        volume_size=100,
        max_run=3600,
        use_spot_instances=True,
        max_wait=7200,
        checkpoint_s3_uri=prefix + "/checkpoints/",
        checkpoint_local_path="/opt/ml/checkpoints",
        output_path=prefix + "/output",
        metric_definitions=[
            {"Name": "loss", "Regex": "loss=([0-9.]+)"},
        ],
        hyperparameters={
            "epochs": "10",
            "batch-size": "32",
            "learning-rate": "0.0001",
            "sagemaker_program": "train.py",
            "sagemaker_submit_directory": "s3://example-training/source/llm-v3.tar.gz",
        },
        tags=[
            {"Key": "cost-center", "Value": "foundation-models"},
            {"Key": "model-name", "Value": "llm-v3"},
            {"Key": "team", "Value": "pretraining"},
            {"Key": "workload-type", "Value": "training"},
        ],
        # What the SDK would add by itself: a profiler that nobody asked for.
        disable_profiler=True,
        debugger_hook_config=False,
    )


def channels(planned: dict[str, Any]) -> dict[str, TrainingInput]:
    """The training data."""
    return {
        "train": TrainingInput(
            "s3://example-training/data/train/",
            distribution="ShardedByS3Key",
        ),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--request", type=argparse.FileType(), required=True, help="the output llm_v3_request")
    parser.add_argument("--run", default="2026-11-24-a", help="a run's name, which must be a new one")
    options = parser.parse_args()
    planned = json.load(options.request)
    job = estimator(planned, options.run, Session())
    job.fit(channels(planned) or None, wait=False, job_name="llm-v3-" + options.run)


if __name__ == "__main__":
    main()
