"""SPOT006: the cheapest pool, which is the one that is taken away first."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.fleets import FLEETS, SPOT_FLEET, fleet
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World


@rule(
    "SPOT006",
    "lowest-price-allocation",
    severity="warning",
    group="money",
    reads=FLEETS,
    source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-fleet-allocation-strategy.html",
)
def lowest_price_allocation(subject: Subject, world: World) -> Iterator[Told]:
    """A fleet that takes the cheapest spot pool, whether it says so or not.

    What happens: `lowestPrice` is what Spot Fleets, EC2 Fleets and mixed groups do when no strategy is written. It
    puts everything into the cheapest pools, which have the least room and are interrupted most often. AWS advises
    against it and for `price-capacity-optimized`.

    Why it costs: each interruption repeats the work since the last checkpoint, which soon exceeds the cents saved.

    Bad:

    ```json
    {"resource": {"aws_spot_fleet_request": {"train": {
      "iam_fleet_role": "arn:aws:iam::123456789012:role/fleet", "target_capacity": 2,
      "terminate_instances_on_delete": "true",
      "launch_template_config": [{"launch_template_specification": [{"name": "train", "version": "1"}],
                                  "overrides": [{"instance_type": "g6e.xlarge"}]}]
    }}}}
    ```

    Good:

    ```json
    {"resource": {"aws_spot_fleet_request": {"train": {
      "iam_fleet_role": "arn:aws:iam::123456789012:role/fleet", "target_capacity": 2,
      "terminate_instances_on_delete": "true", "allocation_strategy": "priceCapacityOptimized",
      "launch_template_config": [{"launch_template_specification": [{"name": "train", "version": "1"}],
                                  "overrides": [{"instance_type": "g6e.xlarge"}]}]
    }}}}
    ```
    """
    running = fleet(subject)
    if running is None:
        return
    block, key = running.strategy
    written = block.text(key)
    if block.absent(key) or (written or "").replace("-", "").lower() == "lowestprice":
        best = "priceCapacityOptimized" if subject.kind == SPOT_FLEET else "price-capacity-optimized"
        said = f"{key} is {written}" if written else f"{key} is not set, which means lowest price"
        path = block.path if block.absent(key) else block.at(key)
        yield Told(path, f"{said}: the pools that are interrupted most", f'{key} = "{best}"')
