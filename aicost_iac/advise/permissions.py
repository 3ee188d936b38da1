"""What a role needs for `aicost advise`, and nothing else: it can read, and can not buy."""

from __future__ import annotations

import json

# None of these actions takes a resource.
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscostexplorerservice.html
COMMITMENTS = (
    "ce:GetCostAndUsage",
    "ce:GetDimensionValues",
    "ce:GetReservationCoverage",
    "ce:GetReservationUtilization",
    "ce:GetSavingsPlansCoverage",
    "ce:GetSavingsPlansPurchaseRecommendation",
    "ce:GetSavingsPlansUtilization",
    "ce:ListSavingsPlansPurchaseRecommendationGeneration",
    "ce:StartSavingsPlansPurchaseRecommendationGeneration",
    "savingsplans:DescribeSavingsPlans",
)
USAGE = ("ce:GetCostAndUsage", "ce:GetDimensionValues", "cloudwatch:GetMetricData", "cloudwatch:ListMetrics")


def policy() -> str:
    """The IAM policy document."""
    statements = [
        {"Sid": name, "Effect": "Allow", "Action": list(actions), "Resource": "*"}
        for name, actions in (("Commitments", COMMITMENTS), ("Usage", USAGE))
    ]
    return json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=2) + "\n"
