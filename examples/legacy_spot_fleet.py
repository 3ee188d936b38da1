"""The legacy Spot Fleet API, for those who must keep it: one-time, with an end, and nothing left behind by destroy."""

from aicost_iac import App, CostTags, SpotTrainingFleet, Stack

tags = CostTags(workload_type="training", model_name="tagger", cost_center="nlp", team="language")
fleet = SpotTrainingFleet(
    name="tagger",
    engine="spot-fleet",
    valid_until="2027-01-31T18:00:00Z",
    instances=2,
    instance_types=["g5.xlarge", "g5.2xlarge"],
    subnet_ids=["subnet-0a1b2c3d"],
    command=["python3", "train.py"],
    source_s3_uri="s3://example-nlp/tagger.tar.gz",
)
app = App(stacks=[Stack(name="tagger", region="us-east-1", tags=tags, items=[fleet])])
