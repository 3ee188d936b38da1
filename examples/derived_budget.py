"""A budget whose limit is computed: what its scope may cost at its worst, all month long, and a margin.

Add a node to the sweep, and the same diff shows what the budget becomes. The guards beside it look every minute.
"""

from aicost_iac import App, BudgetGuards, BudgetLadder, BudgetScope, CostTags, Rung, SpotTrainingFleet, Stack, WorstCase

sweep = SpotTrainingFleet(
    name="ranker-sweep",
    instances=8,
    instance_types=["g6e.xlarge", "g6e.2xlarge", "g6e.4xlarge"],
    subnet_ids=["subnet-0a1b2c3d", "subnet-1a2b3c4d"],
    vpc_id="vpc-0a1b2c3d",
)
budget = BudgetLadder(
    name="ai-training",
    limit=WorstCase(margin_percent=10),
    scope=BudgetScope(tags={"cost_center": "ai-training"}),
    rungs=[
        Rung(percent=50, emails=["ml-platform@example.com"]),
        Rung(percent=90, emails=["ml-platform@example.com", "finops@example.com"]),
        Rung(percent=100, of="forecast", emails=["ml-platform@example.com", "finops@example.com"]),
    ],
    guards=BudgetGuards(),
)
tags = CostTags(workload_type="training", cost_center="ai-training", team="ml-platform")
app = App(stacks=[Stack(name="sweeps", region="us-east-1", tags=tags, items=[sweep, budget])])
