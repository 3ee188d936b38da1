"""SPOT003: tags that stop at the instance."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Cost, Told
from aicost_iac.rules.reading import volumes
from aicost_iac.rules.reading.fleets import SPOT_FLEET
from aicost_iac.rules.reading.tagged import budget_keys
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_TEMPLATE = "aws_launch_template"


@rule(
    "SPOT003",
    "volumes-are-not-tagged",
    severity="error",
    group="money",
    reads=(SPOT_FLEET, _TEMPLATE),
    source="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_LaunchTemplateTagSpecificationRequest.html",
)
def volumes_are_not_tagged(subject: Subject, world: World) -> Iterator[Told]:
    """Instances get cost tags, and the volumes they start with do not.

    What happens: tags of a Spot Fleet's `launch_specification` reach instances only, and a launch template tags the
    kinds it has `tag_specifications` for. The provider's `default_tags` reach neither. Volumes stay untagged. It is an
    error where a budget of the same set filters by such a tag, and told otherwise.

    Why it costs: storage falls out of every report and budget by tag, so the limit is reached later than it is spent.

    Bad:

    ```json
    {"resource": {
      "aws_launch_template": {"train": {
        "name": "train",
        "tag_specifications": [{"resource_type": "instance", "tags": {"workload-type": "training"}}]
      }},
      "aws_budgets_budget": {"training": {
        "budget_type": "COST", "time_unit": "MONTHLY", "limit_amount": "5000", "limit_unit": "USD",
        "cost_filter": [{"name": "TagKeyValue", "values": ["user:workload-type$training"]}]
      }}
    }}
    ```

    Good:

    ```json
    {"resource": {"aws_launch_template": {"train": {
      "name": "train",
      "tag_specifications": [{"resource_type": "instance", "tags": {"workload-type": "training"}},
                             {"resource_type": "volume", "tags": {"workload-type": "training"}}]
    }}}}
    ```
    """
    body = Block(subject.body)
    if subject.kind == _TEMPLATE:
        yield from _template(body, world)
        return
    for specification in body.blocks("launch_specification"):
        tags = specification.block("tags")
        if tags.body:
            message = "launch_specification tags instances only: the volumes they start with can not be tagged"
            fix = "use launch_template_config, and tag_specifications for instance and volume in the template"
            yield _told(tags, message, fix, volumes.month(specification, world.facts), world)


def _template(body: Block, world: World) -> Iterator[Told]:
    """Tags that instances get and volumes do not."""
    kinds = [each.text("resource_type") for each in body.blocks("tag_specifications")]
    if body.unsure("tag_specifications") or None in kinds or "volume" in kinds or "instance" not in kinds:
        return
    written = body.blocks("tag_specifications")[kinds.index("instance")].block("tags")
    if written.body:
        message = "instances of this template are tagged and their volumes are not"
        fix = 'add tag_specifications with resource_type = "volume" and the same tags'
        yield _told(written, message, fix, volumes.month(body, world.facts), world)


def _told(tags: Block, message: str, fix: str, cost: Cost | None, world: World) -> Told:
    """A finding, with the price of one instance's volumes: how many instances there are is another's decision."""
    watched = sorted(tags.body.keys() & world.once(budget_keys))
    if not watched:
        return Told(tags.path, message, fix, cost=cost, severity="warning")
    return Told(tags.path, f"{message}, so they are outside of the budget by {', '.join(watched)}", fix, cost=cost)
