"""Starts the training of a ranker."""

import boto3
from sagemaker.pytorch import PyTorch

HOUR = 3600
sagemaker_client = boto3.client("sagemaker")


def start(run: str) -> None:
    estimator = PyTorch(  # <- SM003
        entry_point="train.py",
        role="arn:aws:iam::123456789012:role/training",
        instance_type="ml.g6e.12xlarge",
        instance_count=1,
        use_spot_instances=True,
        max_run=10 * HOUR,
        max_wait=20 * HOUR,
        keep_alive_period_in_seconds=1800,  # <- SM005
    )
    estimator.fit(job_name=f"ranker-{run}")
