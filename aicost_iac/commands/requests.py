"""`aicost requests`: the calls an app leaves to you, each with its reason and what it costs, before anyone sends it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from aicost_iac.plan import Assumption, Plan, Resource
    from aicost_iac.terraform.requests import Request

# How an assumption that is money, or explains some, reads to a person.
_WORDS = {
    "load_tests": "load tests",
    "load_test_usd": "one after the other",
    "load_test_usd_at_most": "at most",
    "on_demand_usd_a_run": "one run",
    "on_demand_usd_at_max_run": "one run at max_run, on demand",
    "spot_usd_at_max_run": "one run at max_run, on spot",
    "reported_saving": "saving that SageMaker will report",
}


@click.command()
@click.option("--app", "app_path", metavar="MODULE:ATTR", help="Default: [tool.aicost] app, or stacks:app.")
@click.option("--stack", "names", metavar="NAME", multiple=True, help="Only this stack; may be repeated.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def requests(app_path: str | None, names: Sequence[str], form: str) -> None:
    """What no resource can make: the request, the reason, and its price.

    Nothing is sent. After an apply, the named output holds the request with everything resolved, as JSON for
    `--cli-input-json`.
    """
    from aicost_iac.app import first_pass
    from aicost_iac.project import chosen, load_app

    app = load_app(app_path)
    seen = first_pass(app.stacks)
    found = [entry for stack in chosen(app, names) for entry in _entries(stack.name, stack.plan(seen))]
    if form == "json":
        click.echo(json.dumps({"version": 1, "requests": found}, indent=2))
        return
    for entry in found:
        _show(entry)
    if not found:
        click.echo("the app leaves no request to you", err=True)


def _entries(stack: str, plan: Plan) -> Iterator[dict[str, Any]]:
    from aicost_iac.terraform.requests import requests_of

    outputs = {address: name for name, output in plan.outputs.items() for address in output.references()}
    for held, made in requests_of(plan):
        yield _entry(stack, held, made, outputs.get(held.address, ""))


def _entry(stack: str, held: Resource, made: Request, output: str) -> dict[str, Any]:
    from aicost_iac.canonical import plain

    return {
        "stack": stack,
        "address": held.address,
        "blueprint": held.origin,
        "command": made.command,
        "reason": made.reason,
        "output": output,
        "costs": [_cost(each) for each in held.assume if each.name in _WORDS],
        "parameters": plain(made.parameters),
    }


def _cost(assumed: Assumption) -> dict[str, str | None]:
    """An amount that nobody knows is null, and its source says why."""
    return {
        "what": _WORDS[assumed.name],
        "amount": None if assumed.value == "?" else assumed.value,
        "unit": assumed.unit,
        "source": assumed.source,
        "as_of": assumed.as_of,
    }


def _show(entry: dict[str, Any]) -> None:
    click.secho(f"[{entry['stack']}] {entry['command']}", bold=True)
    click.echo(f"  {entry['blueprint']}: {entry['reason']}")
    if entry["output"]:
        click.echo(f"  terraform output -raw {entry['output']} > request.json")
    for cost in entry["costs"]:
        click.echo(f"  {_amount(cost)}")
    click.echo()


def _amount(cost: dict[str, str | None]) -> str:
    if cost["amount"] is None:
        return f"{cost['what']}: not known: {cost['source']}"
    amount = {"USD": f"${cost['amount']}", "%": f"{cost['amount']} %"}.get(str(cost["unit"]), str(cost["amount"]))
    more = ", ".join(part for part in (cost["source"], f"prices of {cost['as_of']}" if cost["as_of"] else "") if part)
    return f"{cost['what']}: {amount}" + (f" ({more})" if more else "")
