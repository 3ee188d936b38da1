"""SPOT014: a setting that is dropped on the way."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.fleets import EC2_FLEET, SPOT_FLEET
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World


@rule(
    "SPOT014",
    "rebalance-needs-maintain",
    severity="error",
    group="broken",
    reads=(EC2_FLEET, SPOT_FLEET),
    source="https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/ec2/ec2_spot_fleet_request.go",
)
def rebalance_needs_maintain(subject: Subject, world: World) -> Iterator[Told]:
    """Capacity rebalancing on a fleet that is not maintained.

    What happens: replacing an instance that is at risk is work of a fleet of type `maintain`. For any other type the
    provider logs a warning and leaves the whole request out: `apply` is green, and there is no fleet.

    Why it costs: a run that never starts.

    Bad:

    ```json
    {"resource": {"aws_spot_fleet_request": {"train": {
      "iam_fleet_role": "arn:aws:iam::123456789012:role/fleet", "target_capacity": 4,
      "allocation_strategy": "priceCapacityOptimized", "terminate_instances_on_delete": "true",
      "fleet_type": "request",
      "spot_maintenance_strategies": [{"capacity_rebalance": [{"replacement_strategy": "launch"}]}],
      "launch_template_config": [{"launch_template_specification": [{"name": "train", "version": "1"}],
                                  "overrides": [{"instance_type": "g6e.xlarge"}]}]
    }}}}
    ```

    Good:

    ```json
    {"resource": {"aws_spot_fleet_request": {"train": {
      "iam_fleet_role": "arn:aws:iam::123456789012:role/fleet", "target_capacity": 4,
      "allocation_strategy": "priceCapacityOptimized", "terminate_instances_on_delete": "true",
      "fleet_type": "maintain",
      "spot_maintenance_strategies": [{"capacity_rebalance": [{"replacement_strategy": "launch"}]}],
      "launch_template_config": [{"launch_template_specification": [{"name": "train", "version": "1"}],
                                  "overrides": [{"instance_type": "g6e.xlarge"}]}]
    }}}}
    ```
    """
    body = Block(subject.body)
    key, strategies = (
        ("fleet_type", body.block("spot_maintenance_strategies"))
        if subject.kind == SPOT_FLEET
        else ("type", body.block("spot_options", "maintenance_strategies"))
    )
    kind = body.text(key)
    if not strategies.absent("capacity_rebalance") and kind not in (None, "maintain"):
        message = f"{key} is {kind!r}, and capacity_rebalance is for fleets that are maintained: none is created"
        yield Told(strategies.at("capacity_rebalance"), message, f'{key} = "maintain", or leave capacity_rebalance out')
