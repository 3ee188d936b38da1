"""Bad input: each problem names the blueprint, the field, the value and the way out."""

from typing import Any

import pytest

from aicost_iac import Checkpoints, IdleGuard, InvalidBlueprint, OnDemandFallback
from tests.blueprints.fleets import SUBNET, fleet

WORK = {"command": ["python3", "train.py"]}
COUPLED = {**WORK, "coupling": "coupled", "instance_types": ["p4d.24xlarge"], "checkpoints": Checkpoints(run="a")}
LEGACY = {**WORK, "engine": "spot-fleet", "valid_until": "2027-01-31T18:00:00Z"}
MIXED = {"instances": None, "gpus": 8, "instance_types": ["g6.xlarge", "g6.12xlarge"]}

CASES: list[tuple[dict[str, Any], str, str]] = [
    ({"instance_types": ["g6e.xlrge"]}, "instance_types.0", "did you mean 'g6e.xlarge'"),
    ({"instance_types": []}, "instance_types", "at least 1 item"),
    ({"instance_types": ["g6e.xlarge", "g6e.xlarge"]}, "instance_types", "name it once"),
    ({"instance_types": ["p3.16xlarge"]}, "instance_types.0", "is retired"),
    ({"instance_types": ["g6e.xlarge", "g5g.xlarge"]}, "instance_types", "one architecture per fleet"),
    ({"instance_types": ["g4ad.xlarge"]}, "ami", "does not drive"),
    ({"instances": 0}, "instances", "greater than 0"),
    ({"instances": None}, "instances", "or gpus is required"),
    ({"gpus": 4}, "instances", "only one of them"),
    ({"instance_types": ["g6.xlarge", "g6.12xlarge"]}, "instances", "say gpus="),
    ({**MIXED, "gpus": 10}, "gpus", "ask for 12 or 8"),
    ({"weights": {"g5.xlarge": 2}}, "weights.g5.xlarge", "is not in instance_types"),
    ({"subnet_ids": ["subnet-XYZ"]}, "subnet_ids.0.id", "is not a subnet id"),
    ({"subnet_ids": [SUBNET, SUBNET]}, "subnet_ids", "name it once"),
    ({"subnet_ids": []}, "subnet_ids", "at least 1 item"),
    ({"min_capacity": 5}, "min_capacity", "is above the target 4"),
    ({"max_capacity": 3}, "max_capacity", "is below the target 4"),
    ({"on_demand_base": 9}, "on_demand_base", "is above the target 4"),
    ({"name": "Sweep_1"}, "name", "is not a name"),
    ({"tags": {"team": "a b"}}, "tags.team", "Kubernetes"),
    ({"tags": {"team": "a#b"}}, "tags.team", "AWS"),
    ({"source_s3_uri": "s3://x-bucket/y"}, "source_s3_uri", "give command= too"),
    ({**WORK, "source_s3_uri": "https://x"}, "source_s3_uri", "is not an S3 URI"),
    ({"command": "python3 train.py"}, "command", "a list is wanted"),
    ({**WORK, "environment": {"A-B": "x"}}, "environment.A-B", "is not an environment variable name"),
    ({**WORK, "environment": {"A": "x" * 17_000}}, "command", "bytes of user data"),
    ({"instnces": 3}, "instnces", "is not a field here"),
    ({**COUPLED, "instance_types": ["p4d.24xlarge", "p4de.24xlarge"]}, "instance_types", "lock step"),
    ({**COUPLED, "subnet_ids": [SUBNET, "subnet-1a2b3c4d"]}, "subnet_ids", "span zones"),
    ({**COUPLED, "checkpoints": None}, "checkpoints", "is required"),
    ({**COUPLED, "instance_types": ["g6e.xlarge"]}, "instance_types.0", "has no EFA"),
    ({**MIXED, "on_demand_fallback": OnDemandFallback()}, "on_demand_fallback.instance_types", "of one size"),
    ({"on_demand_fallback": OnDemandFallback(max_capacity=9)}, "on_demand_fallback.max_capacity", "above the target"),
    (
        {**MIXED, "on_demand_fallback": OnDemandFallback(instance_types=["g6.12xlarge"], max_capacity=6)},
        "on_demand_fallback.max_capacity",
        "use a multiple of 4",
    ),
    (
        {**WORK, "idle_guard": IdleGuard(minutes=20), "on_demand_fallback": OnDemandFallback(wait_minutes=15)},
        "idle_guard.minutes",
        "26 or more",
    ),
    ({**WORK, "min_capacity": 1, "deadline_hours": 4}, "min_capacity", "keeps a guard from stopping"),
    ({**WORK, "valid_until": "2027-01-31T18:00:00Z"}, "valid_until", "use deadline_hours"),
    ({**LEGACY, "valid_until": None}, "valid_until", "is required with spot-fleet"),
    ({**LEGACY, "deadline_hours": 4}, "deadline_hours", "needs an Auto Scaling group"),
    ({**LEGACY, "max_capacity": 4}, "max_capacity", "needs an Auto Scaling group"),
    ({**LEGACY, "capacity_rebalance": True}, "capacity_rebalance", "needs an Auto Scaling group"),
    ({**LEGACY, **COUPLED}, "coupling", "needs an Auto Scaling group"),
    ({**LEGACY, "on_demand_fallback": OnDemandFallback()}, "on_demand_fallback", "needs an Auto Scaling group"),
    ({**LEGACY, "valid_until": "tomorrow"}, "valid_until", "UTC as"),
    (
        {"on_demand_fallback": OnDemandFallback(instance_types=["p3.16xlarge"])},
        "on_demand_fallback.instance_types.0",
        "is retired",
    ),
    ({"spot_prices": {"g5.xlarge": {"usd_hour": "1", "as_of": "2026-11-01"}}}, "spot_prices.g5.xlarge", "not in"),
]


@pytest.mark.parametrize(("fields", "field", "way_out"), CASES, ids=[f"{case[1]}-{case[2][:24]}" for case in CASES])
def test_a_problem_names_its_field_and_the_way_out(fields: dict[str, Any], field: str, way_out: str) -> None:
    with pytest.raises(InvalidBlueprint) as refused:
        fleet(**fields)
    assert refused.value.blueprint.startswith("SpotTrainingFleet")
    found = {problem.field: str(problem) for problem in refused.value.problems}
    assert field in found, found
    assert any(way_out in text for place, text in found.items() if place == field), found


def test_all_problems_are_reported_together() -> None:
    types = ["p3.16xlarge", "g6e.xlrge"]
    with pytest.raises(InvalidBlueprint) as refused:
        fleet(min_capacity=9, max_capacity=2, source_s3_uri="s3://bucket/x", instance_types=types)
    assert {problem.field for problem in refused.value.problems} >= {
        "min_capacity",
        "max_capacity",
        "source_s3_uri",
        "instance_types.0",
        "instance_types.1",
    }
