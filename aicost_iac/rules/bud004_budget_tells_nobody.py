"""BUD004: a budget nobody hears."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_SUBSCRIBERS = ("subscriber_email_addresses", "subscriber_sns_topic_arns")


@rule(
    "BUD004",
    "budget-tells-nobody",
    severity="warning",
    group="money",
    reads=("aws_budgets_budget",),
    source="https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-best-practices.html",
)
def budget_tells_nobody(subject: Subject, world: World) -> Iterator[Told]:
    """A budget without a notification, or a notification without a reader.

    What happens: a budget is a number in the console until it has a notification with a subscriber, or an action. A
    notification without subscribers is refused at apply.

    Why it costs: the limit is passed and nobody knows.

    Bad:

    ```json
    {"resource": {"aws_budgets_budget": {"training": {
      "budget_type": "COST", "time_unit": "MONTHLY", "limit_amount": "5000", "limit_unit": "USD"
    }}}}
    ```

    Good:

    ```json
    {"resource": {"aws_budgets_budget": {"training": {
      "budget_type": "COST", "time_unit": "MONTHLY", "limit_amount": "5000", "limit_unit": "USD",
      "notification": [{"comparison_operator": "GREATER_THAN", "notification_type": "ACTUAL", "threshold": 50,
                        "threshold_type": "PERCENTAGE", "subscriber_email_addresses": ["ml-platform@example.com"]}]
    }}}}
    ```
    """
    body = Block(subject.body)
    notifications = body.blocks("notification")
    if body.absent("notification") and not _acts(world):
        yield Told((), "the budget has no notification and no action: nobody learns that it is exceeded", "add one")
    for each in notifications:
        if all(each.absent(key) for key in _SUBSCRIBERS):
            yield Told(each.path, "the notification has no subscriber", f"add {' or '.join(_SUBSCRIBERS)}")


def _acts(world: World) -> bool:
    """Whether there are actions: which budget they are for is often an expression."""
    return "aws_budgets_budget_action" in world.by_kind
