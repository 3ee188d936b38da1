"""`aicost advise`: what the account's own history says. It reads; it never buys."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aicost_iac.errors import UsageError

if TYPE_CHECKING:
    from aicost_iac.advise.commitment import Advice, Terms
    from aicost_iac.advise.history import History, Recommendation, Series
    from aicost_iac.advise.usage import Usage

_PROFILE = click.option("--profile", metavar="NAME", help="A profile of boto3's configuration.")
_FORMAT = click.option("--format", "form", type=click.Choice(["text", "markdown", "json"]), default="text")
_FILE = click.Path(path_type=Path, dir_okay=False)


class _Days(click.ParamType[int]):
    """`60d`, or `60`."""

    name = "DAYS"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        found = re.fullmatch(r"([1-9]\d{0,2})d?", str(value))
        if not found or int(found[1]) > 400:
            self.fail(f"{value!r} is no number of days from 1 to 400, such as 60d", param, ctx)
        return int(found[1])


class _Share(click.ParamType[Decimal]):
    """A share from 0 up to, and without, 1; `27%` is 0.27."""

    name = "SHARE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        text = str(value)
        try:
            share = Decimal(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
        except InvalidOperation:
            share = Decimal(-1)
        if not 0 <= share < 1:
            self.fail(f"{value!r} is no share from 0 to 1, such as 0.27 or 27%", param, ctx)
        return share


@click.group(invoke_without_command=True)
@click.option("--iam-policy", is_flag=True, help="Print what a role needs for these commands, and nothing else.")
@click.pass_context
def advise(ctx: click.Context, iam_policy: bool) -> None:
    """What the account's own history says: what to commit to, what is spent on accelerators.

    Read-only. Cost Explorer charges $0.01 a request; a run makes about twenty.
    """
    if iam_policy:
        from aicost_iac.advise.permissions import policy

        click.echo(policy(), nl=False)
    elif ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


@advise.command()
@_PROFILE
@_FORMAT
@click.option("--lookback", type=_Days(), default="60d", show_default=True, help="How far back days are read.")
@click.option("--from", "source", type=_FILE, help="A saved history instead of the account.")
@click.option("--save", type=_FILE, help="Write the history, to judge it again without the account.")
@click.option("--discount", "discounts", multiple=True, metavar="[PLAN=]SHARE", help="Instead of AWS's own figure.")
@click.option("--price-decline", type=_Share(), default="0", help="Expected fall of on-demand prices in a year.")
@click.option("--term", type=click.Choice(["1", "3"]), default="1", show_default=True, help="Years.")
@click.option("--allow-three-years", is_flag=True, help="Three years is longer than prices of accelerators stand.")
@click.option("--allow-above-median", is_flag=True, help="Advise more than half of the hours use.")
@click.option("--plot", "pictures", type=click.Path(path_type=Path, file_okay=False), help="A folder for pictures.")
@click.option("--plot-format", type=click.Choice(["svg", "png"]), default="svg", show_default=True)
@click.option(
    "--iac", type=click.Path(path_type=Path, file_okay=False), help="A folder for Terraform and NodeOverlays."
)
@click.option("--provider-version", default=">= 6.69, < 7", show_default=True, help="Of the AWS provider, for --iac.")
@click.option("--wait/--no-wait", default=True, help="Have AWS make its recommendation anew, and wait for it.")
def commitments(
    profile: str | None,
    form: str,
    lookback: int,
    source: Path | None,
    save: Path | None,
    discounts: Sequence[str],
    price_decline: Decimal,
    term: str,
    allow_three_years: bool,
    allow_above_median: bool,
    pictures: Path | None,
    plot_format: str,
    iac: Path | None,
    provider_version: str,
    wait: bool,
) -> None:
    """Size Savings Plans by the hours of the account, beside AWS's own recommendation."""
    from aicost_iac.advise import history as histories

    if term == "3" and not allow_three_years:
        raise UsageError(
            "--term 3: no three-year advice, prices of accelerators fall faster than that; "
            "--allow-three-years overrides, and --price-decline says what you expect"
        )
    given = _given(discounts)
    history = histories.load(source) if source else _read(profile, lookback, wait)
    if save:
        save.write_text(histories.dump(history), encoding="utf-8")
        click.echo(f"written: {save}", err=True)
    advices = _advices(history, given, int(term), price_decline, allow_above_median)
    if not advices:
        raise UsageError("there is nothing to advise on: no series of hours with a known discount")
    _show(history, advices, form)
    _write_files(advices, pictures, plot_format, iac, provider_version)


@advise.command()
@_PROFILE
@_FORMAT
@click.option("--lookback", type=_Days(), default="30d", show_default=True)
@click.option("--tag", "tag_key", default="workload-type", show_default=True, help="The tag to group and judge by.")
@click.option(
    "--idle-below", type=_Share(), default="5%", show_default=True, help="GPU utilisation of idle candidates."
)
@click.option("--units", type=str, help="Units of work the period did, for the cost of one.")
@click.option("--unit", default="request", show_default=True, help="What one unit is called.")
def usage(
    profile: str | None, form: str, lookback: int, tag_key: str, idle_below: Decimal, units: str | None, unit: str
) -> None:
    """Accelerator spend by type, tag and day; the untagged share; idle candidates; cost per unit of work."""
    from aicost_iac.advise import usage as spend
    from aicost_iac.advise.account import Period
    from aicost_iac.advise.calls import Account

    work = _units(units)
    end = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    period = Period(end - timedelta(days=lookback), end)
    found = spend.read(Account(profile), period, tag_key, idle_below * 100, _progress)
    _show_usage(found, work, unit, form)


def _read(profile: str | None, lookback: int, wait: bool) -> History:
    from aicost_iac.advise import account
    from aicost_iac.advise.calls import Account

    return account.read(Account(profile), datetime.now(UTC), lookback, _progress, wait=wait)


def _progress(text: str) -> None:
    click.echo(click.style("reading ", fg="cyan") + text, err=True)


def _units(text: str | None) -> Decimal | None:
    try:
        units = None if text is None else Decimal(text)
    except InvalidOperation:
        units = Decimal(0)
    if units is not None and not units > 0:
        raise UsageError(f"--units {text!r} is no number above 0")
    return units


def _given(discounts: Sequence[str]) -> dict[str, Decimal]:
    """By plan; `""` for all others."""
    from aicost_iac.advise.history import API_NAMES

    found: dict[str, Decimal] = {}
    for text in discounts:
        plan, _, share = text.rpartition("=")
        if plan and plan not in API_NAMES:
            raise UsageError(f"--discount {text!r}: {plan!r} is no plan; there are {', '.join(API_NAMES)}")
        found[plan] = _Share().convert(share, None, None)
        if not found[plan]:
            raise UsageError(f"--discount {text!r}: without a discount there is nothing to commit for")
    return found


def _advices(
    history: History, given: dict[str, Decimal], years: int, decline: Decimal, above_median: bool
) -> list[Advice]:
    from aicost_iac.advise.commitment import LEAST_HOURS, Terms, advise

    found = []
    for series in history.series:
        recommended = history.recommended(series, years, "NO_UPFRONT")
        discount, origin = _discount(series, recommended, given)
        if len(series.usd_hour) < LEAST_HOURS:
            click.echo(f"{series.name}: no advice on {len(series.usd_hour)} hours, a week is the least", err=True)
        elif discount is None:
            click.echo(f"{series.name}: no advice, its discount is not known: {origin}", err=True)
        else:
            terms: Terms = Terms(discount, years, decline)
            found.append(
                advise(series, terms, discount_source=origin, recommended=recommended, above_median=above_median)
            )
    return found


def _discount(
    series: Series, recommended: Recommendation | None, given: dict[str, Decimal]
) -> tuple[Decimal | None, str]:
    for plan in (series.plan, ""):
        if plan in given:
            return given[plan], "given with --discount"
    if recommended is not None and recommended.discount:
        made = f" of {recommended.generated}" if recommended.generated else ""
        return recommended.discount, f"derived from AWS's own recommendation{made}"
    return None, f"AWS recommends nothing here; give it with --discount {series.plan}=SHARE"


def _show(history: History, advices: Sequence[Advice], form: str) -> None:
    from aicost_iac.advise import report

    if form == "json":
        click.echo(json.dumps(report.data(history, advices), indent=2))
        return
    if form == "markdown":
        click.echo(report.markdown(history, advices))
        return
    for advice in advices:
        click.secho(report.headline(advice), bold=True)
        for line in report.because(advice):
            click.echo(f"  {line}")
        _table(*report.table(advice))
    for line in report.held(history):
        click.echo(line)


def _show_usage(found: Usage, units: Decimal | None, unit: str, form: str) -> None:
    from aicost_iac.advise import report

    if form == "json":
        click.echo(json.dumps(report.usage_data(found, units, unit), indent=2))
        return
    if form == "markdown":
        click.echo(report.usage_markdown(found, units, unit))
        return
    for table in report.usage_tables(found):
        _table(*table)
    for line in report.usage_lines(found, units, unit):
        click.echo(line)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for index, name in enumerate(head):
        table.add_column(name, justify="left" if index == 0 else "right", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    console = Console()
    console.print(table, soft_wrap=not console.is_terminal)


def _write_files(
    advices: Sequence[Advice], pictures: Path | None, plot_format: str, iac: Path | None, provider_version: str
) -> None:
    from aicost_iac.advise import purchase
    from aicost_iac.advise.plot import plot

    for folder in filter(None, (pictures, iac)):
        folder.mkdir(parents=True, exist_ok=True)
    for advice in advices:
        if pictures:
            path = pictures / f"{purchase.stem(advice)}.{plot_format}"
            plot(advice, path)
            click.echo(f"written: {path}", err=True)
        if iac and advice.outcome.usd_hour:
            for name, text in purchase.files(advice, provider_version).items():
                (iac / name).write_text(text, encoding="utf-8")
                click.echo(f"written: {iac / name}", err=True)
            if (reason := purchase.why_no_terraform(advice, provider_version)) is not None:
                click.echo(f"no Terraform for {advice.series.name}: {reason}", err=True)
