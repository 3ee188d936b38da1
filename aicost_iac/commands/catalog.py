"""`aicost catalog`: what the catalog knows of machines, which of them is worth its price, and what AWS says today."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click

from aicost_iac.errors import UnknownName, UsageError

if TYPE_CHECKING:
    from aicost_iac.cost import Candidate, Prices

_REGION = click.option("--region", default="us-east-1", show_default=True)
_CLOUD = click.option("--cloud", type=click.Choice(["aws", "azure", "gcp"]), default="aws", show_default=True)
_FORMAT = click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
_CACHED = click.option("--cached", is_flag=True, help="Use the prices that `aicost catalog refresh` cached.")
_BY = click.option("--by", type=click.Choice(["gpu-hour", "memory"]), default="gpu-hour", show_default=True)
_MARKETS = click.Choice(["spot", "on-demand"])


@click.group()
def catalog() -> None:
    """Machines with accelerators: what they have, what they cost, and when somebody said so."""


@catalog.command()
@_REGION
@_CLOUD
@_FORMAT
@_CACHED
@_BY
@click.option("--gpu", metavar="NAME", help="Only machines with this accelerator, such as H100.")
@click.option("--max-price", type=float, metavar="USD", help="Only machines that cost at most so much an hour.")
@click.option("--all", "retired", is_flag=True, help="Retired types too.")
def show(
    region: str, cloud: str, form: str, cached: bool, by: Any, gpu: str | None, max_price: float | None, retired: bool
) -> None:
    """A table of machines, the cheapest first."""
    from aicost_iac.catalog import accelerator, instances
    from aicost_iac.cost import candidates

    name = None if gpu is None else _accelerator(gpu)
    listed = [each for each in instances(cloud) if retired or each.status == "current"]
    names = [each.name for each in listed if name is None or each.accelerator == name]
    if name is not None and not names:
        raise UsageError(f"{cloud} has no machine with {accelerator(name).name}" + ("" if retired else "; try --all"))
    limit = None if max_price is None else Decimal(str(max_price))
    found = candidates(names, region=region, cloud=cloud, by=by, prices=_prices(cached))
    kept = [each for each in found if limit is None or (each.quote is not None and each.quote.usd_hour <= limit)]
    _write(kept, form)
    for line in _scores(kept, region) if cached else ():
        click.echo(line, err=True)


@catalog.command()
@_REGION
@_CLOUD
@_FORMAT
@_CACHED
@_BY
@click.argument("names", nargs=-1, metavar="[TYPE]...")
@click.option("--primary", metavar="TYPE", help="Say what makes each of them a poor fallback for this one.")
@click.option("--exhausted", type=_MARKETS, help="The market whose quota or capacity the primary has run out of.")
def rank(
    names: Sequence[str],
    region: str,
    cloud: str,
    form: str,
    cached: bool,
    by: Any,
    primary: str | None,
    exhausted: Any,
) -> None:
    """Sort alternatives by USD per GPU-hour or per GB of accelerator memory, and say what speaks against each.

    Without TYPE, all current machines of the cloud.
    """
    from aicost_iac.cost import candidates

    if exhausted is not None and primary is None:
        raise UsageError("--exhausted needs --primary: whose quota has run out")
    chosen = (*([primary] if primary else ()), *names) if names else None
    prices = _prices(cached)
    found = candidates(chosen, primary=primary, region=region, cloud=cloud, by=by, exhausted=exhausted, prices=prices)
    _write(found, form, primary)


@catalog.command()
@_REGION
@click.argument("names", nargs=-1, metavar="[TYPE]...")
@click.option("--profile", metavar="NAME", help="A profile of boto3's configuration.")
@click.option(
    "--target", type=click.IntRange(1), metavar="N", help="Ask for spot placement scores, too, for N instances."
)
@click.option("--yes", is_flag=True, help="Write without asking.")
def refresh(names: Sequence[str], region: str, profile: str | None, target: int | None, yes: bool) -> None:
    """Ask AWS for prices and sizes, show what changed, and cache it for `--cached`.

    Without TYPE, all current machines with accelerators. Reads only: pricing:GetProducts, ec2:DescribeInstanceTypes,
    ec2:DescribeSpotPriceHistory, ec2:GetSpotPlacementScores. AWS scores three types or more together; fewer score low.
    """
    from aicost_iac.catalog import instances
    from aicost_iac.cost import cache
    from aicost_iac.cost.market import market
    from aicost_iac.cost.refreshed import differences

    chosen = list(dict.fromkeys(names)) or [each.name for each in instances() if each.status == "current"]
    old = cache.read()
    new = _asked(market(region, datetime.now(UTC), profile), chosen, target)
    lines = list(differences(old, new))
    for line in lines or ["nothing changed"]:
        click.echo(line)
    if not yes and lines:
        click.confirm(f"Write this to {cache.path()}?", abort=True, err=True)
    click.echo(f"{cache.write(old.with_newer(new))}: {len(new.prices)} prices of {region}", err=True)


def _asked(asked: Any, names: Sequence[str], target: int | None) -> Any:
    from aicost_iac.cost.cache import Cache

    plain = [name for name in names if not name.startswith("ml.")]
    prices = (*asked.on_demand(names), *(asked.spot(plain) if plain else ()))
    scores = asked.scores(plain, target) if target is not None and plain else ()
    return Cache(prices, tuple(asked.sizes(plain)) if plain else (), tuple(scores))


def _accelerator(name: str) -> str:
    """The catalog's name, upper or lower case; `A100` alone is two."""
    from aicost_iac.catalog import accelerators

    known = {each.name.casefold(): each.name for each in accelerators()}
    if name.casefold() not in known:
        raise UnknownName("accelerator", name, known.values())
    return known[name.casefold()]


def _prices(cached: bool) -> Prices | None:
    if not cached:
        return None
    from aicost_iac.cost.cache import cached_prices

    return cached_prices()


def _write(found: Sequence[Candidate], form: str, primary: str | None = None) -> None:
    if form == "json":
        click.echo(json.dumps({"version": 1, "candidates": [_data(each) for each in found]}, indent=2))
        return
    from aicost_iac.commands.screen import console
    from aicost_iac.cost.formats import machines

    machines.show(found, console(), date.today(), primary)
    for line in _hints(found):
        click.echo(line, err=True)


def _scores(found: Sequence[Candidate], region: str) -> Iterator[str]:
    """How likely spot capacity is there, as far as the cache says it of these machines."""
    from aicost_iac.cost import cache

    names = {each.name for each in found}
    for score in cache.read().scores:
        if score.region == region and names & set(score.instance_types):
            wanted = f"{score.target} instances of {', '.join(score.instance_types)}"
            yield f"spot placement in {score.zone_id or region}: {score.score} of 10 for {wanted} ({score.as_of})"


def _hints(found: Sequence[Candidate]) -> Iterator[str]:
    from aicost_iac.catalog import is_old, max_age_days

    days = [each.quote.as_of for each in found if each.quote and each.quote.as_of]
    if not found:
        yield "no machine is like that"
    elif days and is_old(min(days), date.today()):
        yield f"* older than {max_age_days()} days: `aicost catalog refresh` asks AWS for today's prices"


def _data(each: Candidate) -> dict[str, Any]:
    machine, quote = each.machine, each.quote
    shown = {"usd_hour": None, "usd_gpu_hour": None, "usd_gib_hour": None, "price_date": None, "basis": None}
    return {
        "cloud": machine.cloud,
        "instance_type": machine.instance_type,
        "accelerator": machine.accelerator,
        "accelerator_count": machine.accelerator_count,
        "accelerator_memory_gib": machine.accelerator_memory_gib,
        "vcpus": machine.vcpus,
        "memory_gib": machine.memory_gib,
        "efa": machine.efa,
        "mig": each.chip.mig_capable,
        "bf16": each.chip.bf16,
        "status": machine.status,
        "region": each.region,
        **(shown if quote is None else _price(each)),
        "flags": [{"code": flag.code, "text": flag.text} for flag in each.flags],
    }


def _price(each: Candidate) -> dict[str, Any]:
    from aicost_iac.cost.amounts import written

    assert each.quote is not None
    amounts = {"usd_hour": each.quote.usd_hour, "usd_gpu_hour": each.usd_gpu_hour, "usd_gib_hour": each.usd_gib_hour}
    texts = {name: written(usd) for name, usd in amounts.items() if usd is not None}
    spot = {} if each.spot is None else {"spot_usd_hour": written(each.spot.usd_hour), "spot_date": each.spot.as_of}
    return {**texts, "price_date": each.quote.as_of, "basis": each.quote.basis, **spot}
