"""BUD011: free until it is not."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_KEYS = ("include_credit", "include_refund")


@rule(
    "BUD011",
    "credits-hide-the-spend",
    severity="warning",
    group="money",
    reads=("aws_budgets_budget",),
    source="https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_CostTypes.html",
    folded=True,
)
def credits_hide_the_spend(subject: Subject, world: World) -> Iterator[Told]:
    """A cost budget that counts credits and refunds.

    What happens: `include_credit` and `include_refund` are true where nothing is written: what credits pay for is not
    in the budget. It rises on the day they end, at the pace that was reached by then.

    Why it costs: a month or two of spend that nobody saw coming.

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
      "cost_types": [{"include_credit": false, "include_refund": false}],
      "notification": [{"comparison_operator": "GREATER_THAN", "notification_type": "ACTUAL", "threshold": 80,
                        "threshold_type": "PERCENTAGE", "subscriber_email_addresses": ["ml-platform@example.com"]}]
    }}}}
    ```
    """
    body = Block(subject.body)
    types = body.block("cost_types")
    counted = [key for key in _KEYS if types.absent(key) or types.flag(key) is True]
    if (
        body.text("budget_type") == "COST"
        and counted
        and not (body.unsure("cost_types") and not body.blocks("cost_types"))
    ):
        message = (
            f"{' and '.join(counted)} {'are' if len(counted) > 1 else 'is'} true: the budget shows what is left to pay"
        )
        yield Told(types.path if types.body else (), message, "cost_types with both false")
