"""TAG001: a budget over a tag that nothing has."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.plan import KubeObject
from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.tagged import TagFilter, carried, tag_filters
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World, missing


@rule(
    "TAG001",
    "budget-tag-nobody-carries",
    severity="error",
    group="money",
    reads=("aws_budgets_budget",),
    source="https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/cost-alloc-tags.html",
)
def budget_tag_nobody_carries(subject: Subject, world: World) -> Iterator[Told]:
    """A budget filters by a tag that no resource of the set carries.

    What happens: the filter matches nothing, so the budget stands at 0 $ for ever and never sends a mail. Keys and
    values are compared as they are written, upper and lower case; Kubernetes labels are not AWS tags. Tags that
    provider `default_tags`, modules or other repositories set are to be declared external.

    Why it costs: the spend the budget was made for is watched by nobody.

    Bad:

    ```json
    {"resource": {
      "aws_s3_bucket": {"data": {"bucket": "example-training-data", "tags": {"Team": "ranking"}}},
      "aws_budgets_budget": {"training": {
        "budget_type": "COST", "time_unit": "MONTHLY", "limit_amount": "5000", "limit_unit": "USD",
        "cost_filter": [{"name": "TagKeyValue", "values": ["user:workload-type$training"]}]
      }}
    }}
    ```

    Good:

    ```json
    {"resource": {
      "aws_s3_bucket": {"data": {"bucket": "example-training-data", "tags": {"workload-type": "training"}}},
      "aws_budgets_budget": {"training": {
        "budget_type": "COST", "time_unit": "MONTHLY", "limit_amount": "5000", "limit_unit": "USD",
        "cost_filter": [{"name": "TagKeyValue", "values": ["user:workload-type$training"]}],
        "notification": [{"comparison_operator": "GREATER_THAN", "notification_type": "ACTUAL", "threshold": 80,
                          "threshold_type": "PERCENTAGE", "subscriber_email_addresses": ["ml-platform@example.com"]}]
      }}
    }}
    ```
    """
    tags, external = world.once(carried), world.facts.external_tags
    for wanted in tag_filters(subject):
        declared = {wanted.key, f"{wanted.key}={wanted.value}"} & external
        if not declared and not tags.may_hold(wanted.key, wanted.value):
            there = _instead(wanted, world)
            message = f"no resource carries the tag {wanted.key}={wanted.value}{there}: the budget stays at 0 $"
            fix = "tag the resources, filter by a tag they have, or declare the tag in external_tags"
            yield missing(world, wanted.path, message, fix, owner=bool(tags.values), part=wanted.key)


def _instead(wanted: TagFilter, world: World) -> str:
    """What is there instead, for whoever has to mend it."""
    tags = world.once(carried).values
    if wanted.key in tags:
        return f" (its values are {', '.join(sorted(filter(None, tags[wanted.key])))})"
    alike = [key for key in tags if _plain(key) == _plain(wanted.key)]
    if alike:
        return f" (there is {', '.join(map(repr, sorted(alike)))}: keys are compared as they are written)"
    return " (Kubernetes labels have that key, and they are no AWS tags)" if wanted.key in world.once(_labels) else ""


def _plain(key: str) -> str:
    return key.replace("-", "").replace("_", "").casefold()


def _labels(world: World) -> frozenset[str]:
    nodes = (subject.node for subject in world.subjects)
    return frozenset(key for node in nodes if isinstance(node, KubeObject) for key in node.labels)
