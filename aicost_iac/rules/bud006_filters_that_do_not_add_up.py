"""BUD006: two sieves on one pan."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.tagged import TAG_FILTER, cost_filters
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World


@rule(
    "BUD006",
    "filters-that-do-not-add-up",
    severity="warning",
    group="money",
    reads=("aws_budgets_budget",),
    source="https://github.com/hashicorp/terraform-provider-aws/issues/46501",
)
def filters_that_do_not_add_up(subject: Subject, world: World) -> Iterator[Told]:
    """A budget filters by a tag and by something else.

    What happens: `cost_filter` (CostFilters in the API) is deprecated in favour of a filter expression, and there are
    several reports of wrong or zero results where a tag is combined with a service or another dimension. Providers
    before 6 have nothing else. One filter works; several are to be looked at after the apply, when the actual spend has
    to be above 0 $.

    Why it costs: a budget that shows less than is spent, or nothing.

    Bad:

    ```json
    {"resource": {"aws_budgets_budget": {"training": {
      "name": "training", "budget_type": "COST", "time_unit": "MONTHLY", "limit_amount": "5000", "limit_unit": "USD",
      "cost_filter": [{"name": "TagKeyValue", "values": ["user:team$ranking"]},
                      {"name": "Service", "values": ["Amazon SageMaker"]}],
      "notification": [{"comparison_operator": "GREATER_THAN", "notification_type": "ACTUAL", "threshold": 80,
                        "threshold_type": "PERCENTAGE", "subscriber_email_addresses": ["ml-platform@example.com"]}]
    }}}}
    ```

    Good:

    ```json
    {"resource": {"aws_budgets_budget": {"training": {
      "name": "training", "budget_type": "COST", "time_unit": "MONTHLY", "limit_amount": "5000", "limit_unit": "USD",
      "cost_filter": [{"name": "TagKeyValue", "values": ["user:team$ranking"]}],
      "notification": [{"comparison_operator": "GREATER_THAN", "notification_type": "ACTUAL", "threshold": 80,
                        "threshold_type": "PERCENTAGE", "subscriber_email_addresses": ["ml-platform@example.com"]}]
    }}}}
    ```
    """
    names = {name: path for path, name, _, _ in cost_filters(subject)}
    others = sorted(names.keys() - {TAG_FILTER})
    if TAG_FILTER in names and others:
        yield Told(
            names[TAG_FILTER],
            f"a tag and {', '.join(others)} in one budget: such filters are reported to yield too little, or nothing",
            "one of them; or compare the budget's actual spend with Cost Explorer after the apply",
        )
