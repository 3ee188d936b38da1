"""Where pods run, and what they pay there: their share of a node, times how many run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from aicost_iac.cost.amounts import Range
from aicost_iac.cost.estimates import Part
from aicost_iac.cost.pricers.buying import NO_SAVING
from aicost_iac.cost.pricers.demand import demand
from aicost_iac.cost.pricers.disks import node_volumes
from aicost_iac.cost.pricers.nodes import Choice, choose
from aicost_iac.cost.pricers.replicas import replicas
from aicost_iac.cost.pricers.runs import run_of, share_of_month
from aicost_iac.cost.pricers.shares import Share, shares
from aicost_iac.cost.prices import Included, Missing, divided
from aicost_iac.cost.site import Charge, Charged, Site
from aicost_iac.rules.reading.pods import WORKLOADS, Pods, pods_of

_PER_NODE = "DaemonSet"
_EVERY_NODE = Missing("one pod a node: the nodes are priced, or what runs on them")


@dataclass(frozen=True)
class Placed:
    """A pod template, where it runs, and what it is charged there.

    `share` is what one of its pods takes of the machine to expect, `running` how many nodes of it they fill together.
    """

    pods: Pods
    choice: Choice | None
    charged: tuple[Charge, ...]
    share: Share | None = None
    running: Fraction = Fraction(0)


def placed(site: Site) -> Mapping[int, tuple[Placed, ...]]:
    """Every pod template by the identity of its subject; ask `site.once` for it."""
    return {
        id(subject): tuple(_placed(pods, site) for pods in pods_of(subject, site.world))
        for subject in site.world.of(*WORKLOADS)
    }


def _placed(pods: Pods, site: Site) -> Placed:
    wanted = demand(pods)
    if isinstance(wanted, Missing):
        return Placed(pods, None, (wanted,))
    if pods.subject.kind == _PER_NODE:
        return Placed(pods, None, (_EVERY_NODE,) if wanted.accelerated else ())
    choice = choose(pods, wanted, site)
    if isinstance(choice, Missing):
        return Placed(pods, None, (choice,))
    if choice.paid:
        return Placed(pods, choice, (Included(choice.how),))
    found, missing = divided(shares(pods.subject, wanted, choice, site))
    if not found:
        return Placed(pods, choice, missing)
    count = replicas(pods, site).count.expected
    charged = (*missing, *_parts(pods, found, choice, site))
    return Placed(pods, choice, charged, found[0] if wanted.accelerated else None, Fraction(count) * found[0].part)


def _parts(pods: Pods, found: Sequence[Share], choice: Choice, site: Site) -> Charged:
    running = replicas(pods, site)
    time = share_of_month(pods.subject)
    yield from time.missing
    count = Range(*(a * b for a, b in zip(_three(running.count), _three(time.part), strict=True)))
    dearest = max(found, key=_highest)
    note = "; ".join(each for each in (choice.how, running.note, time.note, _saving(found, choice)) if each)
    lines = (
        found[0].line(count.floor, found[0].low),
        found[0].line(count.expected, found[0].low),
        dearest.line(count.ceiling, dearest.high),
    )
    yield Part(_name(pods), *lines, note, run_of(lines, running.count, time))
    disks, unknown = divided(node_volumes(choice.pool, site))
    yield from unknown
    for disk in disks:
        floor, expected = (found[0].of_disk(pods, disk) for pods in (count.floor, count.expected))
        yield Part("volumes of their nodes", floor, expected, dearest.of_disk(count.ceiling, disk))


def _saving(found: Sequence[Share], choice: Choice) -> str:
    return NO_SAVING if choice.spot and any(each.low == each.high for each in found) else ""


def _highest(share: Share) -> Decimal:
    return share.high.usd_hour * share.part.numerator / share.part.denominator


def _name(pods: Pods) -> str:
    """`pods`, or the role the template has in its workload: `leaderTemplate`, `Worker`."""
    names = [str(key) for key in pods.block.path if isinstance(key, str)]
    role = next((each for each in reversed(names) if each not in ("spec", "template", "jobTemplate")), "")
    return f"pods ({role})" if role else "pods"


def _three(of: Range) -> tuple[Decimal, Decimal, Decimal]:
    return of.floor, of.expected, of.ceiling
