"""What one run of something on SageMaker's instances costs, as far as its price and its length are known."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from aicost_iac import catalog
from aicost_iac.catalog import Rate
from aicost_iac.errors import CatalogError
from aicost_iac.plan import Assumption

_CENT = Decimal("0.01")


def priced_run(
    instance_type: str, count: int, hours: Decimal | None, runs: int | None, region: str
) -> tuple[Assumption, ...]:
    """Hours, runs, and what one run costs."""
    return tuple(_assumptions(instance_type, count, hours, runs, region))


def price(instance_type: str, region: str) -> Rate | None:
    """The catalog's price of a type; None where no source states one, which is not zero."""
    try:
        return catalog.sagemaker(instance_type, region)
    except CatalogError:
        return None


def cents(amount: Decimal) -> str:
    """USD, rounded to cents."""
    return str(amount.quantize(_CENT, ROUND_HALF_UP))


def plain(amount: Decimal) -> str:
    """A figure without exponent and without zeros that say nothing."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _assumptions(
    instance_type: str, count: int, hours: Decimal | None, runs: int | None, region: str
) -> Iterator[Assumption]:
    if runs is not None:
        yield Assumption("runs_per_month", str(runs), "run", "as the blueprint says")
    if hours is None:
        return
    yield Assumption("run_hours", plain(hours), "hour", "as the blueprint says")
    if (listed := price(instance_type, region)) is not None:
        usd = cents(hours * count * listed.usd)
        yield Assumption("on_demand_usd_a_run", usd, "USD", "all instances for run_hours", listed.date)
