"""CE002: hours and gigabytes in one sum."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.asked import asked
from aicost_iac.rules.reading.cost_queries import dimensions, groups
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_UNITS = frozenset({"USAGE_TYPE", "USAGE_TYPE_GROUP"})


@rule(
    "CE002",
    "usage-of-mixed-units",
    severity="warning",
    group="money",
    reads=("aws ce get-cost-and-usage", "aws ce get-cost-and-usage-with-resources"),
    source="https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_GetCostAndUsage.html",
)
def usage_of_mixed_units(subject: Subject, world: World) -> Iterator[Told]:
    """Cost Explorer is asked for `UsageQuantity` of everything.

    What happens: usage is counted in hours, gigabytes, requests and more. Without a filter or a group by `USAGE_TYPE`
    or `USAGE_TYPE_GROUP` it is summed over all of them, and the number means nothing.

    Why it costs: a trend of GPU hours that is one of log volume.

    Bad:

    ```sh
    aws ce get-cost-and-usage --time-period Start=2026-01-01,End=2026-02-01 --granularity MONTHLY \\
      --metrics UsageQuantity --group-by Type=DIMENSION,Key=SERVICE
    ```

    Good:

    ```sh
    aws ce get-cost-and-usage --time-period Start=2026-01-01,End=2026-02-01 --granularity MONTHLY \\
      --metrics UsageQuantity --group-by Type=DIMENSION,Key=USAGE_TYPE
    ```
    """
    request = asked(subject)
    metrics = [(path, text) for path, text in request.texts("Metrics") if text.lower() == "usagequantity"]
    unknown = any(request.unsure(name) and not request.block(name).body for name in ("Filter",))
    keys = {each.key for each in dimensions(request)} | {key for key, _ in groups(request)}
    if metrics and not unknown and request.complete and not keys & _UNITS:
        yield Told(
            metrics[0][0],
            "UsageQuantity is summed over hours, gigabytes and requests alike",
            "--group-by Type=DIMENSION,Key=USAGE_TYPE, or a filter by USAGE_TYPE_GROUP",
        )
