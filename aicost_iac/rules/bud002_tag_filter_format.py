"""BUD002: a filter that AWS accepts or refuses, and Terraform never checks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aicost_iac.errors import did_you_mean
from aicost_iac.rules.findings import Path, Told
from aicost_iac.rules.reading.tagged import TAG_FILTER, cost_filters
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

# https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-create-filters.html, in the API's spelling.
_NAMES = frozenset({
    "AZ", "BillingEntity", "CostCategory", "InstanceType", "InvoicingEntity", "LegalEntityName", "LinkedAccount",
    "Operation", "PurchaseType", "Region", "Service", "TagKeyValue", "UsageType", "UsageTypeGroup",
})  # fmt: skip
# Budgets for reservations and Savings Plans take other names.
_SPENDING = ("COST", "USAGE")
_TAG = re.compile(r"(user|aws):[^$]+\$.+")


@rule(
    "BUD002",
    "tag-filter-format",
    severity="error",
    group="money",
    reads=("aws_budgets_budget",),
    source="https://github.com/hashicorp/terraform-provider-aws/issues/39850",
)
def tag_filter_format(subject: Subject, world: World) -> Iterator[Told]:
    """A budget's filter is not in the form AWS compares with.

    What happens: a tag filter is `user:<key>$<value>`. Without `user:` the console shows it as if it were right, and
    the budget stands at 0 $. A misspelt filter name is refused at apply. Terraform's plan accepts both.

    Why it costs: a budget that can not rise can not warn.

    Bad:

    ```json
    {"resource": {"aws_budgets_budget": {"training": {
      "budget_type": "COST", "time_unit": "MONTHLY", "limit_amount": "5000", "limit_unit": "USD",
      "cost_filter": [{"name": "TagKeyValue", "values": ["workload-type$training"]}]
    }}}}
    ```

    Good:

    ```json
    {"resource": {"aws_budgets_budget": {"training": {
      "budget_type": "COST", "time_unit": "MONTHLY", "limit_amount": "5000", "limit_unit": "USD",
      "cost_filter": [{"name": "TagKeyValue", "values": ["user:workload-type$training"]}],
      "notification": [{"comparison_operator": "GREATER_THAN", "notification_type": "ACTUAL", "threshold": 80,
                        "threshold_type": "PERCENTAGE", "subscriber_email_addresses": ["ml-platform@example.com"]}]
    }}}}
    ```
    """
    spending = Block(subject.body).text("budget_type") in _SPENDING
    for path, name, block, key in cost_filters(subject):
        if name not in _NAMES and spending:
            yield _misnamed(path, name)
        if name == TAG_FILTER:
            for place, text in block.texts(key):
                if not _TAG.fullmatch(text):
                    yield Told(place, f"{text!r} matches no tag: {_wrong(text)}", f'"{_right(text)}"', part="value")


def _misnamed(path: Path, name: str) -> Told:
    """A name near a known one is a misspelling; another may be one that AWS has added since."""
    near = did_you_mean(name, _NAMES)
    message = f"{name!r} is no filter that cost budgets are known to take"
    fix = near or f"one of {', '.join(sorted(_NAMES))}"
    return Told(path, message, fix, part="name", severity=None if near else "warning")


def _wrong(text: str) -> str:
    if not text.startswith(("user:", "aws:")):
        return "the key needs the prefix 'user:'"
    return "key and value are separated by '$'"


def _right(text: str) -> str:
    """The text in the right form, as far as it says what was meant."""
    plain = text.removeprefix("user:").removeprefix("user;")
    key, value = re.split(r"[$=:]", plain, maxsplit=1) if re.search(r"[$=:]", plain) else (plain, "value")
    return f"user:{key}${value}"
