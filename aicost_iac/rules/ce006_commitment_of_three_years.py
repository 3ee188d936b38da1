"""CE006: three years of today."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Path, Told
from aicost_iac.rules.reading.asked import asked
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_TWO_YEARS = 2 * 365 * 24 * 3600


@rule(
    "CE006",
    "commitment-of-three-years",
    severity="warning",
    group="money",
    reads=("aws ce get-savings-plans-purchase-recommendation", "aws savingsplans describe-savings-plans-offerings"),
    source="https://docs.aws.amazon.com/savingsplans/latest/userguide/what-is-savings-plans.html",
)
def commitment_of_three_years(subject: Subject, world: World) -> Iterator[Told]:
    """A Savings Plan for GPUs over three years.

    What happens: a commitment is paid in each hour of its term, used or not, and can not be ended. Accelerators are
    replaced every two years by ones that do the same for less, and their prices fall meanwhile. One year without
    prepayment can be repeated; three can not be taken back.

    Why it costs: what the plan holds above the load, for as long as it runs.

    Bad:

    ```sh
    aws ce start-savings-plans-purchase-recommendation-generation
    aws ce get-savings-plans-purchase-recommendation --savings-plans-type SAGEMAKER_SP \\
      --term-in-years THREE_YEARS --payment-option NO_UPFRONT --lookback-period-in-days THIRTY_DAYS
    ```

    Good:

    ```sh
    aws ce start-savings-plans-purchase-recommendation-generation
    aws ce get-savings-plans-purchase-recommendation --savings-plans-type SAGEMAKER_SP \\
      --term-in-years ONE_YEAR --payment-option NO_UPFRONT --lookback-period-in-days THIRTY_DAYS
    ```
    """
    request = asked(subject)
    durations = [int(each) for _, text in request.texts("Durations") if (each := text).isdigit()]
    if request.text("TermInYears") == "THREE_YEARS":
        yield _told(request.at("TermInYears"))
    elif durations and min(durations) > _TWO_YEARS:
        yield _told(request.at("Durations"))


def _told(path: Path) -> Told:
    return Told(path, "three years are longer than an accelerator stays worth its price", "one year, NO_UPFRONT")
