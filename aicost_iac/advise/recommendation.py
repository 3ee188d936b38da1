"""AWS's own recommendation: generated anew, waited for, then read.

Reading without generating gives the last one that was made, whenever that was:
https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_StartSavingsPlansPurchaseRecommendationGeneration.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from time import sleep
from typing import Any, Literal

from aicost_iac.advise.calls import Account, AdviceError, CallFailed
from aicost_iac.advise.history import PlanType, Recommendation

Progress = Callable[[str], None]
Lookback = Literal["SEVEN_DAYS", "THIRTY_DAYS", "SIXTY_DAYS"]
PLANS: tuple[PlanType, ...] = ("COMPUTE_SP", "EC2_INSTANCE_SP", "SAGEMAKER_SP")
TERMS: dict[int, str] = {1: "ONE_YEAR", 3: "THREE_YEARS"}
_POLL_SECONDS = 15
_POLLS = 40
_RUNNING = "PROCESSING"


def lookback_of(days: int) -> Lookback:
    """The longest lookback AWS offers that is not above `days`."""
    if days >= 60:
        return "SIXTY_DAYS"
    return "THIRTY_DAYS" if days >= 30 else "SEVEN_DAYS"


def recommendations(
    account: Account, lookback: Lookback, progress: Progress, notes: list[str], *, wait: bool
) -> tuple[Recommendation, ...]:
    """One-year, no-upfront recommendations for each kind of plan; a note for each that can not be had."""
    try:
        if wait:
            _generate(account, progress)
    except AdviceError as error:
        notes.append(f"AWS's recommendation was not generated anew, the last one is shown: {error}")
    found: list[Recommendation] = []
    for plan in PLANS:
        progress(f"AWS's recommendation for {plan}")
        try:
            found.extend(_read(account, plan, lookback))
        except AdviceError as error:
            notes.append(f"AWS's recommendation for {plan} is not known: {error}")
    return tuple(found)


def _generate(account: Account, progress: Progress) -> None:
    try:
        wanted = account.call("ce", "start_savings_plans_purchase_recommendation_generation")["RecommendationId"]
    except CallFailed as error:
        if error.code != "GenerationExistsException":
            raise
        wanted = None
    for poll in range(_POLLS):
        summary = _summary(account, wanted)
        if summary is None or summary["GenerationStatus"] != _RUNNING:
            break
        due = summary.get("EstimatedCompletionTime", "not known")
        progress(f"AWS makes its recommendation, {poll * _POLL_SECONDS} s, expected at {due}")
        sleep(_POLL_SECONDS)
    else:
        raise AdviceError(f"still in the making after {_POLLS * _POLL_SECONDS // 60} minutes")
    if summary is not None and summary["GenerationStatus"] == "FAILED":
        raise AdviceError("AWS reports that making it failed")


def _summary(account: Account, wanted: str | None) -> dict[str, Any] | None:
    """The generation that was started, or, where another one runs already, the newest."""
    only = {"RecommendationIds": [wanted]} if wanted else {}
    listed = account.call("ce", "list_savings_plans_purchase_recommendation_generation", **only)
    found: list[dict[str, Any]] = listed["GenerationSummaryList"]
    return max(found, key=lambda each: str(each.get("GenerationStartedTime", "")), default=None)


def _read(account: Account, plan: PlanType, lookback: Lookback) -> Iterator[Recommendation]:
    asked = {"SavingsPlansType": plan, "TermInYears": TERMS[1], "PaymentOption": "NO_UPFRONT"}
    pages = account.pages(
        "ce", "get_savings_plans_purchase_recommendation", **asked, LookbackPeriodInDays=lookback, AccountScope="PAYER"
    )
    for page in pages:
        made = page.get("Metadata", {}).get("GenerationTimestamp", "")
        for detail in page.get("SavingsPlansPurchaseRecommendation", {}).get(_DETAILS, ()):
            yield _recommendation(plan, lookback, made, detail)


_DETAILS = "SavingsPlansPurchaseRecommendationDetails"


def _recommendation(plan: PlanType, lookback: str, made: str, detail: dict[str, Any]) -> Recommendation:
    offering = detail.get("SavingsPlansDetails", {})
    scope = f"{offering.get('InstanceFamily', '')} {offering.get('Region', '')}".strip()
    utilisation = Decimal(detail["EstimatedAverageUtilization"]) / 100
    return Recommendation(
        plan=plan,
        scope=scope if plan == "EC2_INSTANCE_SP" else "",
        term_years=1,
        payment="NO_UPFRONT",
        lookback=lookback,
        usd_hour=Decimal(detail["HourlyCommitmentToPurchase"]),
        utilisation=min(Decimal(1), utilisation),
        discount=_discount(detail, utilisation),
        offering_id=offering.get("OfferingId"),
        generated=made,
    )


def _discount(detail: dict[str, Any], utilisation: Decimal) -> Decimal | None:
    """1 - (used part of the plan's cost) / (on-demand cost that goes away): what AWS reckons with."""
    replaced = Decimal(detail["EstimatedOnDemandCostWithCurrentCommitment"]) - Decimal(detail["EstimatedOnDemandCost"])
    used = Decimal(detail["EstimatedSPCost"]) * utilisation
    return 1 - used / replaced if 0 < used < replaced else None
