"""`aicost rules`: what there is to be judged, and where Checkov finds it."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any

import click

from aicost_iac.rules import Rule, all_rules, page


@click.group(invoke_without_command=True)
@click.option("--checkov-dir", is_flag=True, help="Print the folder for `checkov --external-checks-dir`.")
@click.pass_context
def rules(ctx: click.Context, checkov_dir: bool) -> None:
    """The rules of `aicost check`."""
    if checkov_dir:
        from aicost_iac.gate.checkov_plugin import FOLDER

        click.echo(FOLDER)
        ctx.exit()
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


@rules.command("list")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "--group", type=click.Choice(["money", "broken", "security", "hygiene"]), help="Only rules of this group."
)
def list_rules(form: str, group: str | None) -> None:
    """Every rule: id, name, severity, group, and what it finds."""
    listed = [rule for rule in all_rules() if group in (None, rule.group)]
    if form == "json":
        click.echo(json.dumps({"version": 1, "rules": list(map(_entry, listed))}, indent=2, ensure_ascii=False))
    elif sys.stdout.isatty():
        _table(listed)
    else:
        for rule in listed:
            click.echo("\t".join((rule.id, rule.name, rule.severity, rule.group, page(rule).title)))


def _entry(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": rule.name,
        "severity": rule.severity,
        "group": rule.group,
        "folded": rule.folded,
        "reads": list(rule.reads),
        "title": page(rule).title,
        "source": rule.source,
    }


def _table(listed: Sequence[Rule]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, header_style="bold")
    for heading in ("rule", "name", "severity", "group", "what it finds"):
        table.add_column(heading, overflow="fold")
    for rule in listed:
        colour = "red" if rule.severity == "error" else "yellow"
        table.add_row(rule.id, rule.name, f"[{colour}]{rule.severity}[/]", rule.group, page(rule).title)
    Console().print(table)
