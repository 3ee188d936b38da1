"""What a training job costs at most, written beside whatever starts it.

SageMaker bills `BillableTimeInSeconds` per instance, and reports the saving of a job on spot as
`1 - BillableTimeInSeconds / TrainingTimeInSeconds`: an hour of training is billed as the part of an hour that the spot
price is of the price on demand.
https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeTrainingJob.html
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from aicost_iac.blueprints._sagemaker.run_cost import cents, plain, price
from aicost_iac.plan import Assumption

if TYPE_CHECKING:
    from aicost_iac.blueprints.managed_spot_training import ManagedSpotTraining

_HOUR = Decimal(3600)


def of_machine(training: ManagedSpotTraining, region: str) -> tuple[Assumption, ...]:
    """Of what runs again and again: a run, and how often."""
    runs = training.runs_per_month
    often = () if runs is None else (Assumption("runs_per_month", str(runs), "run", "as the blueprint says"),)
    return (*of_run(training, region), *often)


def of_request(training: ManagedSpotTraining, region: str) -> tuple[Assumption, ...]:
    """Of what nobody sends by itself: a run, and none of them counted in a month, whose runs are the machine's."""
    return (*of_run(training, region), Assumption("runs_per_month", "0", "run", "sent by hand, beside the machine's"))


def of_run(training: ManagedSpotTraining, region: str) -> tuple[Assumption, ...]:
    """Hours, prices as far as they are known, and what follows from them."""
    return tuple(_of_run(training, region))


def _of_run(training: ManagedSpotTraining, region: str) -> Iterator[Assumption]:
    hours = Decimal(training.max_run) * training.instance_count / _HOUR
    yield Assumption("run_hours", plain(Decimal(training.max_run) / _HOUR), "hour", "max_run")
    spot, listed = training.spot_price, _on_demand(training, region)
    if spot is not None:
        name = training.instance_type
        yield Assumption("spot_price_usd_hour", str(spot.usd_hour), name, spot.source, spot.as_of)
        yield Assumption(
            "spot_usd_at_max_run", cents(hours * spot.usd_hour), "USD", "max_run, all instances", spot.as_of
        )
    if listed is not None:
        usd, source, day = listed
        yield Assumption("on_demand_price_usd_hour", plain(usd), training.instance_type, source, day)
        yield Assumption("on_demand_usd_at_max_run", cents(hours * usd), "USD", "max_run, all instances", day)
        if spot is not None:
            saving = (1 - spot.usd_hour / usd) * 100
            text = "1 - BillableTimeInSeconds / TrainingTimeInSeconds, as SageMaker will report it"
            yield Assumption(
                "reported_saving", str(saving.quantize(Decimal("0.1"), ROUND_HALF_UP)), "%", text, spot.as_of
            )


def _on_demand(training: ManagedSpotTraining, region: str) -> tuple[Decimal, str, str] | None:
    """USD an hour, who says so, and when: the blueprint's price, else the catalog's, else none."""
    given = training.on_demand_price
    if given is not None:
        return given.usd_hour, given.source, given.as_of
    found = price(training.instance_type, region)
    return None if found is None else (found.usd, " ".join(found.source), found.date)
