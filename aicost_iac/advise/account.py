"""The history of an account, from Cost Explorer and the Savings Plans API.

Every request to Cost Explorer costs $0.01 (https://aws.amazon.com/aws-cost-management/aws-cost-explorer/pricing/), so
each question is asked once. Its hours reach back 14 days, and only where hourly granularity is switched on; its days
reach back 13 months. The end of a period is exclusive.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from aicost_iac.advise.calls import Account, AdviceError, CallFailed
from aicost_iac.advise.history import Held, History, PlanType, Reading, Series
from aicost_iac.advise.recommendation import lookback_of, recommendations

HOURLY_DAYS = 14
# The last two days are still estimates.
_SETTLED = timedelta(days=2)
_HOUR = "%Y-%m-%dT%H:%M:%SZ"
# Usage that a plan covers, by the form of its usage type: `USE2-BoxUsage:g5.xlarge`, `EU-Fargate-GB-Hours`,
# `Lambda-GB-Second`, `USE1-Train:ml.p4d.24xlarge`. `SpotUsage` is another word, and covered by no plan.
# https://docs.aws.amazon.com/savingsplans/latest/userguide/plan-types.html
_COMPUTE = re.compile(
    r"(.*-)?(BoxUsage|DedicatedUsage)(:.+)?|(.*-)?Fargate-.*(vCPU|GB)-Hours.*|(.*-)?Lambda-(GB-Second|Provisioned-.*).*"
)
_INSTANCE = re.compile(r"(?:.*-)?(?:BoxUsage|DedicatedUsage):([a-z0-9-]+)\.[a-z0-9-]+")
_SAGEMAKER = re.compile(r"(.*-)?[A-Za-z]+:ml\..+")
_SERVICES: dict[str, str] = {
    "Amazon Elastic Compute Cloud - Compute": "COMPUTE_SP",
    "Amazon Elastic Container Service": "COMPUTE_SP",
    "Amazon Elastic Container Service for Kubernetes": "COMPUTE_SP",
    "AWS Lambda": "COMPUTE_SP",
    "Amazon SageMaker": "SAGEMAKER_SP",
}
# Usage at the on-demand rate; what plans and reservations cover has other record types.
_USAGE = "Usage"

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` up to, and without, `end`."""

    start: datetime
    end: datetime

    def hours(self) -> dict[str, str]:
        """As Cost Explorer takes it for hours."""
        return {"Start": self.start.strftime(_HOUR), "End": self.end.strftime(_HOUR)}

    def days(self) -> dict[str, str]:
        """As Cost Explorer takes it for days."""
        return {"Start": self.start.date().isoformat(), "End": self.end.date().isoformat()}

    @property
    def length(self) -> int:
        """Hours."""
        return int((self.end - self.start) / timedelta(hours=1))


def read(account: Account, now: datetime, lookback_days: int, progress: Progress, *, wait: bool = True) -> History:
    """The history up to two days before `now`. What can not be read is a note, except the spend itself."""
    end = now.replace(hour=0, minute=0, second=0, microsecond=0) - _SETTLED
    whole = Period(end - timedelta(days=lookback_days), end)
    hourly = Period(end - timedelta(days=min(HOURLY_DAYS, lookback_days)), end)
    progress("which services and record types this account has")
    wanted = _filter(account, whole)
    progress(f"spend by hour, {hourly.length} hours")
    hours = _hourly(account, hourly, wanted)
    progress(f"spend by day, {lookback_days} days")
    days = _grouped(account, whole.days(), "DAILY", wanted)
    notes: list[str] = []
    readings = _readings(account, whole, progress, notes)
    return History(
        lookback_days=lookback_days,
        series=tuple(_series(hours, days, hourly, whole)),
        recommendations=recommendations(account, lookback_of(lookback_days), progress, notes, wait=wait),
        held=tuple(_held(account, progress, notes)),
        readings=readings,
        notes=tuple(notes),
    )


def _filter(account: Account, period: Period) -> dict[str, Any]:
    """A filter of values this account has: one that matches nothing gives an empty answer and no error."""
    services = [name for name in dimension(account, period, "SERVICE") if name in _SERVICES]
    if not services:
        raise AdviceError(
            f"nothing was spent on {', '.join(_SERVICES)} from {period.days()['Start']} to {period.days()['End']}: "
            "there is nothing a Savings Plan could cover"
        )
    if _USAGE not in dimension(account, period, "RECORD_TYPE"):
        raise AdviceError(f"the account has no records of type {_USAGE!r}: all of its spend is covered, or it has none")
    parts = {"SERVICE": services, "RECORD_TYPE": [_USAGE]}
    return {"And": [{"Dimensions": {"Key": key, "Values": values}} for key, values in parts.items()]}


def dimension(account: Account, period: Period, name: str) -> list[str]:
    """The values a dimension has in a period."""
    pages = account.pages("ce", "get_dimension_values", TimePeriod=period.days(), Dimension=name)
    return [value["Value"] for page in pages for value in page["DimensionValues"]]


# (usage type, region) -> start of the hour or day -> USD.
_Spend = dict[tuple[str, str], dict[str, Decimal]]


def _hourly(account: Account, period: Period, wanted: dict[str, Any]) -> _Spend:
    try:
        return _grouped(account, period.hours(), "HOURLY", wanted)
    except CallFailed as error:
        if error.code not in ("ValidationException", "DataUnavailableException"):
            raise
        raise AdviceError(
            "Cost Explorer gives no hours for this account, and a commitment is in dollars per hour: a daily mean "
            "commits for the nights too. Switch on 'Hourly granularity' in the Cost Management preferences of the "
            f"management account (data comes within 48 hours), or bring hours with --from. AWS said: {error}"
        ) from None


def _grouped(account: Account, period: dict[str, str], granularity: str, wanted: dict[str, Any]) -> _Spend:
    spend: _Spend = defaultdict(lambda: defaultdict(Decimal))
    pages = account.pages(
        "ce",
        "get_cost_and_usage",
        TimePeriod=period,
        Granularity=granularity,
        Metrics=["UnblendedCost"],
        Filter=wanted,
        GroupBy=[{"Type": "DIMENSION", "Key": "USAGE_TYPE"}, {"Type": "DIMENSION", "Key": "REGION"}],
    )
    for page in pages:
        for result in page["ResultsByTime"]:
            for group in result["Groups"]:
                usage_type, region = group["Keys"]
                amount = group["Metrics"]["UnblendedCost"]
                if amount.get("Unit", "USD") != "USD":
                    raise AdviceError(f"the account is billed in {amount['Unit']}; advice is computed in USD only")
                spend[usage_type, region][result["TimePeriod"]["Start"]] += Decimal(amount["Amount"])
    return spend


def _series(hours: _Spend, days: _Spend, hourly: Period, whole: Period) -> Iterator[Series]:
    """A series per kind of plan, and one per family and region for EC2 Instance plans."""
    starts = [(hourly.start + timedelta(hours=each)).strftime(_HOUR) for each in range(hourly.length)]
    for key, members in sorted(_by_plan(hours).items()):
        plan, scope = key
        usd = [max(Decimal(0), sum((hours[each][start] for each in members), Decimal(0))) for start in starts]
        total = sum((amount for each in _by_plan(days).get(key, ()) for amount in days[each].values()), Decimal(0))
        if any(usd):
            mean = max(Decimal(0), total) / whole.length
            yield Series(plan=plan, scope=scope, start=starts[0], usd_hour=usd, daily_mean_usd_hour=mean)


def _by_plan(spend: _Spend) -> dict[tuple[PlanType, str], list[tuple[str, str]]]:
    found: dict[tuple[PlanType, str], list[tuple[str, str]]] = defaultdict(list)
    for usage_type, region in spend:
        if _SAGEMAKER.fullmatch(usage_type):
            found["SAGEMAKER_SP", ""].append((usage_type, region))
        elif _COMPUTE.fullmatch(usage_type):
            found["COMPUTE_SP", ""].append((usage_type, region))
            if instance := _INSTANCE.fullmatch(usage_type):
                found["EC2_INSTANCE_SP", f"{instance[1]} {region}"].append((usage_type, region))
    return found


def _held(account: Account, progress: Progress, notes: list[str]) -> Iterator[Held]:
    """Savings Plans that run."""
    progress("Savings Plans and reservations the account holds")
    try:
        for page in account.pages("savingsplans", "describe_savings_plans", states=["active", "queued"]):
            for plan in page["savingsPlans"]:
                scope = f"{plan.get('ec2InstanceFamily', '')} {plan.get('region', '')}".strip()
                yield Held(
                    plan=plan["savingsPlanType"], scope=scope, usd_hour=Decimal(plan["commitment"]), end=plan["end"]
                )
    except AdviceError as error:
        notes.append(f"existing Savings Plans are not known: {error}")


def _readings(account: Account, period: Period, progress: Progress, notes: list[str]) -> tuple[Reading, ...]:
    progress("utilisation and coverage of what it holds")
    found = (
        Reading(
            what="Savings Plans",
            utilisation=_share(account, period, notes, "get_savings_plans_utilization", _plans_used),
            coverage=_share(account, period, notes, "get_savings_plans_coverage", _plans_cover),
        ),
        Reading(
            what="Reserved Instances",
            utilisation=_share(account, period, notes, "get_reservation_utilization", _reserved_used),
            coverage=_share(account, period, notes, "get_reservation_coverage", _reserved_cover),
        ),
    )
    return tuple(each for each in found if each.utilisation is not None or each.coverage is not None)


def _share(
    account: Account,
    period: Period,
    notes: list[str],
    operation: str,
    percent: Callable[[Sequence[dict[str, Any]]], Decimal | None],
) -> Decimal | None:
    try:
        found = percent(list(account.pages("ce", operation, TimePeriod=period.days())))
    except CallFailed as error:
        # Without a plan or a reservation there is no data, which is an answer.
        if error.code != "DataUnavailableException":
            notes.append(f"not read: {error}")
        return None
    return None if found is None else min(Decimal(1), found / 100)


def _plans_used(pages: Sequence[dict[str, Any]]) -> Decimal | None:
    total = pages[0].get("Total", {}).get("Utilization", {})
    return _decimal(total.get("UtilizationPercentage")) if _decimal(total.get("TotalCommitment")) else None


def _plans_cover(pages: Sequence[dict[str, Any]]) -> Decimal | None:
    covers = [each["Coverage"] for page in pages for each in page["SavingsPlansCoverages"]]
    total = sum((_decimal(each.get("TotalCost")) or Decimal(0) for each in covers), Decimal(0))
    covered = sum((_decimal(each.get("SpendCoveredBySavingsPlans")) or Decimal(0) for each in covers), Decimal(0))
    return covered / total * 100 if total else None


def _reserved_used(pages: Sequence[dict[str, Any]]) -> Decimal | None:
    total = pages[0].get("Total", {})
    return _decimal(total.get("UtilizationPercentage")) if _decimal(total.get("PurchasedHours")) else None


def _reserved_cover(pages: Sequence[dict[str, Any]]) -> Decimal | None:
    hours = pages[0].get("Total", {}).get("CoverageHours", {})
    return _decimal(hours.get("CoverageHoursPercentage")) if _decimal(hours.get("ReservedHours")) else None


def _decimal(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None
