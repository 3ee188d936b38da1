"""The fallback's capacity: one function, the policy that is emitted from it, and what AWS will do with that policy."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from aicost_iac.blueprints._fleet.shortfall import MAX_STEPS, Fallback

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
