"""SPOT012: a bucket counted like a barrel."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac import catalog
from aicost_iac.catalog import InstanceType
from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.fleets import FLEETS, fleet
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World


@rule(
    "SPOT012",
    "sizes-count-alike",
    severity="warning",
    group="money",
    reads=FLEETS,
    source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-fleet-instance-weighting.html",
)
def sizes_count_alike(subject: Subject, world: World) -> Iterator[Told]:
    """Machines of different size count alike.

    What happens: without `weighted_capacity` every instance is one unit of the capacity that is wanted. Four units are
    four GPUs or thirty-two, whichever pool was cheapest a unit: price strategies compare per instance then, not per
    GPU.

    Why it costs: nobody knows what the fleet will cost or carry.

    Bad:

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
            "override": [{"instance_type": "g6e.xlarge"}, {"instance_type": "g6e.12xlarge"}]
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
            "override": [{"instance_type": "g6e.xlarge", "weighted_capacity": "1"},
                         {"instance_type": "g6e.12xlarge", "weighted_capacity": "4"}]
          }]
        }]
      }}
    }}
    ```
    """
    running = fleet(subject)
    shapes = [shape for each in running.choices if (shape := each.shape)] if running else []
    if running is None or len(shapes) < 2 or any(each.weighted for each in running.choices):
        return
    small, large = (choose(shapes, key=lambda each: each.total_accelerator_memory_gib) for choose in (min, max))
    alike = small.accelerator_count == large.accelerator_count and _generation(small) == _generation(large)
    if large.total_accelerator_memory_gib >= 2 * small.total_accelerator_memory_gib and not alike:
        yield Told(
            running.choices[0].path,
            f"{small.name} ({_held(small)}) and {large.name} ({_held(large)}) count alike",
            "weighted_capacity of each: its number of GPUs",
        )


def _held(shape: InstanceType) -> str:
    return f"{shape.accelerator_count} x {shape.accelerator}"


def _generation(shape: InstanceType) -> str:
    return catalog.accelerator(shape.accelerator).architecture
