# /// script
# requires-python = ">=3.9"
# dependencies = ["sagemaker>=2.245,<3"]
# ///
"""Start a training job with the SageMaker Python SDK 2.

Made from ManagedSpotTraining/ranker: change that, not this file.

    terraform output -raw ranker_request > request.json
    python launch_v2.py --request request.json --run a1
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
    prefix = f"s3://{bucket}/ranker/{run}"
    return Estimator(
        sagemaker_session=session,
        image_uri="763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-training:2.6.0-gpu-py312",
        input_mode="FastFile",
        role=planned["RoleArn"],
        instance_type="ml.g5.xlarge",
        instance_count=2,
        volume_size=100,
        max_run=36000,
        use_spot_instances=True,
        max_wait=72000,
        checkpoint_s3_uri=prefix + "/checkpoints/",
        checkpoint_local_path="/opt/ml/checkpoints",
        output_path=prefix + "/output",
        security_group_ids=[planned["VpcConfig"]["SecurityGroupIds"][0]],
        subnets=[planned["VpcConfig"]["Subnets"][0]],
        metric_definitions=[
            {"Name": "loss", "Regex": "loss=([0-9.]+)"},
        ],
        max_retry_attempts=2,
        hyperparameters={
            "quote": "it's \"${x}\" %{y}",
            "epochs": "3",
            "sagemaker_program": "train.py",
            "sagemaker_submit_directory": "s3://example-source/ranker.tar.gz",
        },
        tags=[
            {"Key": "cost-center", "Value": "tests"},
            {"Key": "model-name", "Value": "everything"},
            {"Key": "team", "Value": "tests"},
            {"Key": "workload-type", "Value": "inference"},
        ],
        # What the SDK would add by itself: a profiler that nobody asked for.
        disable_profiler=True,
        debugger_hook_config=False,
    )


def channels(planned: dict[str, Any]) -> dict[str, TrainingInput]:
    """The training data."""
    return {
        "train": TrainingInput(
            "s3://example-data/train/",
            distribution="FullyReplicated",
        ),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--request", type=argparse.FileType(), required=True, help="the output ranker_request")
    parser.add_argument("--run", default="a1", help="a run's name, which must be a new one")
    options = parser.parse_args()
    planned = json.load(options.request)
    job = estimator(planned, options.run, Session())
    job.fit(channels(planned) or None, wait=False, job_name="ranker-" + options.run)


if __name__ == "__main__":
    main()
