"""What was spent on accelerators: by type, by tag, by day; what nobody tagged; what stands idle."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from aicost_iac import catalog
from aicost_iac.advise.account import Period, dimension
from aicost_iac.advise.calls import Account, AdviceError
from aicost_iac.catalog import HOURS_PER_MONTH
from aicost_iac.errors import CatalogError

Progress = Callable[[str], None]

# What the CloudWatch agent publishes with `nvidia_gpu`, and the AI toolkit's name for instances of a group.
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Agent-NVIDIA-GPU.html
_NAMESPACE, _METRIC = "CWAgent", "nvidia_smi_utilization_gpu"
# GetMetricData takes 500 queries a call.
_QUERIES = 500
UNTAGGED = "(no tag)"


@dataclass(frozen=True, slots=True)
class Spent:
    """USD of one accelerator type, under one value of the tag, on one day."""

    day: str
    instance_type: str
    tag: str
    usd: Decimal


@dataclass(frozen=True, slots=True)
class Idle:
    """An instance whose GPUs did nearly nothing. `usd_month` is its on-demand list price, None where none is known."""

    instance_id: str
    instance_type: str
    gpu_percent: Decimal
    usd_month: Decimal | None


@dataclass(frozen=True, slots=True)
class Usage:
    """The answer: spend, idle candidates, and what could not be seen."""

    tag_key: str
    spent: tuple[Spent, ...]
    idle: tuple[Idle, ...]
    notes: tuple[str, ...]

    @property
    def total(self) -> Decimal:
        """USD of the whole period."""
        return sum((each.usd for each in self.spent), Decimal(0))

    @property
    def untagged_share(self) -> Decimal | None:
        """The part of the spend that carries no such tag, 0 to 1; None when nothing was spent."""
        without = sum((each.usd for each in self.spent if each.tag == UNTAGGED), Decimal(0))
        return without / self.total if self.total else None

    def by(self, key: Callable[[Spent], str]) -> dict[str, Decimal]:
        """USD by some property, dearest first."""
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for each in self.spent:
            sums[key(each)] += each.usd
        return dict(sorted(sums.items(), key=lambda pair: (-pair[1], pair[0])))


def read(account: Account, period: Period, tag_key: str, idle_percent: Decimal, progress: Progress) -> Usage:
    """Spend on the accelerator types of the catalog, and instances below `idle_percent` GPU utilisation."""
    progress("which accelerator types this account has used")
    known = accelerated(dimension(account, period, "INSTANCE_TYPE"))
    if not known:
        raise AdviceError(f"no accelerator type was used from {period.days()['Start']} to {period.days()['End']}")
    progress(f"spend on {len(known)} types by day and {tag_key}")
    spent = tuple(_spent(account, period, tag_key, known))
    progress("GPU utilisation of running instances")
    notes: list[str] = []
    idle = tuple(_idle(account, period, idle_percent, notes))
    return Usage(tag_key, spent, idle, tuple(notes))


def accelerated(instance_types: Iterable[str]) -> list[str]:
    """Those that carry an accelerator, SageMaker's `ml.` types included."""
    return [name for name in instance_types if _has_accelerator(name.removeprefix("ml."))]


def per_unit(usage: Usage, units: Decimal) -> Decimal:
    """USD per unit of work, of which the whole period did so many."""
    return usage.total / units


def _has_accelerator(name: str) -> bool:
    try:
        catalog.instance(name)
    except CatalogError:
        return False
    return True


def _spent(account: Account, period: Period, tag_key: str, types: Sequence[str]) -> Iterator[Spent]:
    pages = account.pages(
        "ce",
        "get_cost_and_usage",
        TimePeriod=period.days(),
        Granularity="DAILY",
        Metrics=["UnblendedCost"],
        Filter={"Dimensions": {"Key": "INSTANCE_TYPE", "Values": list(types)}},
        GroupBy=[{"Type": "DIMENSION", "Key": "INSTANCE_TYPE"}, {"Type": "TAG", "Key": tag_key}],
    )
    for page in pages:
        for result in page["ResultsByTime"]:
            for group in result["Groups"]:
                instance_type, tag = group["Keys"]
                amount = group["Metrics"]["UnblendedCost"]
                if amount.get("Unit", "USD") != "USD":
                    raise AdviceError(f"the account is billed in {amount['Unit']}; usage is summed in USD only")
                # Cost Explorer writes a tag as `key$value`, with nothing behind the `$` where it is absent.
                value = tag.partition("$")[2] or UNTAGGED
                yield Spent(result["TimePeriod"]["Start"], instance_type, value, Decimal(amount["Amount"]))


def _idle(account: Account, period: Period, limit: Decimal, notes: list[str]) -> Iterator[Idle]:
    try:
        metrics = list(_published(account))
        if not metrics:
            notes.append(
                f"no instance publishes {_NAMESPACE} {_METRIC}: idle GPUs can not be seen; the CloudWatch agent does"
            )
        for batch in (metrics[at : at + _QUERIES] for at in range(0, len(metrics), _QUERIES)):
            yield from _below(account, period, batch, limit)
    except AdviceError as error:
        notes.append(f"GPU utilisation is not known: {error}")


def _published(account: Account) -> Iterator[dict[str, Any]]:
    """The metric of each instance that published in the last three hours: what is gone can not be idle."""
    pages = account.pages("cloudwatch", "list_metrics", Namespace=_NAMESPACE, MetricName=_METRIC, RecentlyActive="PT3H")
    for page in pages:
        yield from (metric for metric in page["Metrics"] if "InstanceId" in _dimensions(metric))


def _below(account: Account, period: Period, metrics: Sequence[dict[str, Any]], limit: Decimal) -> Iterator[Idle]:
    """The mean of all GPUs of an instance, where it is below the limit."""
    queries = [
        {"Id": f"m{index}", "MetricStat": {"Metric": metric, "Period": 3600, "Stat": "Average"}, "ReturnData": True}
        for index, metric in enumerate(metrics)
    ]
    values: dict[str, list[float]] = defaultdict(list)
    pages = account.pages(
        "cloudwatch", "get_metric_data", MetricDataQueries=queries, StartTime=period.start, EndTime=period.end
    )
    for page in pages:
        for result in page["MetricDataResults"]:
            values[_dimensions(metrics[int(result["Id"][1:])])["InstanceId"]] += result["Values"]
    types = {_dimensions(each)["InstanceId"]: _dimensions(each).get("InstanceType", "unknown") for each in metrics}
    for instance_id, seen in sorted(values.items()):
        if seen and (mean := Decimal(str(sum(seen) / len(seen)))) < limit:
            yield Idle(instance_id, types[instance_id], mean, _month(types[instance_id], account))


def _dimensions(metric: dict[str, Any]) -> dict[str, str]:
    return {each["Name"]: each["Value"] for each in metric["Dimensions"]}


def _month(instance_type: str, account: Account) -> Decimal | None:
    region = account.client("cloudwatch").meta.region_name
    try:
        return catalog.on_demand(instance_type, region).usd_hour * HOURS_PER_MONTH
    except CatalogError:
        return None
