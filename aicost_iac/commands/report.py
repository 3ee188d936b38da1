"""`aicost report`: what it costs, what the rules found and what has no price, as one HTML file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from aicost_iac.errors import UsageError


@click.command()
@click.argument("paths", nargs=-1)
@click.option("--app", "app_path", metavar="MODULE:ATTR", help="Default: [tool.aicost] app, or stacks:app.")
@click.option("--stack", "names", metavar="NAME", multiple=True, help="Only this stack of the app; may be repeated.")
@click.option("--region", metavar="REGION", help="Of what files describe.  [default: the provider's, or us-east-1]")
@click.option("--spot", "spots", metavar="TYPE=USD[@DATE]", multiple=True, help="A spot price an hour; repeatable.")
@click.option("--prices", "price_files", type=click.Path(path_type=Path, dir_okay=False), multiple=True)
@click.option("--cached", is_flag=True, help="Use the prices that `aicost catalog refresh` cached.")
@click.option("--title", help="Default: the app, or the paths.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), default="report.html", show_default=True)
def report(
    paths: tuple[str, ...],
    app_path: str | None,
    names: Sequence[str],
    region: str | None,
    title: str | None,
    out: Path,
    **told: Any,
) -> None:
    """Write one self-contained page: cost ranges, budgets, MIG layouts, pipelines, findings, and what is not priced.

    PATHS as for `aicost cost`. The page loads nothing and runs no script.
    """
    from aicost_iac.commands.given_prices import given_prices
    from aicost_iac.commands.roots import of_app, of_files
    from aicost_iac.cost import estimate_roots
    from aicost_iac.cost.report import html, page
    from aicost_iac.rules import Subject, World, check

    held = of_files(paths, region) if paths else of_app(app_path, names)
    prices = given_prices(**told)
    made = held.complete(estimate_roots(held.roots, prices))
    subjects = tuple(Subject(node, root.name) for root in held.roots for node in root.nodes)
    shown = title or (", ".join(paths) if paths else ", ".join(root.name for root in held.roots))
    text = html(page(shown, held.roots, made, check(World(subjects)), prices))
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"--out {out}: {error.strerror}") from error
    click.echo(out)
