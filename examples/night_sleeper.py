"""A model server that sleeps at night: woken by the first request at the gateway, kept warm in office hours.

    aicost synth --app examples.night_sleeper:app
    aicost simulate cdktf.out/stacks/sleeper/kubernetes/serving/scaledobject-chat-scaler.yaml \\
        --load examples/night_sleeper.csv --plot night_sleeper.svg
"""

from aicost_iac import (
    App,
    CostTags,
    Cron,
    GpuAutoscaler,
    GpuNodePool,
    ModelServer,
    QueueDepth,
    SecretKey,
    Stack,
    WaitingRequests,
)

nodes = GpuNodePool(
    name="l40s", cluster_name="cluster", instance_types=["g6e.xlarge", "g6e.2xlarge"], max_gpus=4, node_role="gpu-nodes"
)
chat = ModelServer(
    name="chat",
    model="meta-llama/Llama-3.1-8B-Instruct",
    max_model_len=8192,
    concurrency=16,
    namespace="serving",
    placement=nodes.placement,
    replicas=None,
    hugging_face_token=SecretKey(secret="hugging-face", key="token"),
)
scaler = GpuAutoscaler(
    name="chat-scaler",
    target=chat,
    min_replicas=0,
    max_replicas=4,
    held_by="the gateway, which lets requests wait for ten minutes",
    triggers=[
        QueueDepth(name="gateway", metric="gateway_pending_requests", labels={"backend": "chat"}, per_replica=16),
        WaitingRequests(name="server", per_replica=16),
        Cron(name="office-hours", start="0 8 * * 1-5", end="0 18 * * 1-5", timezone="Europe/Berlin"),
    ],
)

app = App(
    stacks=[
        Stack(
            name="sleeper",
            region="us-east-1",
            tags=CostTags(workload_type="inference", cost_center="product", team="chat"),
            items=[nodes, chat, scaler],
        )
    ]
)
