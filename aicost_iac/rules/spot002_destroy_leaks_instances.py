"""SPOT002: instances that outlive their fleet."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.fleets import EC2_FLEET, SPOT_FLEET, fleet, monthly
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

# Any of these makes `terraform destroy` terminate what the fleet started.
_FLAGS = {
    SPOT_FLEET: ("terminate_instances_on_delete", "terminate_instances_with_expiration"),
    EC2_FLEET: ("terminate_instances",),
}


@rule(
    "SPOT002",
    "destroy-leaks-instances",
    severity="error",
    group="money",
    reads=tuple(sorted(_FLAGS)),
    source="https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/ec2/ec2_spot_fleet_request.go",
)
def destroy_leaks_instances(subject: Subject, world: World) -> Iterator[Told]:
    """A fleet whose instances survive `terraform destroy`.

    What happens: deleting a fleet terminates its instances only when it is told to. Otherwise the request is
    cancelled, the instances go on running, and no state file knows them any more.

    Why it costs: every instance of the fleet, until somebody finds it in the bill.

    Bad:

    ```json
    {"resource": {"aws_spot_fleet_request": {"train": {
      "iam_fleet_role": "arn:aws:iam::123456789012:role/fleet", "target_capacity": 4,
      "allocation_strategy": "priceCapacityOptimized",
      "launch_template_config": [{"launch_template_specification": [{"name": "train", "version": "1"}],
                                  "overrides": [{"instance_type": "g6e.xlarge"}]}]
    }}}}
    ```

    Good:

    ```json
    {"resource": {"aws_spot_fleet_request": {"train": {
      "iam_fleet_role": "arn:aws:iam::123456789012:role/fleet", "target_capacity": 4,
      "allocation_strategy": "priceCapacityOptimized", "terminate_instances_on_delete": "true",
      "launch_template_config": [{"launch_template_specification": [{"name": "train", "version": "1"}],
                                  "overrides": [{"instance_type": "g6e.xlarge"}]}]
    }}}}
    ```
    """
    body, flags = Block(subject.body), _FLAGS[subject.kind]
    if any(not body.absent(name) and body.flag(name) is not False for name in flags):
        return
    if subject.kind == EC2_FLEET and not body.absent("type") and body.text("type") != "maintain":
        return
    running = fleet(subject)
    first = flags[0]
    yield Told(
        () if body.absent(first) else body.at(first),
        f"`terraform destroy` cancels the fleet and leaves its instances running: neither {' nor '.join(flags)} is true"
        if len(flags) > 1
        else f"`terraform destroy` deletes the fleet and leaves its instances running: {first} is not true",
        f"{first} = true",
        cost=monthly(running, world.facts) if running else None,
    )
