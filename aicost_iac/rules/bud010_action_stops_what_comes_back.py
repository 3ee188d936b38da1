"""BUD010: a stop that starts again."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.expr import Ref
from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.fleets import FLEETS
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World


@rule(
    "BUD010",
    "action-stops-what-comes-back",
    severity="error",
    group="money",
    reads=("aws_budgets_budget_action",),
    source="https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-controls.html",
)
def action_stops_what_comes_back(subject: Subject, world: World) -> Iterator[Told]:
    """A budget action stops instances that a group replaces.

    What happens: `STOP_EC2_INSTANCES` stops up to a hundred instances that are named. An Auto Scaling group, a fleet or
    Karpenter sees a node that is gone and starts another one at once. What ends spending there is a policy that denies
    starting instances, or a maximum of zero.

    Why it costs: the spend goes on, and the budget counts as having acted.

    Bad:

    ```json
    {"resource": {
      "aws_autoscaling_group": {"train": {"max_size": 4, "min_size": 0}},
      "aws_budgets_budget_action": {"stop": {
        "budget_name": "training", "action_type": "RUN_SSM_DOCUMENTS", "notification_type": "ACTUAL",
        "approval_model": "AUTOMATIC", "execution_role_arn": "arn:aws:iam::123456789012:role/budgets",
        "definition": [{"ssm_action_definition": [{
          "action_sub_type": "STOP_EC2_INSTANCES", "region": "us-east-1", "instance_ids": ["i-0a1b2c3d4e5f60718"]}]}]
      }}
    }}
    ```

    Good:

    ```json
    {"resource": {
      "aws_autoscaling_group": {"train": {"max_size": 4, "min_size": 0}},
      "aws_budgets_budget_action": {"stop": {
        "budget_name": "training", "action_type": "APPLY_IAM_POLICY", "notification_type": "ACTUAL",
        "approval_model": "AUTOMATIC", "execution_role_arn": "arn:aws:iam::123456789012:role/budgets",
        "definition": [{"iam_action_definition": [{
          "policy_arn": "arn:aws:iam::123456789012:policy/no-new-instances", "roles": ["train"]}]}]
      }}
    }}
    ```
    """
    action = Block(subject.body).block("definition", "ssm_action_definition")
    listed = action.get("instance_ids")
    own = (
        isinstance(listed, list)
        and listed
        and all(isinstance(each, Ref) and each.address.startswith("aws_instance.") for each in listed)
    )
    group = next(world.of(*FLEETS, "aws_eks_node_group", "NodePool"), None)
    if (action.text("action_sub_type") or "").startswith("STOP_EC2") and group is not None and not own:
        yield Told(
            action.at("instance_ids"),
            f"{group.node.address} starts an instance for each one that is stopped",
            "APPLY_IAM_POLICY with a policy that denies ec2:RunInstances to the roles that start GPUs",
        )
