"""What holds for any spec and any load."""

from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from aicost_iac.kubernetes.autoscaling import Change, Step
from aicost_iac.kubernetes.autoscaling.usage import usage
from tests.kubernetes.scaled_objects import Spec, at, behaving, prometheus, run, scaled

UNTIL = 1800
SETTINGS = settings(max_examples=60, deadline=None)
VALUES = st.floats(0, 500) | st.none() | st.just("error")
CURVES: st.SearchStrategy[list[Step]] = st.lists(st.tuples(st.integers(0, UNTIL), VALUES), max_size=8)


def policies() -> st.SearchStrategy[Any]:
    each = st.fixed_dictionaries(
        {
            "type": st.sampled_from(["Pods", "Percent"]),
            "value": st.integers(1, 50),
            "periodSeconds": st.sampled_from([15, 60, 300]),
        }
    )
    return st.fixed_dictionaries(
        {},
        optional={
            "policies": st.lists(each, min_size=1, max_size=2),
            "stabilizationWindowSeconds": st.sampled_from([0, 60, 600]),
            "selectPolicy": st.sampled_from(["Max", "Min", "Disabled"]),
        },
    )


@st.composite
def specs(draw: st.DrawFn) -> Spec:
    kind = draw(st.sampled_from([None, "Value", "AverageValue"]))
    trigger = prometheus(draw(st.integers(1, 50)), kind, ignoreNullValues=draw(st.sampled_from(["true", "false"])))
    least = draw(st.integers(0, 3))
    more: Spec = {"pollingInterval": draw(st.sampled_from([5, 30])), "cooldownPeriod": draw(st.sampled_from([0, 300]))}
    if draw(st.booleans()):
        more["advanced"] = behaving(scaleUp=draw(policies()), scaleDown=draw(policies()))
    if draw(st.booleans()):
        more["fallback"] = {"failureThreshold": draw(st.integers(0, 3)), "replicas": draw(st.integers(0, 9))}
    return scaled(trigger, least=least, most=draw(st.integers(max(1, least), 12)), **more)


@SETTINGS
@given(specs(), CURVES, st.integers(0, 12))
def test_the_count_stays_within_its_bounds(spec: Spec, curve: list[Step], start: int) -> None:
    changes = run(spec, curve, start=start, until=UNTIL)
    settled = [replicas for moment, replicas in changes if moment > 16]
    assert all(replicas == 0 or spec["minReplicaCount"] <= replicas <= spec["maxReplicaCount"] for replicas in settled)
    assert all(replicas or not spec["minReplicaCount"] for replicas in settled)


@SETTINGS
@given(specs(), CURVES, st.integers(0, 12))
def test_changes_are_in_order_and_each_is_one(spec: Spec, curve: list[Step], start: int) -> None:
    changes = run(spec, curve, start=start, until=UNTIL)
    assert changes[0] == (0.0, start)
    assert all(one[0] < other[0] and one[1] != other[1] for one, other in pairwise(changes))


@SETTINGS
@given(specs(), CURVES, st.integers(0, 12), st.integers(60, UNTIL))
def test_a_shorter_run_is_the_beginning_of_a_longer_one(spec: Spec, curve: list[Step], start: int, until: int) -> None:
    longer = run(spec, curve, start=start, until=UNTIL)
    assert run(spec, curve, start=start, until=until) == [change for change in longer if change[0] <= until]


@SETTINGS
@given(st.lists(st.tuples(st.integers(1, 599), st.integers(0, 20)), max_size=6, unique_by=lambda pair: pair[0]))
def test_usage_is_the_area_below_the_stairs(steps: list[tuple[int, int]]) -> None:
    changes: list[Change] = [(0.0, 3), *((float(moment), count) for moment, count in sorted(steps))]
    used = usage(changes, 600)
    assert used.replica_seconds == sum(at(changes, moment) for moment in range(0, 600, 1))
    assert used.asleep_seconds == sum(at(changes, moment) == 0 for moment in range(0, 600, 1))
