"""50,000 USD a month for a recommender: three audiences, guards that look every minute, and training that stops.

The ladder over everything never stops the service that customers wait for; the one over training does stop training.
"""

from decimal import Decimal

from aicost_iac import (
    AnomalyAlert,
    AnomalyDetection,
    App,
    BudgetGuards,
    BudgetLadder,
    BudgetScope,
    Container,
    CostTags,
    MultiModelEndpoint,
    OnDemandFallback,
    Rung,
    SpotTrainingFleet,
    Stack,
    Vpc,
)

tags = CostTags(workload_type="shared", project="recommender", cost_center="shop", team="recommendations")
training = SpotTrainingFleet(
    name="ranker-training",
    tags=CostTags(workload_type="training", model_name="ranker-v3"),
    instances=4,
    instance_types=["g6e.12xlarge", "g6.12xlarge"],
    subnet_ids=["subnet-0a1b2c3d", "subnet-1a2b3c4d"],
    vpc_id="vpc-0a1b2c3d",
    on_demand_fallback=OnDemandFallback(max_capacity=2),
)
service = MultiModelEndpoint(
    name="rankers",
    tags=CostTags(workload_type="inference", model_name="ranker-v3"),
    container=Container(
        image="763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-inference:2.6.0-gpu-py312",
        model_data_s3_uri="s3://example-shop/rankers/",
    ),
    instance_type="ml.g5.2xlarge",
    min_instances=2,
    max_instances=6,
    invocations_per_instance=1200,
    vpc=Vpc(subnet_ids=["subnet-0a1b2c3d", "subnet-1a2b3c4d"], security_group_ids=["sg-0a1b2c3d"]),
)
everything = BudgetLadder.standard(
    "recommender",
    50_000,
    team=["recommendations@example.com"],
    leads=["shop-engineering@example.com"],
    finance=["finops@example.com"],
    scope=BudgetScope(tags={"project": "recommender"}),
    guards=BudgetGuards(),
    topic_emails=["recommendations-oncall@example.com"],
)
training_only = BudgetLadder(
    name="recommender-training",
    limit=30_000,
    scope=BudgetScope(tags={"workload_type": "training"}),
    rungs=[
        Rung(percent=70, emails=["recommendations@example.com"]),
        Rung(percent=95, emails=["recommendations@example.com", "shop-engineering@example.com"], stop=True),
    ],
    untagged=None,
)
unusual = AnomalyDetection(
    name="recommender-spend",
    by_tags={"project": "recommender"},
    alerts=[
        AnomalyAlert(name="now", frequency="immediate", above_usd=Decimal(300), above_percent=Decimal(40)),
        AnomalyAlert(name="digest", frequency="daily", above_usd=Decimal(50), emails=["finops@example.com"]),
    ],
    topic_emails=["recommendations-oncall@example.com"],
)
items = [training, service, everything, training_only, unusual]
app = App(stacks=[Stack(name="recommender", region="us-east-1", tags=tags, items=items)])
