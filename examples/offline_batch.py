"""Embeddings made anew at night: a job on spot nodes that scale to zero, queued by Kueue, with an end at dawn."""

import aicost_iac as ai

nodes = ai.GpuNodePool(
    name="batch",
    cluster_name="cluster",
    node_role="gpu-nodes",
    instance_types=["g6e.xlarge", "g6e.2xlarge", "g6e.4xlarge"],  # one L40S each
    max_gpus=8,
    capacity="spot",
    suppress=[ai.Suppress(rule="NODE007", reason="a run is never moved: it would start over")],
)
embed = ai.OfflineBatch(
    name="embed-night",
    namespace="batch",
    image="registry.example.com/embed:1.4.2",
    command=["python", "-m", "embed", "--shards", "64"],
    environment={"OUTPUT": "s3://example-embeddings/night", "TOKEN": ai.SecretKey(secret="embed", key="token")},
    placement=nodes.placement,
    accelerator=ai.WholeGpus(),
    cpu="3",
    memory="24Gi",
    parallelism=8,
    completions=64,
    schedule="0 1 * * 1-5",
    time_zone="Europe/Berlin",
    queue="night",
    deadline_hours=6,
    expected_hours=2.5,
    runs_per_month=22,
)

app = ai.App(
    stacks=[
        ai.Stack(
            name="embeddings",
            region="us-east-1",
            tags=ai.CostTags(workload_type="inference", cost_center="ai-batch", team="search"),
            items=[nodes, embed],
        )
    ]
)
