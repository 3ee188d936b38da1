"""Two hundred rankers, one per market and each rarely asked, behind one small fleet instead of an endpoint each."""

from aicost_iac import App, Container, CostTags, MultiModelEndpoint, Stack, Vpc

tags = CostTags(workload_type="inference", model_name="ranker", cost_center="search", team="relevance")
endpoint = MultiModelEndpoint(
    name="rankers",
    container=Container(
        image="763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-inference:2.6.0-cpu-py312",
        model_data_s3_uri="s3://example-search/rankers/",
    ),
    instance_type="ml.m5.xlarge",
    min_instances=2,
    max_instances=6,
    invocations_per_instance=1200,
    vpc=Vpc(subnet_ids=["subnet-0a1b2c3d", "subnet-1a2b3c4d"], security_group_ids=["sg-0a1b2c3d"]),
)
app = App(stacks=[Stack(name="rankers", region="us-east-1", tags=tags, items=[endpoint])])
