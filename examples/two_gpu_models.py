"""Two GPU models in one cluster: H100 in slices by Karpenter, A100 as a managed node group with one GPU left whole.

One ConfigMap holds both layouts, because the GPU operator reads one; each pool names its own.
"""

from aicost_iac import App, CostTags, GpuMonitoring, GpuNodePool, MigLayout, MigPartition, Stack, Taint

tags = CostTags(workload_type="shared", cost_center="ml-platform", team="ml-platform")
monitoring = GpuMonitoring(name="gpu-use", prometheus_labels={"release": "kube-prometheus-stack"})
layout = MigLayout(
    name="slices",
    partitions=[
        MigPartition(gpu="H100", layout={"1g.10gb": 6, "1g.20gb": 1}),
        MigPartition(instance_type="p4d.24xlarge", layouts=[{"3g.20gb": 2}] * 7 + [{}]),
    ],
    operator_values=monitoring.operator_values,
)
serving = GpuNodePool(
    name="h100",
    cluster_name="ml",
    node_role="ml-nodes",
    instance_types=["p5.4xlarge", "p5.48xlarge"],
    max_gpus=16,
    mig=layout,
)
notebooks = GpuNodePool(
    name="a100",
    engine="managed-node-group",
    cluster_name="ml",
    node_role="arn:aws:iam::123456789012:role/ml-nodes",
    subnet_ids=["subnet-0a1b2c3d"],
    instance_types=["p4d.24xlarge"],
    max_gpus=16,
    taints=[Taint(key="example.com/notebooks")],
    mig=layout,
)
app = App(stacks=[Stack(name="cluster", region="us-east-1", tags=tags, items=[layout, serving, notebooks, monitoring])])
