"""Stacks with something to spend, for budgets to look at."""

import json
from typing import Any

from aicost_iac import (
    Blueprint,
    BudgetLadder,
    BudgetScope,
    CostTags,
    OnDemandFallback,
    Plan,
    Resource,
    Rung,
    SpotTrainingFleet,
    Stack,
)

TAGS = CostTags(workload_type="training", cost_center="research", team="vision")
EMAILS = ["team@example.com"]


def fleet(name: str = "gpus", **fields: Any) -> SpotTrainingFleet:
    """Four nodes of p5 on spot, with an on-demand shadow."""
    given = {"instances": 4, "instance_types": ["p5.48xlarge"], "subnet_ids": ["subnet-0a1b2c3d"], **fields}
    return SpotTrainingFleet(name=name, on_demand_fallback=given.pop("on_demand_fallback", OnDemandFallback()), **given)


def ladder(name: str = "money", **fields: Any) -> BudgetLadder:
    """A ladder over training, with one rung."""
    given = {
        "limit": 50_000,
        "scope": BudgetScope(tags={"workload_type": "training"}),
        "rungs": [Rung(percent=80, emails=EMAILS)],
        **fields,
    }
    return BudgetLadder(name=name, **given)


def stack(*items: Blueprint | Resource, name: str = "main", **fields: Any) -> Stack:
    """A stack of these items."""
    return Stack(name=name, **{"region": "us-east-1", "tags": TAGS, "items": items, **fields})


def made_by(blueprint: Blueprint, *others: Blueprint | Resource, **fields: Any) -> Plan:
    """What one blueprint becomes beside others; by default beside a fleet."""
    plan = stack(blueprint, *(others or (fleet(),)), **fields).plan()
    own = tuple(resource for resource in plan.resources if resource.origin == blueprint.origin)
    kept = {resource.address for resource in own}
    return Plan(own, plan.objects, external=frozenset(r.address for r in plan.resources if r.address not in kept))


def one(plan: Plan, kind: str, name: str = "") -> dict[str, Any]:
    """The body of the only resource of a type, or of the one of a name."""
    [found] = [resource for resource in plan.of_type(kind) if name in ("", resource.name)]
    return dict(found.body)


def statements(plan: Plan, kind: str, attribute: str = "policy", name: str = "") -> list[dict[str, Any]]:
    """The statements of a policy that a resource holds as JSON."""
    found: list[dict[str, Any]] = json.loads(str(one(plan, kind, name)[attribute]))["Statement"]
    return found


STOPPING = (Rung(percent=50, emails=EMAILS), Rung(percent=100, emails=EMAILS, stop=True))
