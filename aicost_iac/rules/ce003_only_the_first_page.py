"""CE003: the first page of a long answer."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.asked import asked
from aicost_iac.rules.reading.cost_queries import groups
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_NEXT = ("NextPageToken",)
_REPORTS = ("aws ce get-cost-and-usage", "aws ce get-cost-and-usage-with-resources")


@rule(
    "CE003",
    "only-the-first-page",
    severity="warning",
    group="money",
    reads=_REPORTS,
    source="https://docs.aws.amazon.com/cost-management/latest/userguide/ce-api-best-practices.html",
)
def only_the_first_page(subject: Subject, world: World) -> Iterator[Told]:
    """A Cost Explorer report by day and two groups, of which only the first page is read.

    What happens: there is no paginator for Cost Explorer, in the CLI or in boto3: an answer that is long ends with
    `NextPageToken`, and whoever does not ask again has a part of it. Two groups by day are long soon.

    Why it costs: the costs on the pages that nobody read.

    Bad:

    ```sh
    aws ce get-cost-and-usage --time-period Start=2026-01-01,End=2026-02-01 --granularity DAILY \\
      --metrics UnblendedCost --group-by Type=DIMENSION,Key=USAGE_TYPE Type=TAG,Key=team
    ```

    Good:

    ```sh
    aws ce get-cost-and-usage --time-period Start=2026-01-01,End=2026-02-01 --granularity DAILY \\
      --metrics UnblendedCost --group-by Type=DIMENSION,Key=SERVICE
    ```
    """
    request = asked(subject)
    fine = (request.text("Granularity") or "").upper() in ("DAILY", "HOURLY")
    if fine and len(groups(request)) > 1 and request.absent(*_NEXT) and subject.kind not in world.once(_continued):
        yield Told(
            request.at("GroupBy"),
            "the answer may have several pages, and nothing here asks for the second",
            "ask again with NextPageToken until there is none, or group by less",
        )


def _continued(world: World) -> frozenset[str]:
    """The kinds of requests of which one takes a token from the one before."""
    return frozenset(each.kind for each in world.of(*_REPORTS) if not asked(each).absent(*_NEXT))
