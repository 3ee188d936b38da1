"""BUD001: a tag that billing does not look at yet."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.tagged import tag_filters
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_ACTIVATION = "aws_ce_cost_allocation_tag"


@rule(
    "BUD001",
    "tag-not-activated",
    severity="warning",
    group="money",
    reads=("aws_budgets_budget",),
    source="https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/activating-tags.html",
    folded=True,
)
def tag_not_activated(subject: Subject, world: World) -> Iterator[Told]:
    """A budget filters by a tag whose activation for cost allocation is nowhere to be seen.

    What happens: billing knows a tag only once it is activated in the management account: up to 24 hours until the
    key can be chosen, up to 24 more until it counts, and nothing from before. Until then the budget stands at 0 $.
    Activation often lives in another repository, so this is told and not refused; an external tag counts as active.

    Why it costs: a budget that is silent in the first days of a project is silent when it matters most.

    Bad:

    ```json
    {"resource": {"aws_budgets_budget": {"training": {
      "budget_type": "COST", "time_unit": "MONTHLY", "limit_amount": "5000", "limit_unit": "USD",
      "cost_filter": [{"name": "TagKeyValue", "values": ["user:workload-type$training"]}]
    }}}}
    ```

    Good:

    ```json
    {"resource": {
      "aws_ce_cost_allocation_tag": {"workload_type": {"tag_key": "workload-type", "status": "Active"}},
      "aws_budgets_budget": {"training": {
        "budget_type": "COST", "time_unit": "MONTHLY", "limit_amount": "5000", "limit_unit": "USD",
        "cost_filter": [{"name": "TagKeyValue", "values": ["user:workload-type$training"]}],
        "notification": [{"comparison_operator": "GREATER_THAN", "notification_type": "ACTUAL", "threshold": 80,
                          "threshold_type": "PERCENTAGE", "subscriber_email_addresses": ["ml-platform@example.com"]}]
      }}
    }}
    ```
    """
    active = world.once(_active)
    for wanted in tag_filters(subject):
        external = {wanted.key, f"{wanted.key}={wanted.value}"} & world.facts.external_tags
        if active is not None and wanted.key not in active and not external:
            yield Told(
                wanted.path,
                f"tag {wanted.key!r} is not activated for cost allocation here: until it is, the budget stays at 0 $",
                f'{_ACTIVATION} with tag_key = "{wanted.key}", status = "Active"; or declare the tag in external_tags',
                part=wanted.key,
            )


def _active(world: World) -> frozenset[str] | None:
    """The keys that are activated, None where an activation is for a key nobody knows yet."""
    activations = [Block(each.body) for each in world.of(_ACTIVATION)]
    keys = [each.text("tag_key") for each in activations if each.text("status") != "Inactive"]
    return frozenset(key for key in keys if key) if None not in keys else None
