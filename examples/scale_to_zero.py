"""A chat model on one GPU that nobody asks at night: no instance then, and the first request in the morning wakes it.

`provider_version` decides what is a resource. No version has inference components: that request is an output.
"""

from aicost_iac import App, Container, CostTags, ScaleToZeroEndpoint, Stack

tags = CostTags(workload_type="inference", model_name="helpdesk-8b", cost_center="support", team="assistants")
endpoint = ScaleToZeroEndpoint(
    name="helpdesk",
    container=Container(
        image="763104351884.dkr.ecr.us-east-1.amazonaws.com/djl-inference:0.33.0-lmi15.0.0-cu128",
        model_data_s3_uri="s3://example-support/helpdesk-8b/",
    ),
    instance_type="ml.g6e.2xlarge",
    copy_memory_mb=40_000,
    max_copies=3,
    max_instances=3,
    requests_per_copy=16,
)
app = App(stacks=[Stack(name="helpdesk", region="us-east-1", tags=tags, items=[endpoint])])
