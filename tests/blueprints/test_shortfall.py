"""The fallback's capacity: one function, the policy that is emitted from it, and what AWS will do with that policy."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from aicost_iac import OnDemandFallback, Plan, SpotTrainingFleet
from aicost_iac.app import expand
from aicost_iac.blueprints._fleet.shortfall import MAX_STEPS, Fallback
from tests.blueprints.fleets import CONTEXT, fleet, resource

THRESHOLD = 0.5


@st.composite
def fallbacks(draw: st.DrawFn) -> Fallback:
    unit = draw(st.sampled_from([1, 2, 4, 8]))
    target = unit * draw(st.integers(1, 600))
    cap = unit * draw(st.integers(1, target // unit))
    return Fallback(target, cap, unit)


def applied(steps: list[dict[str, Any]], shortfall: float) -> int:
    """ExactCapacity as Auto Scaling chooses it: bounds count from the threshold, the lower one belongs to the step."""
    over = shortfall - THRESHOLD
    chosen = [
        step["scaling_adjustment"]
        for step in steps
        if float(step["metric_interval_lower_bound"]) <= over
        and over < float(step.get("metric_interval_upper_bound", "inf"))
    ]
    assert len(chosen) == 1, f"{len(chosen)} steps cover a shortfall of {shortfall}"
    return int(chosen[0])


SIZES = {"g6.xlarge": 1, "g6.12xlarge": 4, "g6.48xlarge": 8}


@st.composite
def plans_with_a_fallback(draw: st.DrawFn) -> tuple[SpotTrainingFleet, Plan]:
    """A fleet that buys on demand, of one size or of several, capped or not, and what it becomes."""
    name = draw(st.sampled_from(sorted(SIZES)))
    of_several = draw(st.booleans())
    unit = SIZES[name] if of_several else 1
    target = draw(st.integers(1, 60)) * (8 if of_several else 1)
    cap = draw(st.none() | st.integers(1, target // unit).map(lambda count: count * unit))
    size: dict[str, Any] = {"instances": target, "instance_types": [name]}
    if of_several:
        size = {"instances": None, "gpus": target, "instance_types": [*SIZES]}
    made = fleet(on_demand_fallback=OnDemandFallback(instance_types=[name], max_capacity=cap), **size)
    return made, expand(made, CONTEXT)


@given(plans_with_a_fallback())
def test_what_a_plan_emits_gives_the_capacity_promised_for_every_shortfall(
    made: tuple[SpotTrainingFleet, Plan],
) -> None:
    described, emitted = made
    policy = resource(emitted, "aws_autoscaling_policy", "buy").body
    assert policy["adjustment_type"] == "ExactCapacity"
    assert resource(emitted, "aws_cloudwatch_metric_alarm", "short").body["threshold"] == THRESHOLD
    most = resource(emitted, "aws_autoscaling_group", "fallback").body["max_size"]
    for shortfall in range(1, described.capacity.target + 1):
        bought = applied(policy["step_adjustment"], shortfall)
        assert bought == described.fallback.capacity(shortfall)
        assert min(shortfall, most) <= bought <= most


@given(fallbacks())
def test_for_every_shortfall_the_emitted_steps_give_the_capacity_promised(fallback: Fallback) -> None:
    steps = [step.block() for step in fallback.steps()]
    for shortfall in range(1, fallback.target + 1):
        assert applied(steps, shortfall) == fallback.capacity(shortfall)


@given(fallbacks())
def test_a_policy_stays_within_the_step_limit_and_covers_everything(fallback: Fallback) -> None:
    steps = list(fallback.steps())
    assert len(steps) <= MAX_STEPS
    assert steps[0].above == 0
    assert steps[-1].up_to is None
    assert [step.up_to for step in steps[:-1]] == [step.above for step in steps[1:]]


@given(fallbacks(), st.integers(1, 5000))
def test_capacity_is_enough_whole_and_capped(fallback: Fallback, shortfall: int) -> None:
    capacity = fallback.capacity(shortfall)
    assert capacity >= min(shortfall, fallback.cap)
    assert capacity <= fallback.cap
    assert capacity % fallback.unit == 0
    assert capacity < shortfall + fallback.quantum


@given(fallbacks())
def test_nothing_is_bought_without_a_shortfall(fallback: Fallback) -> None:
    assert fallback.capacity(0) == fallback.capacity(-3) == 0


def test_up_to_twenty_values_are_exact_and_more_are_rounded_up() -> None:
    assert [Fallback(20, 20).capacity(k) for k in range(1, 21)] == list(range(1, 21))
    assert [Fallback(100, 100).capacity(k) for k in (1, 5, 6, 100)] == [5, 5, 10, 100]
