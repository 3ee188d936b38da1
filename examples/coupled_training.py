"""Four nodes of p4d as one job: EFA, checkpoints, on-demand when spot is dry, and an end whatever happens."""

from aicost_iac import App, Checkpoints, CostTags, IdleGuard, OnDemandFallback, SpotTrainingFleet, Stack, Subnet

tags = CostTags(
    workload_type="training",
    model_name="chat-13b",
    model_version="2026-11",
    cost_center="foundation-models",
    team="pretraining",
    environment="research",
)
fleet = SpotTrainingFleet(
    name="chat-pretrain",
    coupling="coupled",
    instances=4,
    instance_types=["p4d.24xlarge"],
    subnet_ids=[Subnet(id="subnet-0a1b2c3d", zone="us-east-1a")],
    vpc_id="vpc-0a1b2c3d",
    source_s3_uri="s3://example-pretraining/source/chat-13b.tar.gz",
    command=[
        "bash",
        "-c",
        "torchrun --nnodes=1:4 --nproc-per-node=8 --rdzv-backend=c10d "
        '--rdzv-endpoint="$(/opt/aicost/peers | head -n 1)" train.py --resume "$AICOST_CHECKPOINTS"',
    ],
    environment={"FI_PROVIDER": "efa", "NCCL_DEBUG": "WARN"},
    checkpoints=Checkpoints(run="2026-11-24-a", every_seconds=600, keep_days=60),
    on_demand_fallback=OnDemandFallback(wait_minutes=20, max_capacity=2),
    idle_guard=IdleGuard(minutes=45),
    deadline_hours=72,
    notify_emails=["pretraining-oncall@example.com"],
    interruption_queue=True,
)
app = App(stacks=[Stack(name="pretraining", region="us-east-1", tags=tags, items=[fleet])])
