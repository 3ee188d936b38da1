"""BUD003: the dollar sign that Terraform takes for itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from aicost_iac.expr import Expr
from aicost_iac.rules.findings import Path, Told
from aicost_iac.rules.reading.tagged import TAG_FILTER, cost_filters
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_FIX = 'user:key${"$"}${var.value}, or format("user:key$%s", var.value)'


@rule(
    "BUD003",
    "separator-is-interpolated",
    severity="error",
    group="money",
    reads=("aws_budgets_budget",),
    source="https://github.com/hashicorp/terraform-provider-aws/issues/29888",
)
def separator_is_interpolated(subject: Subject, world: World) -> Iterator[Told]:
    """A tag filter whose `$` separator meets Terraform's `${`.

    What happens: `"user:key$${var.x}"` is the escape for a literal: the budget asks for the value `{var.x}`, brace and
    all. `"user:key${var.x}"` evaluates, and no separator is left; that is told, since the value might bring its own.

    Why it costs: the filter matches nothing, and the budget stands at 0 $.

    Bad:

    ```json
    {"resource": {"aws_budgets_budget": {"training": {
      "budget_type": "COST", "time_unit": "MONTHLY", "limit_amount": "5000", "limit_unit": "USD",
      "cost_filter": [{"name": "TagKeyValue", "values": ["user:workload-type$${var.workload_type}"]}]
    }}}}
    ```

    Good:

    ```json
    {"resource": {"aws_budgets_budget": {"training": {
      "budget_type": "COST", "time_unit": "MONTHLY", "limit_amount": "5000", "limit_unit": "USD",
      "cost_filter": [{"name": "TagKeyValue", "values": ["user:workload-type${\\"$\\"}${var.workload_type}"]}],
      "notification": [{"comparison_operator": "GREATER_THAN", "notification_type": "ACTUAL", "threshold": 80,
                        "threshold_type": "PERCENTAGE", "subscriber_email_addresses": ["ml-platform@example.com"]}]
    }}}}
    ```
    """
    for _, name, block, key in cost_filters(subject):
        if name == TAG_FILTER:
            for path, value in _values(block, key):
                yield from _judged(path, value)


def _values(block: Block, key: str) -> Iterator[tuple[Path, Any]]:
    written = block.get(key)
    if isinstance(written, list):
        yield from ((block.at(key, index), value) for index, value in enumerate(written))
    else:
        yield block.at(key), written


def _judged(path: Path, value: Any) -> Iterator[Told]:
    if isinstance(value, str) and "${" in value:
        yield Told(path, f"$${{ is an escape: the filter is the literal text {value!r}, which no tag has", _FIX)
    elif isinstance(value, Expr) and _no_separator(value):
        message = "${...} follows the tag key at once: no $ is left to separate key and value"
        yield Told(path, message, _FIX, severity="warning")


def _no_separator(value: Expr) -> bool:
    """`user:` and a key, then an expression, and no `$` in any part that can be read."""
    first = value.parts[0]
    begins = isinstance(first, str) and first.startswith("user:") and len(first) > len("user:")
    return begins and not any("$" in (part if isinstance(part, str) else str(part)[1:]) for part in value.parts)
