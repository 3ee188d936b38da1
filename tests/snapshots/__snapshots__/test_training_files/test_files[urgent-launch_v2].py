# /// script
# requires-python = ">=3.9"
# dependencies = ["sagemaker>=2.245,<3"]
# ///
"""Start a training job with the SageMaker Python SDK 2.

Made from ManagedSpotTraining/urgent: change that, not this file.

    terraform output -raw urgent_request > request.json
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
    bucket = "example-checkpoints"
    prefix = f"s3://{bucket}/urgent/{run}"
    return Estimator(
        sagemaker_session=session,
        image_uri="123456789012.dkr.ecr.us-east-1.amazonaws.com/served:1",
        input_mode="FastFile",
        role=planned["RoleArn"],
        instance_type="ml.m5.xlarge",
        instance_count=1,
        volume_size=100,
        keep_alive_period_in_seconds=600,
        max_run=3600,
        checkpoint_s3_uri=prefix + "/checkpoints/",
        checkpoint_local_path="/opt/ml/checkpoints",
        output_path=prefix + "/output",
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
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--request", type=argparse.FileType(), required=True, help="the output urgent_request")
    parser.add_argument("--run", default="a1", help="a run's name, which must be a new one")
    options = parser.parse_args()
    planned = json.load(options.request)
    job = estimator(planned, options.run, Session())
    job.fit(channels(planned) or None, wait=False, job_name="urgent-" + options.run)


if __name__ == "__main__":
    main()
