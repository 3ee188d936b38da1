"""SPOT001: an end that never comes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.fleets import EC2_FLEET, SPOT_FLEET, fleet, monthly
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_FLAG = "terminate_instances_with_expiration"
_END = "valid_until"


@rule(
    "SPOT001",
    "expiration-without-end",
    severity="error",
    group="money",
    reads=(SPOT_FLEET, EC2_FLEET),
    source="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SpotFleetRequestConfigData.html",
)
def expiration_without_end(subject: Subject, world: World) -> Iterator[Told]:
    """A fleet that is to terminate its instances when it expires, and does not expire.

    What happens: `terminate_instances_with_expiration` acts at `valid_until`. Without one a request stays until
    somebody cancels it, and a fleet of type `maintain`, the default, replaces every trainer that has finished. An end
    that is already past makes a request that never starts anything.

    Why it costs: the fleet runs at full size until a person notices.

    Bad:

    ```json
    {"resource": {"aws_spot_fleet_request": {"train": {
      "iam_fleet_role": "arn:aws:iam::123456789012:role/fleet", "target_capacity": 4,
      "allocation_strategy": "priceCapacityOptimized", "terminate_instances_on_delete": "true",
      "terminate_instances_with_expiration": true,
      "launch_template_config": [{"launch_template_specification": [{"name": "train", "version": "1"}],
                                  "overrides": [{"instance_type": "p4d.24xlarge"}]}]
    }}}}
    ```

    Good:

    ```json
    {"resource": {"aws_spot_fleet_request": {"train": {
      "iam_fleet_role": "arn:aws:iam::123456789012:role/fleet", "target_capacity": 4,
      "allocation_strategy": "priceCapacityOptimized", "terminate_instances_on_delete": "true",
      "terminate_instances_with_expiration": true, "valid_until": "2036-01-01T00:00:00Z",
      "launch_template_config": [{"launch_template_specification": [{"name": "train", "version": "1"}],
                                  "overrides": [{"instance_type": "p4d.24xlarge"}]}]
    }}}}
    ```
    """
    body, now = Block(subject.body), world.facts.now
    end = _date(body.text(_END))
    if body.flag(_FLAG) is True and body.absent(_END):
        running = fleet(subject)
        yield Told(
            body.at(_FLAG),
            f"{_FLAG} acts at {_END}, which is not set: the fleet runs until somebody cancels it",
            f'{_END} = "2027-01-31T00:00:00Z", or a fleet that ends with its work (fleet_type = "request")',
            cost=monthly(running, world.facts) if running else None,
        )
    elif now is not None and end is not None and end < now:
        message = f"{_END} {end} is past ({now}): the request starts nothing"
        yield Told(body.at(_END), message, f"set {_END} to a day to come", part="past")


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None
