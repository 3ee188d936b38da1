"""What will run, cut into slices by exact search: three rankers of 14 GiB and two of 35 GiB on two H100.

The sheet beside the output draws what was found, and says what each pod asks for and what is spare:

    slices-h100: H100-80GB in p5.4xlarge, 2 nodes
      every GPU: 1 x 3g.40gb + 2 x 2g.20gb
        0    1    2    3    4    5    6    7
        [2g.20gb ][2g.20gb ][3g.40gb           ]
        left over of each: nothing
"""

from aicost_iac import App, CostTags, GpuMonitoring, GpuNodePool, MigDemand, MigLayout, MigPartition, Stack

tags = CostTags(workload_type="inference", model_name="ranker-v3", cost_center="search", team="relevance")
monitoring = GpuMonitoring(name="gpu-use", prometheus_labels={"release": "kube-prometheus-stack"})
layout = MigLayout(
    name="slices",
    partitions=[
        MigPartition(
            instance_type="p5.4xlarge",
            demands=[MigDemand(replicas=3, memory_gib=14), MigDemand(replicas=2, memory_gib=35)],
        )
    ],
    operator_values=monitoring.operator_values,
)
pool = GpuNodePool(
    name="h100-slices",
    cluster_name="search",
    node_role="search-nodes",
    instance_types=["p5.4xlarge"],
    max_gpus=2,
    mig=layout,
)
app = App(stacks=[Stack(name="slices", region="us-east-1", tags=tags, items=[layout, pool, monitoring])])
