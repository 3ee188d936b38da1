"""SPOT005: a fleet the account may not be allowed to fill."""

from __future__ import annotations

import math
from collections.abc import Iterator

from aicost_iac import catalog
from aicost_iac.catalog import Quota
from aicost_iac.errors import CatalogError
from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.fleets import FLEETS, Choice, fleet
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_QUOTA = "aws_servicequotas_service_quota"


@rule(
    "SPOT005",
    "more-than-the-default-quota",
    severity="warning",
    group="broken",
    reads=FLEETS,
    source="https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html",
    folded=True,
)
def more_than_the_default_quota(subject: Subject, world: World) -> Iterator[Told]:
    """A fleet needs more vCPUs than the default of the quota its types count against.

    What happens: accelerated types have spot quotas of their own, counted in vCPUs per region, and the documented
    default is 0 for most of them. A fleet above the quota stays empty; `apply` is green. Types that share a quota are
    no fallback for one another when it is exhausted. Accounts differ, so this is told and never refused; a quota that
    the set asks for or checks is taken as settled.

    Why it costs: a run that does not start, and the time of whoever looks for the reason.

    Bad:

    ```json
    {"resource": {"aws_spot_fleet_request": {"train": {
      "iam_fleet_role": "arn:aws:iam::123456789012:role/fleet", "target_capacity": 4,
      "allocation_strategy": "priceCapacityOptimized", "terminate_instances_on_delete": "true",
      "launch_template_config": [{"launch_template_specification": [{"name": "train", "version": "1"}],
                                  "overrides": [{"instance_type": "p4d.24xlarge"}]}]
    }}}}
    ```

    Good:

    ```json
    {"resource": {
      "aws_servicequotas_service_quota": {"spot_p": {"service_code": "ec2", "quota_code": "L-7212CCBC", "value": 384}},
      "aws_spot_fleet_request": {"train": {
        "iam_fleet_role": "arn:aws:iam::123456789012:role/fleet", "target_capacity": 4,
        "allocation_strategy": "priceCapacityOptimized", "terminate_instances_on_delete": "true",
        "launch_template_config": [{"launch_template_specification": [{"name": "train", "version": "1"}],
                                    "overrides": [{"instance_type": "p4d.24xlarge"}]}]
      }}
    }}
    ```
    """
    running = fleet(subject)
    if running is None or running.capacity is None:
        return
    needed: dict[str, tuple[Quota, int, Choice]] = {}
    for choice in running.choices:
        found = _needs(choice, running.capacity)
        if found and (found[0].code not in needed or found[1] < needed[found[0].code][1]):
            needed[found[0].code] = (*found, choice)
    if any(vcpus <= quota.default_vcpus or quota.code in world.once(_settled) for quota, vcpus, _ in needed.values()):
        return
    for quota, vcpus, choice in needed.values():
        yield Told(
            choice.path,
            f"the fleet needs {vcpus} vCPUs of {quota.name!r} ({quota.code}), whose documented default is "
            f"{quota.default_vcpus}: without more it stays empty and nothing says so",
            f"{_QUOTA} with quota_code = {quota.code!r}, or check the account's quota first",
            part=quota.code,
        )


def _needs(choice: Choice, capacity: float) -> tuple[Quota, int] | None:
    """The vCPUs a fleet of this type alone would count, None where type or quota is unknown."""
    shape = choice.shape
    if shape is None or not choice.weight:
        return None
    try:
        return catalog.quota(shape.name, "spot"), math.ceil(capacity / choice.weight) * shape.vcpus
    except CatalogError:
        return None


def _settled(world: World) -> frozenset[str]:
    """The quotas that the set asks for, or looks up."""
    return frozenset(
        code for each in world.of(_QUOTA, f"data.{_QUOTA}") if (code := Block(each.body).text("quota_code"))
    )
