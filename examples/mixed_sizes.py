"""Sixteen GPUs from whatever sizes are cheapest: types count by their GPUs, and on-demand fills in single GPUs."""

from decimal import Decimal

from aicost_iac import App, Checkpoints, CostTags, OnDemandFallback, SpotPrice, SpotTrainingFleet, Stack

tags = CostTags(workload_type="training", model_name="embedder", cost_center="search", team="relevance")
fleet = SpotTrainingFleet(
    name="embedder",
    gpus=16,
    instance_types=["g6.xlarge", "g6.12xlarge", "g6.48xlarge"],  # 1, 4 and 8 L4
    subnet_ids=["subnet-0a1b2c3d", "subnet-1a2b3c4d"],
    command=["python3", "-m", "embedder.worker"],
    source_s3_uri="s3://example-search/embedder/",
    checkpoints=Checkpoints(run="2026-11", bucket="example-search-checkpoints"),
    on_demand_fallback=OnDemandFallback(instance_types=["g6.xlarge"], max_capacity=8),
    spot_prices={
        "g6.xlarge": SpotPrice(usd_hour=Decimal("0.32"), as_of="2026-11-20", source="assumed: 40 % of on-demand")
    },
)
app = App(stacks=[Stack(name="embedding", region="us-east-1", tags=tags, items=[fleet])])
