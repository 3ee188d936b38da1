"""One job over many nodes: one type, one zone, one placement group, and a network of their own.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/efa-start-nccl.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from aicost_iac import catalog
from aicost_iac.catalog import Efa
from aicost_iac.errors import Problem
from aicost_iac.expr import Text
from aicost_iac.plan import Resource
from aicost_iac.terraform.tagging import Tags, named

if TYPE_CHECKING:
    from aicost_iac.blueprints.spot_training_fleet import SpotTrainingFleet


def coupled_problems(fleet: SpotTrainingFleet) -> Iterator[Problem]:
    """Why these nodes could not work as one."""
    names = list(fleet.instance_types)
    if len(names) > 1:
        reason = "mix types, but coupled nodes run in lock step: the slowest sets the pace of all"
        yield Problem("instance_types", reason, names, 'name one, or use coupling="independent"')
    if len(fleet.subnets) > 1:
        reason = "span zones, but coupled nodes talk all the time: across zones slower, and billed by the GB"
        yield Problem("subnet_ids", reason, [str(subnet.id) for subnet in fleet.subnets], "name one")
    if fleet.checkpoints is None:
        yield Problem("checkpoints", "is required: one interruption ends a coupled job on all nodes", remedy=_HOW)
    if fleet.security_group_ids:
        reason = "can not be checked for the rule EFA needs (all traffic from and to itself)"
        yield Problem("security_group_ids", reason, list(fleet.security_group_ids), "let the fleet make its own")
    for kind in fleet.types[:1]:
        if catalog.efa(kind.name) is None:
            able = ", ".join(other.name for other in catalog.instances() if other.efa and other.status == "current")
            yield Problem("instance_types.0", "has no EFA for coupled nodes", kind.name, f"types that have: {able}")


_HOW = 'checkpoints=Checkpoints(run="...")'


def placement_group(fleet: SpotTrainingFleet, tags: Tags) -> Resource:
    """Nodes close together, for latency."""
    body = {"name": fleet.name, "strategy": "cluster", "tags": named(tags, fleet.name)}
    return Resource("aws_placement_group", fleet.named("placement"), body)


def self_rules(fleet: SpotTrainingFleet, group: Resource, tags: Tags) -> list[Resource]:
    """All traffic from and to the group itself: EFA passes nothing less."""
    body = {
        "security_group_id": group.ref("id"),
        "referenced_security_group_id": group.ref("id"),
        "description": "Between the nodes",
        "ip_protocol": "-1",
        "tags": tags,
    }
    return [
        Resource(f"aws_vpc_security_group_{way}_rule", fleet.named(f"nodes_{way}"), body)
        for way in ("ingress", "egress")
    ]


def interfaces(fleet: SpotTrainingFleet, groups: list[Text]) -> list[dict[str, Any]]:
    """One interface per network card: the first carries IP too, the others EFA only and need no address."""
    efa = catalog.efa(fleet.types[0].name)
    return [] if efa is None else [_interface(card, efa, groups) for card in range(efa.network_cards)]


def _interface(card: int, efa: Efa, groups: list[Text]) -> dict[str, Any]:
    first = "efa" if efa.first_card == 0 else "interface"
    return {
        "delete_on_termination": True,
        "description": f"Card {card}",
        "device_index": 0 if card == 0 else 1,
        "interface_type": first if card == 0 else "efa-only",
        "network_card_index": card,
        "security_groups": groups,
    }
