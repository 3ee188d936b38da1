"""For random plans: totals are the sums of their parts at every level, and k times as much costs k times as much."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from aicost_iac import Plan, Resource
from aicost_iac.cost import Estimate, Range, estimate
from aicost_iac.plan import KubeObject
from tests.cost.plans import assumed, mixed, scaled, spot, template, workload

OURS = settings(deadline=None, max_examples=60)
TYPES = ("g6e.xlarge", "g6e.2xlarge", "g6.12xlarge", "p4d.24xlarge", "p5.48xlarge", "m7i.large", "p5e.48xlarge")
DEVICES = ("nvidia.com/gpu", "nvidia.com/mig-1g.10gb", "nvidia.com/mig-3g.40gb", "nvidia.com/mig-2g.20gb")

prices = st.decimals("0.01", "20", places=4, allow_nan=False)


@st.composite
def sizes(draw: st.DrawFn) -> tuple[int, int, int]:
    """Minimum, desired, maximum."""
    least, desired, most = sorted(draw(st.lists(st.integers(0, 40), min_size=3, max_size=3)))
    return least, desired, max(most, 1)


@st.composite
def groups(draw: st.DrawFn) -> Resource:
    """A group of up to four types; some have a spot price."""
    types = draw(st.lists(st.sampled_from(TYPES), min_size=1, max_size=4, unique=True))
    known = draw(st.dictionaries(st.sampled_from(types), prices))
    return mixed(
        dict.fromkeys(types),
        sizes=draw(sizes()),
        base=draw(st.integers(0, 3)),
        percent=draw(st.sampled_from([0, 100])),
        strategy=draw(st.sampled_from(["lowest-price", "price-capacity-optimized", "capacity-optimized-prioritized"])),
        assume=tuple(spot(name, str(usd)) for name, usd in known.items()),
    )


@st.composite
def servers(draw: st.DrawFn) -> tuple[KubeObject, ...]:
    """A Deployment on an assumed machine, sometimes scaled."""
    asked = {draw(st.sampled_from(DEVICES)): draw(st.integers(1, 4)), "cpu": f"{draw(st.integers(1, 20))}"}
    on = assumed("instance_type", draw(st.sampled_from(["p5.48xlarge", "p5.4xlarge", "p4de.24xlarge", "g6e.12xlarge"])))
    server = replace(workload("Deployment", asked, spec={"replicas": draw(st.integers(0, 9))}), assume=(on,))
    if not draw(st.booleans()):
        return (server,)
    least = draw(st.integers(0, 3))
    return server, scaled(
        "w", least, least + draw(st.integers(1, 9)), assumed("replicas", f"{draw(st.integers(0, 12))}")
    )


def times(plan: Plan, k: int) -> Plan:
    """The plan with every count `k` times as large."""
    return Plan(
        tuple(_resource(each, k) for each in plan.resources),
        tuple(_object(each, k) for each in plan.objects),
        external=plan.external,
    )


def _resource(each: Resource, k: int) -> Resource:
    keys = ("min_size", "desired_capacity", "max_size")
    body: dict[str, Any] = {**each.body, **{key: each.body[key] * k for key in keys if key in each.body}}
    if "mixed_instances_policy" in body:
        [policy] = body["mixed_instances_policy"]
        [distribution] = policy["instances_distribution"]
        more = {**distribution, "on_demand_base_capacity": distribution["on_demand_base_capacity"] * k}
        body["mixed_instances_policy"] = [{**policy, "instances_distribution": [more]}]
    return replace(each, body=body)


def _object(each: KubeObject, k: int) -> KubeObject:
    keys = ("replicas", "minReplicaCount", "maxReplicaCount")
    spec = {**each.body["spec"], **{key: each.body["spec"][key] * k for key in keys if key in each.body["spec"]}}
    load = tuple(replace(one, value=f"{int(one.value) * k}") if one.name == "replicas" else one for one in each.assume)
    return replace(each, body={**each.body, "spec": spec}, assume=load)


def plan_of(group: Resource, server: tuple[KubeObject, ...]) -> Plan:
    return Plan((template(), group, Resource("aws_kms_key", "k", {"count": 1})), server)


@OURS
@given(groups(), servers())
def test_totals_are_the_sums_of_their_parts_exactly(group: Resource, server: tuple[KubeObject, ...]) -> None:
    made = estimate(plan_of(group, server))
    assert made.hour == _summed(each.hour for each in made.items)
    assert made.hour == _summed(made.by_origin.values())
    for item in made.items:
        assert item.hour == _summed(part.hour for part in item.parts)
        for part in item.parts:
            assert part.hour == Range(*(line.count * line.quote.usd_hour for line in part.lines))


@OURS
@given(groups(), servers())
def test_floor_expected_and_ceiling_are_in_order(group: Resource, server: tuple[KubeObject, ...]) -> None:
    for item in estimate(plan_of(group, server)).items:
        assert Decimal(0) <= item.floor_hour <= item.expected_hour <= item.ceiling_hour, item.address


@OURS
@given(groups(), servers(), st.integers(2, 1000))
def test_k_times_as_much_costs_k_times_as_much(group: Resource, server: tuple[KubeObject, ...], k: int) -> None:
    plan = plan_of(group, server)
    one, many = estimate(plan), estimate(times(plan, k))
    key = Decimal("0.001369863013699")
    for case in ("floor", "expected", "ceiling"):
        assert (getattr(one.hour, case) - key) * k == getattr(many.hour, case) - key or _idle(one, case)


def _idle(one: Estimate, case: str) -> bool:
    """Scale to zero: one replica is expected of none without a load, however many there may be."""
    return case == "expected" and any("no load is assumed" in part.note for item in one.items for part in item.parts)


def _summed(ranges: Any) -> Range:
    listed = list(ranges)
    return Range(
        *(sum((getattr(each, case) for each in listed), Decimal(0)) for case in ("floor", "expected", "ceiling"))
    )
