"""Kubernetes workloads: what their pods pay, what they claim, and what they leave of their nodes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from fractions import Fraction

from aicost_iac.cost.amounts import monthly, unit_price
from aicost_iac.cost.pricers import claims
from aicost_iac.cost.pricers.placing import Placed, placed
from aicost_iac.cost.pricers.runs import share_of_month
from aicost_iac.cost.prices import Missing
from aicost_iac.cost.site import Charged, Site, priced
from aicost_iac.rules.reading.pods import WORKLOADS
from aicost_iac.rules.world import Subject


@priced(*WORKLOADS)
def workload(subject: Subject, site: Site) -> Charged:
    """Each pod template by itself: a leader and its workers may differ."""
    for each in site.once(placed).get(id(subject), ()):
        yield from each.charged
    yield from claims.of_workload(subject, site)
    yield from site.once(left_over).get(id(subject), ())


def left_over(site: Site) -> Mapping[int, list[Missing]]:
    """What pods leave of their nodes, as expected, by the first of the workloads that share them.

    Nodes are started whole: unless other pods use the rest, it is paid too, and no pod's share holds it.
    """
    found: dict[int, list[Missing]] = {}
    for sharing in _sharing(site).values():
        filled = sum((each.running for each in sharing), Fraction(0))
        rest = math.ceil(filled) - filled
        if rest and (share := sharing[0].share):
            usd = monthly(unit_price(share.low.usd_hour * rest.numerator, rest.denominator))
            told = (
                f"nodes are started whole: {rest} of one {share.instance_type} is left over as expected, ${usd:,.2f} a "
            )
            reason = Missing(f"{told}month unless other pods use it")
            found.setdefault(id(sharing[0].pods.subject), []).append(reason)
    return found


def _sharing(site: Site) -> Mapping[tuple[object, ...], list[Placed]]:
    """Templates that serve all the time, by the pool or else the root they are of, and the machine."""
    groups: dict[tuple[object, ...], list[Placed]] = {}
    for each in _serving(site):
        pool = each.choice.pool if each.choice else None
        owner = each.pods.subject.root if pool is None else id(pool.subject)
        groups.setdefault((owner, each.share and each.share.instance_type), []).append(each)
    return groups


def _serving(site: Site) -> Iterator[Placed]:
    for templates in site.once(placed).values():
        for each in templates:
            if each.share is not None and share_of_month(each.pods.subject).run_hours is None:
                yield each
