"""Fleets for the tests, and where their parts are."""

from typing import Any

from aicost_iac import Context, CostTags, Plan, Resource, SpotTrainingFleet
from aicost_iac.app import expand

SUBNET = "subnet-0a1b2c3d"
CONTEXT = Context(CostTags(team="tests", cost_center="tests"))


def fleet(**fields: Any) -> SpotTrainingFleet:
    """A small valid fleet, with some fields changed; None removes one."""
    given = {"name": "sweep", "instances": 4, "instance_types": ["g6e.xlarge"], "subnet_ids": [SUBNET], **fields}
    return SpotTrainingFleet(**{key: value for key, value in given.items() if value is not None})


def plan(**fields: Any) -> Plan:
    return expand(fleet(**fields), CONTEXT)


def resource(made: Plan, kind: str, name: str = "") -> Resource:
    """The one resource of a type whose name ends so."""
    [found] = [item for item in made.of_type(kind) if item.name.endswith(name)]
    return found
