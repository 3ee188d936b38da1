"""What `aicost simulate` tells of a run: as text, JSON, CSV and as a picture."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from aicost_iac.kubernetes.autoscaling import Change, Step
from aicost_iac.kubernetes.autoscaling.plot import plot
from aicost_iac.kubernetes.autoscaling.usage import Usage, usage
from aicost_iac.plan import KubeObject


@dataclass(frozen=True, slots=True)
class Price:
    """USD an hour of one replica, and where the figure comes from; None where nobody states it."""

    usd_hour: Decimal | None
    gpus: Decimal | None
    source: str


@dataclass(frozen=True, slots=True)
class Run:
    """What there is to tell."""

    item: KubeObject
    changes: Sequence[Change]
    loads: Mapping[str, Sequence[Step]]
    until_s: float
    price: Price

    @property
    def most(self) -> int:
        return int(self.item.body["spec"].get("maxReplicaCount", 100))

    @property
    def used(self) -> Usage:
        return usage(self.changes, self.until_s)

    @property
    def name(self) -> str:
        return f"{self.item.namespace}/{self.item.name}" if self.item.namespace else self.item.name


def show(run: Run, form: str) -> None:
    """Print a run: `text`, `json` or `csv`."""
    if form == "json":
        click.echo(json.dumps(_data(run), indent=2))
    elif form == "csv":
        click.echo("seconds,replicas")
        for moment, replicas in run.changes:
            click.echo(f"{moment:g},{replicas}")
    else:
        _text(run)


def _data(run: Run) -> dict[str, Any]:
    used, price = run.used, run.price
    return {
        "version": 1,
        "scaled_object": run.item.address,
        "until_s": run.until_s,
        "changes": [{"seconds": moment, "replicas": replicas} for moment, replicas in run.changes],
        "most_replicas": used.most,
        "replica_hours": _hours(used.replica_hours),
        "asleep_hours": _hours(used.asleep_hours),
        "gpu_hours": None if price.gpus is None else str(used.gpu_hours(price.gpus)),
        "usd": None if price.usd_hour is None else str(used.usd(price.usd_hour)),
        "price": {"replica_usd_hour": None if price.usd_hour is None else str(price.usd_hour), "source": price.source},
    }


def _text(run: Run) -> None:
    from rich.console import Console
    from rich.table import Table

    used, price = run.used, run.price
    click.secho(f"{run.name}, {_hours(Decimal(run.until_s) / 3600)} hours", bold=True)
    table = Table("time", "replicas")
    table.columns[0].justify = table.columns[1].justify = "right"
    for moment, replicas in run.changes:
        table.add_row(_clock(moment), str(replicas))
    Console().print(table)
    hours = f"{_hours(used.replica_hours)} replica-hours"
    gpu_hours = "" if price.gpus is None else f", {used.gpu_hours(price.gpus)} GPU-hours"
    click.echo(f"{hours}{gpu_hours}; {_hours(used.asleep_hours)} hours at zero; at most {used.most} of {run.most}")
    if price.usd_hour is None:
        click.echo(f"price unknown: {price.source}")
    else:
        click.echo(f"${used.usd(price.usd_hour)} at ${price.usd_hour} an hour for a replica, {price.source}")


def draw(run: Run, picture: Path) -> None:
    """Draw a run into a file."""
    used, price = run.used, run.price
    cost = "" if price.usd_hour is None else f", ${used.usd(price.usd_hour)}"
    title = f"{run.name}: {_hours(used.replica_hours)} replica-hours{cost}"
    plot(picture, title, run.loads, run.changes, run.most, run.until_s)
    click.echo(f"written: {picture}", err=True)


def _hours(hours: Decimal) -> str:
    return f"{hours.quantize(Decimal('0.01'))}"


def _clock(seconds: float) -> str:
    """Days, and hours, minutes and seconds."""
    return str(timedelta(seconds=round(seconds)))
