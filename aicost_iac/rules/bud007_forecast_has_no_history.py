"""BUD007: a prophet in its first week."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World


@rule(
    "BUD007",
    "forecast-has-no-history",
    severity="warning",
    group="money",
    reads=("aws_budgets_budget",),
    source="https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-best-practices.html",
)
def forecast_has_no_history(subject: Subject, world: World) -> Iterator[Told]:
    """A budget whose only notifications are of forecasts.

    What happens: a forecast needs about five weeks of usage. Until then, and whenever a tag or an account is new, such
    a notification says nothing. One on actual spend speaks from the first day.

    Why it costs: the first weeks of a project, which are the ones that surprise.

    Bad:

    ```json
    {"resource": {"aws_budgets_budget": {"training": {
      "name": "training", "budget_type": "COST", "time_unit": "MONTHLY", "limit_amount": "5000", "limit_unit": "USD",
      "notification": [{"comparison_operator": "GREATER_THAN", "notification_type": "FORECASTED", "threshold": 100,
                        "threshold_type": "PERCENTAGE", "subscriber_email_addresses": ["ml-platform@example.com"]}]
    }}}}
    ```

    Good:

    ```json
    {"resource": {"aws_budgets_budget": {"training": {
      "name": "training", "budget_type": "COST", "time_unit": "MONTHLY", "limit_amount": "5000", "limit_unit": "USD",
      "notification": [{"comparison_operator": "GREATER_THAN", "notification_type": "FORECASTED", "threshold": 100,
                        "threshold_type": "PERCENTAGE", "subscriber_email_addresses": ["ml-platform@example.com"]},
                       {"comparison_operator": "GREATER_THAN", "notification_type": "ACTUAL", "threshold": 80,
                        "threshold_type": "PERCENTAGE", "subscriber_email_addresses": ["ml-platform@example.com"]}]
    }}}}
    ```
    """
    body = Block(subject.body)
    kinds = [each.text("notification_type") for each in body.blocks("notification")]
    if kinds and set(kinds) == {"FORECASTED"} and "notification" not in body.made:
        message = "every notification is of a forecast, which needs about five weeks of usage"
        yield Told(body.at("notification"), message, 'one of notification_type = "ACTUAL" besides')
