"""BUD005: rungs closer together than a budget can see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import pairwise

from aicost_iac.catalog import HOURS_PER_MONTH
from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.fleets import FLEETS, fleet, monthly, templates_of
from aicost_iac.rules.reading.prices import shown
from aicost_iac.rules.reading.tagged import carried, cost_filters, tag_filters
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World
from aicost_iac.terraform.budgets import BURN, REFRESH_HOURS


@rule(
    "BUD005",
    "mail-comes-late",
    severity="warning",
    group="money",
    reads=("aws_budgets_budget",),
    source="https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-managing-costs.html",
)
def mail_comes_late(subject: Subject, world: World) -> Iterator[Told]:
    """Between two looks of a budget at its bill, a whole rung of it can be passed.

    What happens: AWS computes a budget up to three times a day, 8 to 12 hours apart. What its fleets can spend in 12
    hours is more than the distance from one rung to the next (from the last one to the limit): when the mail of the
    lower comes, the higher may be behind. What can be spent is what a budget's blueprint noted beside it; otherwise the
    spot fleets of the set that carry its tags, at the list price of their cheapest type.

    Why it costs: whoever relies on the last mail to stop in time, stops too late.

    Bad:

    ```json
    {"resource": {
      "aws_launch_template": {"train": {"tag_specifications": [
        {"resource_type": "instance", "tags": {"workload-type": "training"}},
        {"resource_type": "volume", "tags": {"workload-type": "training"}}]
      }},
      "aws_autoscaling_group": {"train": {
        "min_size": 0, "max_size": 4, "desired_capacity": 4,
        "mixed_instances_policy": [{
          "instances_distribution": [{"on_demand_percentage_above_base_capacity": 0,
                                      "spot_allocation_strategy": "price-capacity-optimized"}],
          "launch_template": [{
            "launch_template_specification": [{"launch_template_id": "${aws_launch_template.train.id}"}],
            "override": [{"instance_type": "p5.48xlarge"}, {"instance_type": "p5e.48xlarge"}]
          }]
        }]
      }},
      "aws_budgets_budget": {"training": {
        "budget_type": "COST", "time_unit": "MONTHLY", "limit_amount": "50000", "limit_unit": "USD",
        "cost_filter": [{"name": "TagKeyValue", "values": ["user:workload-type$training"]}],
        "notification": [{"comparison_operator": "GREATER_THAN", "notification_type": "ACTUAL", "threshold": 98,
                          "threshold_type": "PERCENTAGE", "subscriber_email_addresses": ["ml-platform@example.com"]}]
      }}
    }}
    ```

    Good:

    ```json
    {"resource": {
      "aws_launch_template": {"train": {"tag_specifications": [
        {"resource_type": "instance", "tags": {"workload-type": "training"}},
        {"resource_type": "volume", "tags": {"workload-type": "training"}}]
      }},
      "aws_autoscaling_group": {"train": {
        "min_size": 0, "max_size": 4, "desired_capacity": 4,
        "mixed_instances_policy": [{
          "instances_distribution": [{"on_demand_percentage_above_base_capacity": 0,
                                      "spot_allocation_strategy": "price-capacity-optimized"}],
          "launch_template": [{
            "launch_template_specification": [{"launch_template_id": "${aws_launch_template.train.id}"}],
            "override": [{"instance_type": "p5.48xlarge"}, {"instance_type": "p5e.48xlarge"}]
          }]
        }]
      }},
      "aws_budgets_budget": {"training": {
        "budget_type": "COST", "time_unit": "MONTHLY", "limit_amount": "50000", "limit_unit": "USD",
        "cost_filter": [{"name": "TagKeyValue", "values": ["user:workload-type$training"]}],
        "notification": [{"comparison_operator": "GREATER_THAN", "notification_type": "ACTUAL", "threshold": 80,
                          "threshold_type": "PERCENTAGE", "subscriber_email_addresses": ["ml-platform@example.com"]}]
      }}
    }}
    ```
    """
    burn = _burn(subject, world)
    if not burn:
        return
    heights = _heights(Block(subject.body))
    late = [(lower, higher) for lower, higher in pairwise(heights) if burn > higher - lower]
    if late:
        lower, higher = late[0]
        yield Told(
            ("notification",),
            f"{shown(burn)} can be spent in the {REFRESH_HOURS} hours between two looks at the bill: when the mail at "
            f"{shown(lower)} comes, {shown(higher)} may be passed",
            f"a last rung below {shown(max(heights[-1] - burn, Decimal(0)))}, and what acts in minutes: alarms on "
            "running vCPUs and idleness, quotas, deadlines",
        )


def _burn(subject: Subject, world: World) -> Decimal | None:
    noted = [each for each in subject.node.assume if each.name == BURN]
    if noted:
        return Decimal(noted[0].value)
    wanted = list(tag_filters(subject))
    if not wanted and any(cost_filters(subject)):
        return None
    months, carriers = world.once(_months), world.once(_carriers)
    counted = {each for tag in wanted for each in carriers.get((tag.key, tag.value), ())}
    month = sum((months[each] for each in counted), Decimal(0)) if wanted else world.once(_all_of_it)
    return month / HOURS_PER_MONTH * REFRESH_HOURS


def _months(world: World) -> Mapping[int, Decimal]:
    """What each fleet costs in a month, by its identity."""
    running = ((id(each), found) for each in world.of(*FLEETS) if (found := fleet(each)))
    return {each: cost.usd_month for each, found in running if (cost := monthly(found, world.facts))}


def _all_of_it(world: World) -> Decimal:
    return sum(world.once(_months).values(), Decimal(0))


def _carriers(world: World) -> Mapping[tuple[str, str | None], set[int]]:
    """The fleets whose instances carry a tag, by its key and value."""
    found: dict[tuple[str, str | None], set[int]] = {}
    for each in world.of(*FLEETS):
        if id(each) in world.once(_months):
            tags = carried(World((each, *templates_of(each, world)))).values
            for key, values in tags.items():
                for value in values:
                    found.setdefault((key, value), set()).add(id(each))
    return found


def _heights(body: Block) -> list[Decimal]:
    """USD of the rungs of actual spend, and of the limit, rising."""
    planned = [each.number("amount") for each in body.blocks("planned_limit")]
    limit = min((each for each in planned if each is not None), default=body.number("limit_amount"))
    found = {Decimal(str(limit))} if limit is not None else set()
    for each in body.blocks("notification"):
        value = each.number("threshold")
        if each.text("notification_type") == "ACTUAL" and value is not None:
            if each.text("threshold_type") == "ABSOLUTE_VALUE":
                found.add(Decimal(str(value)))
            elif limit is not None:
                found.add(Decimal(str(limit)) * Decimal(str(value)) / 100)
    return sorted(found)
