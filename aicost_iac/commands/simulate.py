"""`aicost simulate`: what KEDA and the HPA make of a load, and what that costs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aicost_iac.errors import CatalogError, UnreadableDocument, UsageError, did_you_mean

if TYPE_CHECKING:
    from aicost_iac.commands.simulation_report import Price
    from aicost_iac.plan import KubeObject

_READABLE = click.Path(path_type=Path, exists=True, dir_okay=False)
_SECONDS = click.FloatRange(min=0)


class _Amount(click.ParamType[Decimal]):
    """A decimal above 0."""

    name = "AMOUNT"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        try:
            amount = Decimal(str(value))
        except InvalidOperation:
            amount = Decimal(0)
        if not (amount.is_finite() and amount > 0):
            self.fail(f"{value!r} is no number above 0", param, ctx)
        return amount


@click.command()
@click.argument("file", type=_READABLE)
@click.option("--load", "load_file", type=_READABLE, required=True, help="CSV: times, and a column for each trigger.")
@click.option("--name", help="Which ScaledObject, where the file has several.")
@click.option("--replicas", type=click.IntRange(min=0), help="At the start; default: the fewest the object allows.")
@click.option("--until", type=_SECONDS, help="Seconds to run; default: to the last time of the load.")
@click.option("--begin", metavar="TIME", help="ISO 8601 time of second 0, for cron triggers.")
@click.option(
    "--pod-ready", type=_SECONDS, help="Seconds until a pod is ready; default: what the object assumes, or 1."
)
@click.option("--first-poll", type=float, default=3, show_default=True, help="Second of KEDA's first poll.")
@click.option("--hpa-created", type=float, default=1, show_default=True, help="Second in which the HPA came to be.")
@click.option("--sync-period", type=click.FloatRange(min=1), default=15, show_default=True, help="Of the HPA, seconds.")
@click.option("--instance-type", help="The machine one replica runs on, alone.")
@click.option("--region", default="us-east-1", show_default=True, help="Of its price.")
@click.option("--usd-hour", type=_Amount(), help="Price of one replica, where no list has it.")
@click.option("--gpus", type=_Amount(), help="GPUs of one replica; 0.142857 is one slice of seven.")
@click.option("--plot", "picture", type=click.Path(path_type=Path, dir_okay=False), help="A picture, .svg or .png.")
@click.option("--format", "form", type=click.Choice(["text", "json", "csv"]), default="text", show_default=True)
def simulate(
    file: Path,
    load_file: Path,
    name: str | None,
    replicas: int | None,
    until: float | None,
    begin: str | None,
    pod_ready: float | None,
    first_poll: float,
    hpa_created: float,
    sync_period: float,
    instance_type: str | None,
    region: str,
    usd_hour: Decimal | None,
    gpus: Decimal | None,
    picture: Path | None,
    form: str,
) -> None:
    """Replay a load against a ScaledObject: replicas over time, GPU-hours and dollars.

    The arithmetic is that of KEDA 2.20 and the HPA; nothing is asked of a cluster. FILE holds the ScaledObject as YAML,
    anybody's. The load's columns are named after the triggers (`name`, or trigger-0, trigger-1, ...); a cell is a
    number, empty for an empty result, or `error` for a failed read.
    """
    from aicost_iac.commands import simulation_report
    from aicost_iac.kubernetes import autoscaling
    from aicost_iac.kubernetes.autoscaling.load import read_load

    item = _scaled_object(file, name)
    spec = item.body.get("spec", {})
    load = read_load(load_file.read_text(encoding="utf-8"), str(load_file))
    until_s = load.end_s if until is None else until
    curves = load.curves(_triggers(spec), until_s, _moment(begin))
    changes = autoscaling.simulate(
        spec,
        curves,
        start_replicas=_fewest(spec) if replicas is None else replicas,
        first_poll_s=first_poll,
        hpa_created_s=hpa_created,
        sync_period_s=sync_period,
        pod_ready_s=float(_assumed(item, "pod_ready_s") or 1) if pod_ready is None else pod_ready,
        until_s=until_s,
    )
    loads = dict(zip(_headings(spec), curves, strict=True))
    price = _price(item, instance_type, region, usd_hour, gpus)
    run = simulation_report.Run(item, changes, loads, until_s, price)
    simulation_report.show(run, form)
    if picture is not None:
        simulation_report.draw(run, picture)


def _scaled_object(file: Path, name: str | None) -> KubeObject:
    import yaml

    from aicost_iac.kubernetes.manifest import load

    try:
        documents = [each for each in yaml.safe_load_all(file.read_text(encoding="utf-8")) if isinstance(each, dict)]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = str(getattr(error, "problem", error))
        raise UnreadableDocument(
            str(file), reason, mark.line + 1 if mark else 0, mark.column + 1 if mark else 0
        ) from None
    found = [load(each, str(file)) for each in documents if each.get("kind") == "ScaledObject"]
    known = {item.name: item for item in found}
    if not found:
        raise UsageError(f"{file} holds no ScaledObject")
    if name is not None and name not in known:
        raise UsageError(f"{file} holds no ScaledObject {name!r}; {did_you_mean(name, known) or sorted(known)}")
    if name is None and len(known) > 1:
        raise UsageError(f"{file} holds several ScaledObjects: choose one with --name, of {', '.join(sorted(known))}")
    return known[name] if name is not None else found[0]


def _triggers(spec: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    written = spec.get("triggers")
    return [each for each in written if isinstance(each, Mapping)] if isinstance(written, list) else []


def _headings(spec: Mapping[str, Any]) -> list[str]:
    """What a picture calls the triggers: by name, else by type and place."""
    return [str(each.get("name") or f"{each.get('type')} {index}") for index, each in enumerate(_triggers(spec))]


def _fewest(spec: Mapping[str, Any]) -> int:
    written = spec.get("idleReplicaCount", spec.get("minReplicaCount", 0))
    return written if isinstance(written, int) else 0


def _moment(text: str | None) -> datetime | None:
    try:
        moment = None if text is None else datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--begin {text!r} is no ISO 8601 time, such as 2026-11-24T08:00Z") from None
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment


def _assumed(item: KubeObject, name: str) -> Decimal | None:
    from aicost_iac.cost.assumptions import number

    return number(item, name)


def _price(
    item: KubeObject, instance_type: str | None, region: str, usd_hour: Decimal | None, gpus: Decimal | None
) -> Price:
    """What is said on the command line counts first, then the instance type, then what the object assumes."""
    from aicost_iac.commands.simulation_report import Price

    if usd_hour is not None:
        return Price(usd_hour, gpus, "given with --usd-hour")
    if instance_type is not None:
        from aicost_iac import catalog

        try:
            price, shape = catalog.on_demand(instance_type, region), catalog.instance(instance_type)
        except CatalogError as error:
            raise UsageError(f"--instance-type {instance_type}: {error}") from error
        source = f"{instance_type} in {region}, list price of {price.date}"
        return Price(price.usd_hour, gpus or Decimal(shape.accelerator_count), source)
    assumed = _assumed(item, "replica_usd_hour")
    source = "as the object assumes" if assumed is not None else "say --instance-type or --usd-hour"
    return Price(assumed, gpus or _assumed(item, "gpus_per_replica"), source)
