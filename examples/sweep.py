"""A sweep in ten lines: eight single-GPU trials on spot, gone when they are done."""

from aicost_iac import App, CostTags, SpotTrainingFleet, Stack

tags = CostTags(workload_type="training", model_name="ranker-v3", cost_center="ai-training", team="ml-platform")
fleet = SpotTrainingFleet(
    name="ranker-sweep",
    instances=8,
    instance_types=["g6e.xlarge", "g6e.2xlarge", "g6e.4xlarge"],  # one L40S each
    subnet_ids=["subnet-0a1b2c3d", "subnet-1a2b3c4d"],
)
app = App(stacks=[Stack(name="sweep", region="us-east-1", tags=tags, items=[fleet])])
