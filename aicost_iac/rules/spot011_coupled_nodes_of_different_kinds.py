"""SPOT011: horses of different strength before one cart."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.fleets import FLEETS, fleet, is_coupled, zones
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World


@rule(
    "SPOT011",
    "coupled-nodes-of-different-kinds",
    severity="error",
    group="broken",
    reads=FLEETS,
    source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/placement-strategies.html",
)
def coupled_nodes_of_different_kinds(subject: Subject, world: World) -> Iterator[Told]:
    """Nodes of one placement group that may have different GPUs, or be in different zones.

    What happens: whoever asks for a placement group or EFA runs one job over all nodes. With A100 and V100 side by side
    it runs at the pace, and in the memory, of the slower ones, if at all; a cluster placement group is in one zone, so
    that capacity of other zones fails to start.

    Why it costs: the better GPUs wait for the others, at their own price.

    Bad:

    ```json
    {"resource": {
      "aws_launch_template": {"train": {"placement": [{"group_name": "train"}]}},
      "aws_autoscaling_group": {"train": {
        "vpc_zone_identifier": ["subnet-0a1b2c3d"],
        "max_size": 4, "min_size": 0,
        "mixed_instances_policy": [{
          "instances_distribution": [{"on_demand_percentage_above_base_capacity": 0,
                                      "spot_allocation_strategy": "price-capacity-optimized"}],
          "launch_template": [{
            "launch_template_specification": [{"launch_template_id": "${aws_launch_template.train.id}"}],
            "override": [{"instance_type": "p4d.24xlarge"}, {"instance_type": "p3dn.24xlarge"}]
          }]
        }]
      }}
    }}
    ```

    Good:

    ```json
    {"resource": {
      "aws_launch_template": {"train": {"placement": [{"group_name": "train"}]}},
      "aws_autoscaling_group": {"train": {
        "vpc_zone_identifier": ["subnet-0a1b2c3d"],
        "max_size": 4, "min_size": 0,
        "mixed_instances_policy": [{
          "instances_distribution": [{"on_demand_percentage_above_base_capacity": 0,
                                      "spot_allocation_strategy": "price-capacity-optimized"}],
          "launch_template": [{
            "launch_template_specification": [{"launch_template_id": "${aws_launch_template.train.id}"}],
            "override": [{"instance_type": "p4d.24xlarge"}]
          }]
        }]
      }}
    }}
    ```
    """
    running = fleet(subject)
    if running is None or not is_coupled(running, world):
        return
    chips = {shape.accelerator: each for each in running.choices if (shape := each.shape)}
    if len(chips) > 1:
        message = (
            f"the nodes are coupled, and may have {' or '.join(sorted(chips))}: the job runs at the pace of the slowest"
        )
        yield Told(chips[max(chips)].path, message, "one kind of GPU for one job", part="types")
    known = zones(running)
    if known is not None and len(known) > 1:
        message = f"a cluster placement group is in one zone, and the fleet has {len(known)} subnets or zones"
        yield Told(running.body.path, message, "one subnet", part="zones", severity="warning")
