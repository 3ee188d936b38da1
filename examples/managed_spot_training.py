"""A published job (4 x p4d, 1 h run, 2 h wait) made right: it resumes, buys on demand when spot is dry, and tells."""

from decimal import Decimal

from aicost_iac import App, CapacityRetry, Channel, CostTags, Framework, ManagedSpotTraining, Metric, SpotPrice, Stack

tags = CostTags(workload_type="training", model_name="llm-v3", cost_center="foundation-models", team="pretraining")
training = ManagedSpotTraining(
    name="llm-v3",
    run="2026-11-24-a",
    instance_type="ml.p4d.24xlarge",
    instance_count=4,
    framework=Framework(name="pytorch", version="2.6"),
    entry_point="train.py",
    source_s3_uri="s3://example-training/source/llm-v3.tar.gz",
    hyperparameters={"epochs": 10, "batch-size": 32, "learning-rate": 0.0001},
    channels={"train": Channel(s3_uri="s3://example-training/data/train/", sharded=True)},
    metrics=[Metric(name="loss", regex=r"loss=([0-9.]+)")],
    max_run=3600,
    max_wait=7200,
    resumable=True,
    scaffold="pytorch",
    on_demand_fallback=True,
    capacity=CapacityRetry(attempts=3, wait_minutes=20),
    notify_emails=["pretraining-oncall@example.com"],
    schedule="cron(0 3 ? * SAT *)",
    spot_price=SpotPrice(usd_hour=Decimal("15.80"), as_of="2026-11-20", source="assumed"),
    on_demand_price=SpotPrice(usd_hour=Decimal("37.69"), as_of="2026-11-20", source="SageMaker's price list, assumed"),
    runs_per_month=4,
)
app = App(stacks=[Stack(name="llm-training", region="us-east-1", tags=tags, items=[training])])
