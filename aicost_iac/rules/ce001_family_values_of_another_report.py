"""CE001: a question in the wrong words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.asked import asked
from aicost_iac.rules.reading.cost_queries import CE_READS, dimensions
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_FAMILY = re.compile(r"[a-z]{1,4}\d+[a-z0-9-]*")


@rule(
    "CE001",
    "family-values-of-another-report",
    severity="error",
    group="money",
    reads=CE_READS,
    source="https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_GetDimensionValues.html",
)
def family_values_of_another_report(subject: Subject, world: World) -> Iterator[Told]:
    """Cost Explorer is asked for `INSTANCE_TYPE_FAMILY` by the names of EC2 families.

    What happens: in reports of cost and usage the values of that dimension are "Compute Optimized", "GPU instance" and
    the like; `p4d` and `g5` are values of it in Savings Plans reports. The filter matches nothing and the answer is
    empty, without an error. Usage of SageMaker (`ml.p4d.24xlarge`) would not be in it either.

    Why it costs: a report that says the GPUs cost nothing, and whatever is decided by it.

    Bad:

    ```sh
    aws ce get-cost-and-usage --time-period Start=2026-01-01,End=2026-02-01 --granularity MONTHLY \\
      --metrics UnblendedCost --filter '{"Dimensions": {"Key": "INSTANCE_TYPE_FAMILY", "Values": ["p4d", "p5", "g5"]}}'
    ```

    Good:

    ```sh
    aws ce get-cost-and-usage --time-period Start=2026-01-01,End=2026-02-01 --granularity MONTHLY \\
      --metrics UnblendedCost --filter '{"Dimensions": {"Key": "INSTANCE_TYPE", "Values": ["p4d.24xlarge"]}}'
    ```
    """
    for dimension in dimensions(asked(subject)):
        families = [each for each in dimension.values if _FAMILY.fullmatch(each)]
        if dimension.key == "INSTANCE_TYPE_FAMILY" and families:
            yield Told(
                dimension.path,
                f"its values are like 'GPU instance' here, not {', '.join(families)}: nothing matches",
                "INSTANCE_TYPE with full names, those with ml. too; get-dimension-values lists what there is",
            )
