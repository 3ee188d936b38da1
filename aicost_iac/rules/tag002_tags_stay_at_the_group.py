"""TAG002: a label on the box, not on what is in it."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Path, Told
from aicost_iac.rules.reading.fleets import group_month, templates_of
from aicost_iac.rules.reading.tagged import budget_keys
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World


@rule(
    "TAG002",
    "tags-stay-at-the-group",
    severity="error",
    group="money",
    reads=("aws_autoscaling_group", "aws_eks_node_group"),
    source="https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html",
)
def tags_stay_at_the_group(subject: Subject, world: World) -> Iterator[Told]:
    """A group of instances has the tag a budget filters by, and its instances do not.

    What happens: tags of a managed node group stay at the node group, and a tag of an Auto Scaling group reaches
    instances only with `propagate_at_launch`. `default_tags` of the provider do neither. What is billed are the
    instances and their volumes; a launch template tags both.

    Why it costs: the GPUs, which are what the budget was made for, are not in it.

    Bad:

    ```json
    {"resource": {
      "aws_eks_node_group": {"gpu": {
        "cluster_name": "ml", "node_role_arn": "arn:aws:iam::123456789012:role/node", "subnet_ids": ["subnet-0a1b2c3d"],
        "instance_types": ["g6e.xlarge"], "tags": {"team": "ranking"},
        "taint": [{"key": "nvidia.com/gpu", "effect": "NO_SCHEDULE"}],
        "scaling_config": [{"desired_size": 1, "max_size": 4, "min_size": 1}]
      }},
      "aws_budgets_budget": {"ranking": {
        "budget_type": "COST", "time_unit": "MONTHLY", "limit_amount": "5000", "limit_unit": "USD",
        "cost_filter": [{"name": "TagKeyValue", "values": ["user:team$ranking"]}],
        "notification": [{"comparison_operator": "GREATER_THAN", "notification_type": "ACTUAL", "threshold": 80,
                          "threshold_type": "PERCENTAGE", "subscriber_email_addresses": ["ml-platform@example.com"]}]
      }}
    }}
    ```

    Good:

    ```json
    {"resource": {
      "aws_launch_template": {"gpu": {
        "tag_specifications": [{"resource_type": "instance", "tags": {"team": "ranking"}},
                               {"resource_type": "volume", "tags": {"team": "ranking"}}]
      }},
      "aws_eks_node_group": {"gpu": {
        "cluster_name": "ml", "node_role_arn": "arn:aws:iam::123456789012:role/node", "subnet_ids": ["subnet-0a1b2c3d"],
        "instance_types": ["g6e.xlarge"], "tags": {"team": "ranking"},
        "taint": [{"key": "nvidia.com/gpu", "effect": "NO_SCHEDULE"}],
        "launch_template": [{"id": "${aws_launch_template.gpu.id}", "version": "1"}],
        "scaling_config": [{"desired_size": 1, "max_size": 4, "min_size": 1}]
      }},
      "aws_budgets_budget": {"ranking": {
        "budget_type": "COST", "time_unit": "MONTHLY", "limit_amount": "5000", "limit_unit": "USD",
        "cost_filter": [{"name": "TagKeyValue", "values": ["user:team$ranking"]}],
        "notification": [{"comparison_operator": "GREATER_THAN", "notification_type": "ACTUAL", "threshold": 80,
                          "threshold_type": "PERCENTAGE", "subscriber_email_addresses": ["ml-platform@example.com"]}]
      }}
    }}
    ```
    """
    body = Block(subject.body)
    kept = _kept(subject, body)
    given = _given(subject, world)
    for key in sorted(kept.keys() & world.once(budget_keys)):
        if given is not None and key not in given:
            yield Told(
                kept[key],
                f"a budget filters by {key!r}, which this group has and its instances do not",
                f"tag_specifications for instance and volume with {key!r} in the group's launch template",
                cost=group_month(subject, world),
                part=key,
            )


def _kept(subject: Subject, body: Block) -> dict[str, Path]:
    """The tags that stay at the group, and where they are written."""
    if subject.kind == "aws_eks_node_group":
        return {key: body.block("tags").at(key) for key in body.block("tags").body}
    tags = [each for each in body.blocks("tag") if each.flag("propagate_at_launch") is False]
    return {each.text("key") or "": each.path for each in tags}


def _given(subject: Subject, world: World) -> frozenset[str] | None:
    """The tags that launch templates give to instances, None where one can not be read."""
    templates = templates_of(subject, world)
    body = Block(subject.body)
    named = any(not body.absent(key) for key in ("launch_template", "mixed_instances_policy", "launch_configuration"))
    blocks = [Block(each.body) for each in templates]
    if (named and not templates) or any(each.unsure("tag_specifications") for each in blocks):
        return None
    specifications = [each for block in blocks for each in block.blocks("tag_specifications")]
    if any(each.unsure("tags") for each in specifications if not each.blocks("tags")):
        return None
    return frozenset(
        key for each in specifications if each.text("resource_type") == "instance" for key in each.block("tags").body
    )
