"""BUD008: what the plan does not know."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World
from aicost_iac.terraform.budgets import MAX_EMAILS, MAX_NAME, MAX_NOTIFICATIONS

_AMOUNT = re.compile(r"([0-9]*\.)?[0-9]+")
_FORBIDDEN = frozenset(":\\")
_VALUES = {
    "comparison_operator": ("GREATER_THAN", "LESS_THAN", "EQUAL_TO"),
    "notification_type": ("ACTUAL", "FORECASTED"),
    "threshold_type": ("PERCENTAGE", "ABSOLUTE_VALUE"),
}


@rule(
    "BUD008",
    "beyond-what-budgets-take",
    severity="error",
    group="broken",
    reads=("aws_budgets_budget",),
    source="https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_CreateBudget.html",
)
def beyond_what_budgets_take(subject: Subject, world: World) -> Iterator[Told]:
    """A budget that AWS refuses when it is applied.

    What happens: the provider's plan takes any text. AWS takes ten notifications of a budget, ten e-mail addresses and
    one topic for each of them, an amount of digits with a point (`50000`, not `50,000`), a name of at most 100
    characters without `:` and `\\`, and `PERCENTAGE` or `ABSOLUTE_VALUE` as type of a threshold.

    Why it costs: the budget is the resource that failed, in an apply that created everything it was to watch.

    Bad:

    ```json
    {"resource": {"aws_budgets_budget": {"training": {
      "name": "training", "budget_type": "COST", "time_unit": "MONTHLY", "limit_amount": "50,000", "limit_unit": "USD",
      "notification": [{"comparison_operator": "GREATER_THAN", "notification_type": "ACTUAL", "threshold": 80,
                        "threshold_type": "PERCENTAGE", "subscriber_email_addresses": ["ml-platform@example.com"]}]
    }}}}
    ```

    Good:

    ```json
    {"resource": {"aws_budgets_budget": {"training": {
      "name": "training", "budget_type": "COST", "time_unit": "MONTHLY", "limit_amount": "50000", "limit_unit": "USD",
      "notification": [{"comparison_operator": "GREATER_THAN", "notification_type": "ACTUAL", "threshold": 80,
                        "threshold_type": "PERCENTAGE", "subscriber_email_addresses": ["ml-platform@example.com"]}]
    }}}}
    ```
    """
    body = Block(subject.body)
    amount, name = body.text("limit_amount"), body.text("name")
    if amount is not None and not _AMOUNT.fullmatch(amount):
        yield Told(
            body.at("limit_amount"), f"limit_amount {amount!r} is no number to AWS", "digits and a point", part="limit"
        )
    if name is not None and (len(name) > MAX_NAME or _FORBIDDEN & set(name)):
        message = f"the name {name!r} has more than {MAX_NAME} characters, or ':' or '\\\\'"
        yield Told(body.at("name"), message, "a shorter, plainer name", part="name")
    notifications = body.blocks("notification")
    if len(notifications) > MAX_NOTIFICATIONS:
        message = f"{len(notifications)} notifications; {MAX_NOTIFICATIONS} are the most"
        yield Told(body.at("notification"), message, "fewer, or a second budget", part="notifications")
    for each in notifications:
        yield from _notification(each)


def _notification(block: Block) -> Iterator[Told]:
    for key, known in _VALUES.items():
        value = block.text(key)
        if value is not None and value not in known:
            yield Told(block.at(key), f"{key} {value!r} does not exist", " or ".join(known), part=key)
    for key, most in (("subscriber_email_addresses", MAX_EMAILS), ("subscriber_sns_topic_arns", 1)):
        listed = block.get(key)
        if isinstance(listed, list) and len(listed) > most:
            message = f"{len(listed)} of {key}; {most} {'is' if most == 1 else 'are'} the most"
            yield Told(block.at(key), message, "a topic that passes it on", part=key)
