"""SPOT010: one pond to fish in."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.fleets import FLEETS, fleet, is_coupled, zones
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_FEW = 2


@rule(
    "SPOT010",
    "spot-in-one-zone",
    severity="warning",
    group="broken",
    reads=FLEETS,
    source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-best-practices.html",
)
def spot_in_one_zone(subject: Subject, world: World) -> Iterator[Told]:
    """Spot GPUs of one or two types from a single zone.

    What happens: each type in each zone is a pool of its own, and GPU pools are small. A fleet with one or two of them
    waits, unfilled, while the next zone has room; `apply` is green all the while. Nodes that work closely together in
    one placement group have no choice, and are not meant.

    Why it costs: a run that does not start, or is interrupted whenever somebody else pays the full price.

    Bad:

    ```json
    {"resource": {
      "aws_launch_template": {"train": {}},
      "aws_autoscaling_group": {"train": {
        "vpc_zone_identifier": ["subnet-0a1b2c3d"],
        "max_size": 4, "min_size": 0,
        "mixed_instances_policy": [{
          "instances_distribution": [{"on_demand_percentage_above_base_capacity": 0,
                                      "spot_allocation_strategy": "price-capacity-optimized"}],
          "launch_template": [{
            "launch_template_specification": [{"launch_template_id": "${aws_launch_template.train.id}"}],
            "override": [{"instance_type": "g6e.xlarge"}]
          }]
        }]
      }}
    }}
    ```

    Good:

    ```json
    {"resource": {
      "aws_launch_template": {"train": {}},
      "aws_autoscaling_group": {"train": {
        "vpc_zone_identifier": ["subnet-0a1b2c3d", "subnet-1a2b3c4d"],
        "max_size": 4, "min_size": 0,
        "mixed_instances_policy": [{
          "instances_distribution": [{"on_demand_percentage_above_base_capacity": 0,
                                      "spot_allocation_strategy": "price-capacity-optimized"}],
          "launch_template": [{
            "launch_template_specification": [{"launch_template_id": "${aws_launch_template.train.id}"}],
            "override": [{"instance_type": "g6e.xlarge"}, {"instance_type": "g6e.2xlarge"}]
          }]
        }]
      }}
    }}
    ```
    """
    running = fleet(subject)
    known = zones(running) if running else None
    if running is None or known is None or len(known) != 1 or is_coupled(running, world):
        return
    types = {each.instance_type for each in running.choices}
    if types and len(types) <= _FEW and all(each.shape for each in running.choices):
        yield Told(
            running.choices[0].path,
            f"{' and '.join(sorted(types))} in one zone is {'one spot pool' if len(types) == 1 else 'two spot pools'}: "
            "when it is empty nothing starts, and nothing says so",
            "subnets in every zone of the region, and more instance types where the work allows it",
        )
