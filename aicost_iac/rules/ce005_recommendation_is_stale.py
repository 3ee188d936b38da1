"""CE005: advice of last month."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.asked import asked
from aicost_iac.rules.reading.cost_queries import dimensions
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World


@rule(
    "CE005",
    "recommendation-is-stale",
    severity="warning",
    group="money",
    reads=("aws ce get-savings-plans-purchase-recommendation",),
    source="https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_StartSavingsPlansPurchaseRecommendationGeneration.html",
)
def recommendation_is_stale(subject: Subject, world: World) -> Iterator[Told]:
    """A Savings Plans recommendation is read without being made.

    What happens: GetSavingsPlansPurchaseRecommendation returns the last set that was generated, however old. A new one
    is asked for by StartSavingsPlansPurchaseRecommendationGeneration, and is there when
    ListSavingsPlansPurchaseRecommendationGeneration says so. Its filter takes `LINKED_ACCOUNT` and nothing else.

    Why it costs: a commitment of one or three years, sized for a load that is gone.

    Bad:

    ```sh
    aws ce get-savings-plans-purchase-recommendation --savings-plans-type COMPUTE_SP \\
      --term-in-years ONE_YEAR --payment-option NO_UPFRONT --lookback-period-in-days THIRTY_DAYS
    ```

    Good:

    ```sh
    aws ce start-savings-plans-purchase-recommendation-generation
    aws ce list-savings-plans-purchase-recommendation-generation --generation-status SUCCEEDED
    aws ce get-savings-plans-purchase-recommendation --savings-plans-type COMPUTE_SP \\
      --term-in-years ONE_YEAR --payment-option NO_UPFRONT --lookback-period-in-days THIRTY_DAYS
    ```
    """
    request = asked(subject)
    if not any(world.of("aws ce start-savings-plans-purchase-recommendation-generation")):
        message = "nothing here has the recommendation made anew: it may be of any age"
        fix = "start-savings-plans-purchase-recommendation-generation before it"
        yield Told((), message, fix, part="generation", folded=True)
    for dimension in dimensions(request):
        if dimension.key != "LINKED_ACCOUNT":
            message = f"the filter takes LINKED_ACCOUNT only, not {dimension.key}: the request is refused"
            yield Told(dimension.path, message, "leave it out", part="filter", severity="error")
