"""TF001: a word the provider does not know."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from aicost_iac.errors import nearest
from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.provider_arguments import FORMER, KNOWN, strangers
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_NEAR = 0.87


@rule(
    "TF001",
    "argument-the-provider-lacks",
    severity="error",
    group="broken",
    reads=KNOWN,
    source="https://registry.terraform.io/providers/hashicorp/aws/latest/docs",
)
def argument_the_provider_lacks(subject: Subject, world: World) -> Iterator[Told]:
    """An argument or block that the AWS provider does not have, one letter beside one it has.

    What happens: `launch_template_configs` for `launch_template_config`, `override` for `overrides`, `notifications`
    for `notification`: `terraform validate` refuses them, where somebody runs it. A generated JSON file is often first
    read by the apply.

    Why it costs: nothing is created, and nobody is told before the pipeline runs.

    Bad:

    ```json
    {"resource": {"aws_spot_fleet_request": {"train": {
      "iam_fleet_role": "arn:aws:iam::123456789012:role/fleet", "target_capacity": 2,
      "allocation_strategy": "priceCapacityOptimized", "terminate_instances_on_delete": "true",
      "launch_template_configs": [{"launch_template_specification": [{"name": "train", "version": "1"}],
                                   "overrides": [{"instance_type": "g6e.xlarge"}]}]
    }}}}
    ```

    Good:

    ```json
    {"resource": {"aws_spot_fleet_request": {"train": {
      "iam_fleet_role": "arn:aws:iam::123456789012:role/fleet", "target_capacity": 2,
      "allocation_strategy": "priceCapacityOptimized", "terminate_instances_on_delete": "true",
      "launch_template_config": [{"launch_template_specification": [{"name": "train", "version": "1"}],
                                  "overrides": [{"instance_type": "g6e.xlarge"}]}]
    }}}}
    ```
    """
    for path, name, known in strangers(subject):
        near = nearest(name, known, 1)
        if near and _alike(name, near[0]):
            former = (subject.kind, name) in FORMER
            message = f"{subject.kind} has no {name!r}{' any more' if former else ''}: terraform refuses it"
            yield Told(path, message, near[0], part=name, severity="warning" if former else None)


def _alike(one: str, other: str) -> bool:
    """Whether one of two names is a misspelling of the other, not an argument of a provider to come."""
    return difflib.SequenceMatcher(None, one, other).ratio() >= _NEAR
