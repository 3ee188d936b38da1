"""Spot GPUs over an on-demand baseline: the first two L40S are always there, the next fourteen are spot.

Karpenter tries the pool with the higher weight first, so the baseline fills before any spot is bought, and the limits
of both together are all that can ever be spent.
"""

from decimal import Decimal

from aicost_iac import App, CommittedPrice, CostTags, GpuNodePool, SpotPrice, Stack, Suppress

tags = CostTags(workload_type="inference", model_name="embedder", cost_center="search", team="relevance")
pool = GpuNodePool(
    name="l40s",
    cluster_name="search",
    node_role="search-nodes",
    instance_types=["g6e.xlarge", "g6e.2xlarge", "g6e.4xlarge"],  # one L40S each
    max_gpus=16,
    capacity="spot",
    on_demand_baseline_gpus=2,
    zones=["us-east-1a", "us-east-1b"],
    committed_prices={
        "g6e.xlarge": CommittedPrice(usd_hour=Decimal("1.20"), as_of="2026-11-20", source="assumed: a Savings Plan")
    },
    spot_prices={
        "g6e.xlarge": SpotPrice(usd_hour=Decimal("0.75"), as_of="2026-11-20", source="assumed: 40 % of on-demand")
    },
    suppress=[Suppress(rule="NODE007", reason="nobody counts on moves to cheaper spot here")],
)
app = App(stacks=[Stack(name="embedding", region="us-east-1", tags=tags, items=[pool])])
