"""SPOT007: a house that is not kept up."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.fleets import SPOT_FLEET
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World


@rule(
    "SPOT007",
    "legacy-spot-fleet",
    severity="warning",
    group="money",
    reads=(SPOT_FLEET,),
    source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-best-practices.html",
    folded=True,
)
def legacy_spot_fleet(subject: Subject, world: World) -> Iterator[Told]:
    """A Spot Fleet request, the API that AWS advises against.

    What happens: RequestSpotFleet is a legacy API with no planned investment: it has no attribute-based choice worth
    the name, replaces what ends, and can not tag volumes. Auto Scaling groups with a mixed policy, EC2 Fleet and
    Karpenter do what it does.

    Why it costs: the work of moving away, later and under pressure.

    Bad:

    ```json
    {"resource": {"aws_spot_fleet_request": {"train": {
      "iam_fleet_role": "arn:aws:iam::123456789012:role/fleet", "target_capacity": 4,
      "allocation_strategy": "priceCapacityOptimized", "terminate_instances_on_delete": "true",
      "launch_template_config": [{"launch_template_specification": [{"name": "train", "version": "1"}],
                                  "overrides": [{"instance_type": "g6e.xlarge"}, {"instance_type": "g6e.2xlarge"}]}]
    }}}}
    ```

    Good:

    ```json
    {"resource": {
      "aws_launch_template": {"train": {"name": "train"}},
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
    yield Told(
        (),
        "RequestSpotFleet is a legacy API without planned investment",
        "aws_autoscaling_group with mixed_instances_policy",
    )
