"""BUD009: one mail a month."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_LONG = ("MONTHLY", "QUARTERLY", "ANNUALLY")


@rule(
    "BUD009",
    "budget-speaks-once",
    severity="warning",
    group="money",
    reads=("aws_budgets_budget",),
    source="https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-best-practices.html",
    folded=True,
)
def budget_speaks_once(subject: Subject, world: World) -> Iterator[Told]:
    """A budget by the month with one threshold of actual spend.

    What happens: a notification is sent once a period, when the threshold is passed first. Whoever misses that mail
    hears nothing more until the next month, whatever is spent meanwhile.

    Why it costs: the rest of the month at the new pace.

    Bad:

    ```json
    {"resource": {"aws_budgets_budget": {"training": {
      "name": "training", "budget_type": "COST", "time_unit": "MONTHLY", "limit_amount": "5000", "limit_unit": "USD",
      "notification": [{"comparison_operator": "GREATER_THAN", "notification_type": "ACTUAL", "threshold": 80,
                        "threshold_type": "PERCENTAGE", "subscriber_email_addresses": ["ml-platform@example.com"]}]
    }}}}
    ```

    Good:

    ```json
    {"resource": {"aws_budgets_budget": {"training": {
      "name": "training", "budget_type": "COST", "time_unit": "MONTHLY", "limit_amount": "5000", "limit_unit": "USD",
      "notification": [{"comparison_operator": "GREATER_THAN", "notification_type": "ACTUAL", "threshold": 50,
                        "threshold_type": "PERCENTAGE", "subscriber_email_addresses": ["ml-platform@example.com"]},
                       {"comparison_operator": "GREATER_THAN", "notification_type": "ACTUAL", "threshold": 80,
                        "threshold_type": "PERCENTAGE", "subscriber_email_addresses": ["ml-platform@example.com"]}]
    }}}}
    ```
    """
    body = Block(subject.body)
    actual = [each for each in body.blocks("notification") if each.text("notification_type") != "FORECASTED"]
    if len(actual) == 1 and body.text("time_unit") in _LONG and "notification" not in body.made:
        message = "one threshold of actual spend: it is told once a period, and then there is silence"
        yield Told(actual[0].path, message, "a ladder, such as 50, 80 and 100 %")
