"""A small model on a MIG slice: seven of them share one H100, and each fits.

A larger slice is accepted and told with both prices; a smaller one is refused. The nodes, what their GPU is cut into
and what the pod asks for come from one layout.
"""

from aicost_iac import (
    App,
    CostTags,
    GpuNodePool,
    MigLayout,
    MigPartition,
    MigSlice,
    ModelServer,
    Stack,
)

slices = MigLayout(name="h100-slices", partitions=[MigPartition(gpu="H100", layout={"1g.10gb": 7})])
nodes = GpuNodePool(
    name="h100", cluster_name="cluster", instance_types=["p5.4xlarge"], max_gpus=2, mig=slices, node_role="gpu-nodes"
)
assistant = ModelServer(
    name="assistant",
    model="Qwen/Qwen2.5-7B-Instruct-AWQ",
    shape="Qwen2.5-7B",
    quantization="awq",
    max_model_len=4096,
    concurrency=4,
    namespace="serving",
    placement=nodes.placement,
    accelerator=MigSlice(profile="1g.10gb"),
)

app = App(
    stacks=[
        Stack(
            name="serving",
            region="us-east-1",
            tags=CostTags(workload_type="inference", cost_center="product", team="assistant"),
            items=[slices, nodes, assistant],
        )
    ]
)
