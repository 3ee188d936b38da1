"""CE004: a month that is a day short."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.asked import asked
from aicost_iac.rules.reading.cost_queries import CE_READS
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World


@rule(
    "CE004",
    "end-is-exclusive",
    severity="warning",
    group="money",
    reads=CE_READS,
    source="https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_DateInterval.html",
)
def end_is_exclusive(subject: Subject, world: World) -> Iterator[Told]:
    """A Cost Explorer period that ends on the last day it is meant to hold.

    What happens: `End` is exclusive: from 2026-01-01 to 2026-01-31 are thirty days. A period that begins and ends on
    one day is empty, and refused.

    Why it costs: the last day of each month is in no report.

    Bad:

    ```sh
    aws ce get-cost-and-usage --time-period Start=2026-01-01,End=2026-01-31 --granularity MONTHLY \\
      --metrics UnblendedCost --group-by Type=DIMENSION,Key=SERVICE
    ```

    Good:

    ```sh
    aws ce get-cost-and-usage --time-period Start=2026-01-01,End=2026-02-01 --granularity MONTHLY \\
      --metrics UnblendedCost --group-by Type=DIMENSION,Key=SERVICE
    ```
    """
    request = asked(subject)
    start, end = (_day(request.text("TimePeriod", name)) for name in ("Start", "End"))
    if start is None or end is None:
        return
    path = request.at("TimePeriod", "End")
    after = end + timedelta(days=1)
    if start == end:
        yield Told(
            path, f"the period from {start} to {end} is empty: End is exclusive", f"End={after}", severity="error"
        )
    elif start.day == 1 and after.day == 1:
        yield Told(path, f"End is exclusive: {end}, the last day of the month, is not in the report", f"End={after}")


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None
