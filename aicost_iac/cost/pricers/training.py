"""SageMaker training jobs, wherever a request to create one stands. https://aws.amazon.com/sagemaker/pricing/"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from aicost_iac.cost.amounts import ZERO, Range
from aicost_iac.cost.estimates import Line, Part
from aicost_iac.cost.free import without_price
from aicost_iac.cost.pricers.buying import NO_SAVING
from aicost_iac.cost.pricers.machines import accelerators
from aicost_iac.cost.pricers.runs import Time, part_of_month, run_of
from aicost_iac.cost.prices import Missing, Quote
from aicost_iac.cost.site import Charged, Site, priced
from aicost_iac.rules.reading.training_jobs import SOURCES, TrainingJob, jobs_of
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.world import Subject

# What SageMaker takes where a request says nothing.
_MAX_RUN_SECONDS = 86_400
_NO_VOLUME = Missing("the volumes of its instances: no price of training storage is known")


@dataclass(frozen=True, slots=True)
class Instances:
    """So many instances of an `ml.` type, on spot or not."""

    instance_type: str
    count: int
    spot: bool = False


@priced(*SOURCES)
def training(subject: Subject, site: Site) -> Charged:
    """Every job a node makes: instances times hours. An on-demand job beside one on spot is its fallback."""
    made = jobs_of(subject, site.world)
    unknown = without_price(subject.kind)
    if unknown is not None and not subject.kind.startswith(("aws ", "sagemaker-sdk ")):
        yield unknown
    on_spot = any(each.spot for each in made)
    for job in made:
        yield from job_charges(job, subject, site, fallback=on_spot and not job.spot)


def job_charges(job: TrainingJob, subject: Subject, site: Site, *, fallback: bool = False) -> Charged:
    """One request: what a month of its runs costs, and one run."""
    instances = list(_instances(job))
    if not instances:
        yield Missing("the instance type of the job is not known")
        return
    runs = None if job.repeated else Decimal(1)
    most = int(job.number("StoppingCondition", "MaxRuntimeInSeconds") or _MAX_RUN_SECONDS)
    idle = int(job.number("ResourceConfig", "KeepAlivePeriodInSeconds") or 0)
    time = part_of_month(subject, runs, most + idle)
    yield from time.missing
    for each in instances:
        yield job_part(each, time, subject, site, name=job.state, fallback=fallback)
    yield _NO_VOLUME


def job_part(
    wanted: Instances, time: Time, subject: Subject, site: Site, *, name: str = "", fallback: bool = False
) -> Part | Missing:
    """Instances that run for a part of each month."""
    region = site.region_of(subject)
    quote = site.prices.instance(wanted.instance_type, region, subject.node)
    if isinstance(quote, Missing):
        return quote
    spot = site.prices.spot_of(wanted.instance_type, region, subject.node, quote) if wanted.spot else None
    low, count = spot or quote, Decimal(wanted.count)
    gpus = accelerators(wanted.instance_type.removeprefix("ml."))
    part = Range(ZERO, ZERO, time.part.ceiling) if fallback else time.part
    lines = (
        Line(ZERO, wanted.instance_type, low, gpus),
        Line(count * part.expected, wanted.instance_type, low, gpus),
        Line(count * part.ceiling, wanted.instance_type, quote, gpus),
    )
    what = f"instances of {name}" if name else "instances"
    run = run_of(lines, Range(count, ZERO if fallback else count, count), time)
    return Part(what, *lines, "; ".join(_notes(wanted, time, spot, fallback)), run)


def _instances(job: TrainingJob) -> Iterator[Instances]:
    resources = job.block("ResourceConfig")
    groups: Sequence[Block] = resources.blocks("InstanceGroups") or resources.blocks("instance_groups")
    for each in groups or (resources,):
        group = TrainingJob(each, ())
        name = group.text("InstanceType")
        if name is not None:
            yield Instances(name, int(group.number("InstanceCount") or 1), job.spot)


def _notes(wanted: Instances, time: Time, spot: Quote | None, fallback: bool) -> Iterator[str]:
    if fallback:
        yield "only when the job on spot does not end in time"
    if time.note:
        yield time.note
    if wanted.spot and spot is None:
        yield NO_SAVING
