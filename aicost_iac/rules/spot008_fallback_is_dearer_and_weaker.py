"""SPOT008: a reserve that costs more and does less."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac import catalog
from aicost_iac.catalog import InstanceType
from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading import prices
from aicost_iac.rules.reading.fleets import FLEETS, fleet
from aicost_iac.rules.reading.prices import Hourly
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World


@rule(
    "SPOT008",
    "fallback-is-dearer-and-weaker",
    severity="warning",
    group="money",
    reads=FLEETS,
    source="https://aws.amazon.com/ec2/instance-types/",
)
def fallback_is_dearer_and_weaker(subject: Subject, world: World) -> Iterator[Told]:
    """A fleet may start a type that costs more than another and computes less.

    What happens: a `p3.16xlarge` costs more an hour than a `p4d.24xlarge`, has two fifths of its GPU memory, no bf16,
    and needs another driver. As a fallback it is taken when the better type is short, and paid for what it is. Types
    that AWS no longer lists are told too.

    Why it costs: each hour on the fallback costs more and takes the run less far.

    Bad:

    ```json
    {"resource": {"aws_spot_fleet_request": {"train": {
      "iam_fleet_role": "arn:aws:iam::123456789012:role/fleet", "target_capacity": 4,
      "allocation_strategy": "priceCapacityOptimized", "terminate_instances_on_delete": "true",
      "launch_template_config": [{"launch_template_specification": [{"name": "train", "version": "1"}],
                                  "overrides": [{"instance_type": "p4d.24xlarge"}, {"instance_type": "p3.16xlarge"}]}]
    }}}}
    ```

    Good:

    ```json
    {"resource": {"aws_spot_fleet_request": {"train": {
      "iam_fleet_role": "arn:aws:iam::123456789012:role/fleet", "target_capacity": 4,
      "allocation_strategy": "priceCapacityOptimized", "terminate_instances_on_delete": "true",
      "launch_template_config": [{"launch_template_specification": [{"name": "train", "version": "1"}],
                                  "overrides": [{"instance_type": "p4d.24xlarge"}]}]
    }}}}
    ```
    """
    running = fleet(subject)
    known = (
        [
            (each, shape, hour)
            for each in running.choices
            if (shape := each.shape) and (hour := prices.instance_hour(shape.name, world.facts))
        ]
        if running
        else []
    )
    for choice, shape, hour in known:
        better = [(other, price) for _, other, price in known if price <= hour and _weaker(shape, other)]
        if better:
            other, price = better[0]
            yield Told(
                choice.path,
                f"{_shown(shape)} costs {hour} at list price; {_shown(other)} costs {price}",
                f"leave {shape.name} out: other zones, or a larger type of the same generation",
                cost=Hourly(hour.usd - price.usd, price.as_of).month() if hour.usd > price.usd else None,
                part=shape.name,
            )


def _shown(shape: InstanceType) -> str:
    return f"{shape.name} ({shape.total_accelerator_memory_gib:g} GiB of {shape.accelerator})"


def _weaker(one: InstanceType, other: InstanceType) -> bool:
    """Whether a machine has less memory, and an older generation, than another."""
    ours, theirs = catalog.accelerator(one.accelerator), catalog.accelerator(other.accelerator)
    if ours.compute_capability is None or theirs.compute_capability is None:
        return False
    older = float(ours.compute_capability) < float(theirs.compute_capability)
    return older and one.total_accelerator_memory_gib < other.total_accelerator_memory_gib
