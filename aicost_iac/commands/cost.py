"""`aicost cost`: what an app, or what stands in files, costs; what a change adds; whether budgets hold."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aicost_iac.errors import UsageError

if TYPE_CHECKING:
    from aicost_iac.cost import Estimate, Root
    from aicost_iac.cost.comparing import Comparison

_FILE = click.Path(path_type=Path, dir_okay=False)


class _Usd(click.ParamType[Decimal]):
    """An amount of USD."""

    name = "USD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        try:
            amount = Decimal(str(value))
        except InvalidOperation:
            amount = Decimal(-1)
        if not amount.is_finite() or amount < 0:
            self.fail(f"{value!r} is no amount of USD, such as 500", param, ctx)
        return amount


@click.command()
@click.argument("paths", nargs=-1)
@click.option("--app", "app_path", metavar="MODULE:ATTR", help="Default: [tool.aicost] app, or stacks:app.")
@click.option("--stack", "names", metavar="NAME", multiple=True, help="Only this stack of the app; may be repeated.")
@click.option("--region", metavar="REGION", help="Of what files describe.  [default: the provider's, or us-east-1]")
@click.option("--spot", "spots", metavar="TYPE=USD[@DATE]", multiple=True, help="A spot price an hour; repeatable.")
@click.option(
    "--prices", "price_files", type=_FILE, multiple=True, help="A file of prices; `aicost cost` never asks AWS."
)
@click.option("--cached", is_flag=True, help="Use the prices that `aicost catalog refresh` cached.")
@click.option("--format", "form", type=click.Choice(["text", "markdown", "json"]), default="text", show_default=True)
@click.option("--details", is_flag=True, help="Show the arithmetic of every part.")
@click.option("--save", type=_FILE, help="Write the estimate, to compare with later.")
@click.option("--compare", type=_FILE, help="Show what changed since this saved estimate.")
@click.option("--fail-above", type=_Usd(), help="With --compare: exit 1 when a month is expected to cost so much more.")
@click.option("--budget", "with_budgets", is_flag=True, help="Exit 1 when a budget's worst case is above its limit.")
def cost(
    paths: tuple[str, ...],
    app_path: str | None,
    names: Sequence[str],
    region: str | None,
    form: str,
    details: bool,
    save: Path | None,
    compare: Path | None,
    fail_above: Decimal | None,
    with_budgets: bool,
    **told: Any,
) -> None:
    """What it costs: floor, expected, ceiling; offline, at dated list prices.

    PATHS are Terraform (JSON, HCL, plans) and Kubernetes YAML; `-` is what is piped in. Without any, the stacks of this
    repository's app are estimated. Spot is priced at the on-demand list price unless somebody gives a price for it.
    Exit codes: 0 fine, 1 above --fail-above or a budget, 2 an error.
    """
    from aicost_iac.commands.given_prices import given_prices
    from aicost_iac.commands.roots import of_app, of_files
    from aicost_iac.cost import estimate_roots

    if fail_above is not None and compare is None:
        raise UsageError("--fail-above needs --compare: it is about what a change adds")
    held = of_files(paths, region) if paths else of_app(app_path, names)
    made = held.complete(estimate_roots(held.roots, given_prices(**told)))
    comparison = _comparison(compare, made) if compare else None
    _show(made, comparison, form, details)
    if save:
        _save(save, made)
    _hint(made)
    failed = [*_too_much(comparison, fail_above), *(_over_budget(held.roots, made) if with_budgets else ())]
    for line in failed:
        click.secho(line, fg="red", err=True)
    sys.exit(1 if failed else 0)


def _comparison(file: Path, made: Estimate) -> Comparison:
    from aicost_iac.commands.given_prices import text_of
    from aicost_iac.cost.comparing import compare, read_saved

    return compare(read_saved(text_of(file), str(file)), made)


def _show(made: Estimate, comparison: Comparison | None, form: str, details: bool) -> None:
    from aicost_iac.cost import contract
    from aicost_iac.cost.formats import markdown, text

    if form == "json":
        data = contract.document(made) if comparison is None else contract.difference(comparison)
        click.echo(json.dumps(data, indent=2, ensure_ascii=False))
    elif form == "markdown":
        click.echo(markdown.estimate(made) if comparison is None else markdown.comparison(comparison, made), nl=False)
    else:
        from aicost_iac.commands.screen import console

        if comparison is None:
            text.show(made, console(), details=details)
        else:
            text.show_comparison(comparison, console())


def _hint(made: Estimate) -> None:
    """List prices of machines that are past their age; what was given is its giver's matter."""
    from aicost_iac.catalog import is_old, max_age_days

    lines = [line for item in made.items for part in item.parts for line in part.lines if line.accelerators]
    if any(line.quote.basis == "list" and is_old(line.quote.as_of, date.today()) for line in lines):
        hint = "`aicost catalog refresh` asks AWS, --cached uses its answers"
        click.echo(f"list prices of machines are older than {max_age_days()} days: {hint}", err=True)


def _save(file: Path, made: Estimate) -> None:
    from aicost_iac.cost import contract

    try:
        file.write_text(json.dumps(contract.document(made), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"--save {file}: {error.strerror}") from error


def _too_much(comparison: Comparison | None, limit: Decimal | None) -> Iterator[str]:
    from aicost_iac.cost.formats.wording import usd

    if comparison is not None and limit is not None and (added := comparison.month.expected) > limit:
        yield f"a month is expected to cost {usd(added)} more, above --fail-above {usd(limit)}"


def _over_budget(roots: Sequence[Root], made: Estimate) -> Iterator[str]:
    """Budgets that do not hold; said too: those nobody can judge, and that there is none."""
    from aicost_iac.cost.budgets import covered
    from aicost_iac.cost.formats import budgets

    found = covered(roots, made)
    for line in budgets.remarks(found):
        click.echo(line, err=True)
    yield from budgets.failures(found)
