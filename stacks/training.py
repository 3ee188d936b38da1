"""Hyper-parameter sweeps of a ranking model: eight single-GPU nodes, whichever of three sizes is cheapest today."""

from aicost_iac import CostTags, SpotTrainingFleet, Stack

training = Stack(
    name="training",
    region="us-east-1",
    tags=CostTags(
        workload_type="training",
        model_name="ranker-v3",
        cost_center="ai-training",
        team="ml-platform",
        environment="production",
    ),
    items=[
        SpotTrainingFleet(
            name="ranker-sweep",
            instances=8,
            instance_types=["g6e.xlarge", "g6e.2xlarge", "g6e.4xlarge"],  # one L40S each
            subnet_ids=["subnet-0a1b2c3d", "subnet-1a2b3c4d"],
            source_s3_uri="s3://example-ranker-source/sweep/",
            command=["python3", "-m", "sweep", "--queue", "ranker-sweep"],
            environment={"PYTHONUNBUFFERED": "1"},
        ),
    ],
)
