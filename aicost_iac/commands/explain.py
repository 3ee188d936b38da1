"""`aicost explain`: the page of a rule."""

from __future__ import annotations

import sys

import click

from aicost_iac.gate.explaining import explanation


@click.command()
@click.argument("rule")
def explain(rule: str) -> None:
    """What RULE finds, what happens, why it costs, and what to write instead."""
    text = explanation(rule)
    if not sys.stdout.isatty():
        click.echo(text, nl=False)
        return
    from rich.console import Console
    from rich.markdown import Markdown

    Console().print(Markdown(text))
