"""Cost tags of an organization, once: what they are called, what they may say, and who refuses what does not."""

from aicost_iac import (
    App,
    CostTags,
    GpuPodLabels,
    LaunchGuard,
    OrganizationTags,
    RequiredTagsRule,
    SplitCategory,
    Stack,
    TagPolicy,
)

taxonomy = TagPolicy(
    name="ai-cost",
    required={
        "workload_type": ["training", "inference", "shared"],
        "cost_center": ["search", "shop", "platform"],
        "team": ["relevance", "recommendations", "ml-platform"],
        "environment": ["production", "research"],
    },
    optional={"model_name": [], "sla_tier": []},
    activate=True,
    organization=OrganizationTags(targets=["r-a1b2"], enforce=["ec2:instance", "ec2:volume"]),
    config_rule=RequiredTagsRule(),
    resource_groups="workload_type",
    cost_category=SplitCategory(by="cost_center", shared="platform", split={"search": 60, "shop": 40}),
    launch_guard=LaunchGuard(targets=["ou-a1b2-ai0workl"]),
    gpu_pods=GpuPodLabels(),
)
tags = CostTags(workload_type="shared", cost_center="platform", team="ml-platform", environment="production")
app = App(stacks=[Stack(name="governance", region="us-east-1", tags=tags, items=[taxonomy])])
