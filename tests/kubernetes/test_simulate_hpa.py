"""The HPA's own arithmetic: policies, windows, tolerance, resource metrics, bounds."""

from typing import Any

import pytest

from tests.kubernetes.scaled_objects import at, behaving, counts, prometheus, run, scaled


def policy(kind: str, value: int, period: int) -> dict[str, Any]:
    return {"type": kind, "value": value, "periodSeconds": period}


def test_one_pod_a_minute() -> None:
    spec = scaled(prometheus(), advanced=behaving(scaleUp={"policies": [policy("Pods", 1, 60)]}))
    assert run(spec, [(0, 50)], until=300) == [(0.0, 1), (16.0, 2), (76.0, 3), (136.0, 4), (196.0, 5)]


def test_a_share_is_rounded_up_or_one_would_never_grow() -> None:
    spec = scaled(prometheus(), advanced=behaving(scaleUp={"policies": [policy("Percent", 10, 15)]}))
    assert counts(run(spec, [(0, 40)]))[:3] == [1, 2, 3]


@pytest.mark.parametrize(("select", "second"), [("Max", 9), ("Min", 4), ("Disabled", None)])
def test_which_of_several_policies_counts(select: str, second: int | None) -> None:
    rules = {"policies": [policy("Pods", 6, 15), policy("Percent", 20, 15)], "selectPolicy": select}
    changes = run(scaled(prometheus(), advanced=behaving(scaleUp=rules)), [(0, 900)], start=3)
    assert changes[1:2] == ([(16.0, second)] if second else [])


def test_scaling_down_by_one_pod_a_minute() -> None:
    rules = {"stabilizationWindowSeconds": 0, "policies": [policy("Pods", 1, 60)]}
    spec = scaled(prometheus(), advanced=behaving(scaleDown=rules))
    assert run(spec, [(0, 10)], start=4, until=300) == [(0.0, 4), (16.0, 3), (76.0, 2), (136.0, 1)]


def test_a_share_removed_is_cut_off() -> None:
    rules = {"stabilizationWindowSeconds": 0, "policies": [policy("Percent", 50, 15)]}
    assert counts(run(scaled(prometheus(), advanced=behaving(scaleDown=rules)), [(0, 10)], start=9)) == [9, 4, 2, 1]


def test_what_was_removed_lately_may_come_back_at_once() -> None:
    down = {"stabilizationWindowSeconds": 0}
    up = {"policies": [policy("Pods", 1, 600)]}
    spec = scaled(prometheus(), advanced=behaving(scaleDown=down, scaleUp=up))
    changes = run(spec, [(0, 10), (20, 100)], start=8, until=60)
    assert changes == [(0.0, 8), (16.0, 1), (31.0, 9)]


def test_scale_up_waits_until_a_whole_window_asked_for_it() -> None:
    spec = scaled(prometheus(), advanced=behaving(scaleUp={"stabilizationWindowSeconds": 60}))
    assert run(spec, [(0, 10), (20, 50)], until=200)[1:] == [(76.0, 5)]
    assert run(spec, [(0, 10), (20, 50), (40, 10), (50, 50)], until=100) == [(0.0, 1)]


@pytest.mark.parametrize(("window", "falls_at"), [(0, 31), (60, 76), (300, 316)])
def test_scale_down_follows_the_highest_of_its_window(window: int, falls_at: float) -> None:
    spec = scaled(prometheus(), advanced=behaving(scaleDown={"stabilizationWindowSeconds": window}))
    assert run(spec, [(0, 50), (20, 10)], start=5)[1:] == [(falls_at, 1)]


def test_a_peak_is_climbed_after_it_has_gone_and_held_for_five_minutes() -> None:
    changes = run(scaled(prometheus()), [(0, 10), (30, 80), (35, 10)], until=700)
    assert changes == [(0.0, 1), (31.0, 4), (46.0, 8), (331.0, 1)]


@pytest.mark.parametrize(("metric", "replicas"), [(110, 10), (110.1, 12), (90, 10), (89.9, 9)])
def test_the_edges_of_the_tolerance(metric: float, replicas: int) -> None:
    spec = scaled(prometheus(10), advanced=behaving(scaleDown={"stabilizationWindowSeconds": 0}))
    assert counts(run(spec, [(0, metric)], start=10, until=20))[-1] == replicas


def test_a_tolerance_of_its_own_for_each_direction() -> None:
    rules = behaving(scaleUp={"tolerance": "0"}, scaleDown={"tolerance": "0.5", "stabilizationWindowSeconds": 0})
    spec = scaled(prometheus(10), advanced=rules)
    assert counts(run(spec, [(0, 101)], start=10))[-1] == 11
    assert counts(run(spec, [(0, 51)], start=10)) == [10]


def test_a_count_outside_the_bounds_is_brought_inside_at_once() -> None:
    assert run(scaled(prometheus(), most=6), [(0, 60)], start=9)[1] == (16.0, 6)
    assert run(scaled(prometheus(), least=3), [(0, 0)], start=1)[1] == (3.0, 3)
    assert run(scaled(prometheus(), least=3), [(0, 5)], start=1)[1] == (16.0, 3)


def test_the_bounds_hold_whatever_is_asked() -> None:
    assert max(counts(run(scaled(prometheus(), most=6), [(0, 10_000)]))) == 6
    assert min(counts(run(scaled(prometheus(), least=2), [(0, 0)], start=6))) == 2


def test_thousandths_are_cut_off_as_the_metrics_api_does() -> None:
    assert counts(run(scaled(prometheus(0.1)), [(0, 0.2009)]))[-1] == 2
    assert counts(run(scaled(prometheus(0.1)), [(0, 0.2219)]))[-1] == 3


def resource(kind: str, value: str, metric_type: str = "Utilization") -> dict[str, Any]:
    return {"type": kind, "metricType": metric_type, "metadata": {"value": value}}


@pytest.mark.parametrize(("percent", "replicas"), [(90, 3), (77, 2), (63, 2), (100, 3), (160, 5), (35, 1)])
def test_cpu_asks_by_the_mean_of_the_ready_pods(percent: float, replicas: int) -> None:
    spec = scaled(resource("cpu", "70"), advanced=behaving(scaleDown={"stabilizationWindowSeconds": 0}))
    assert counts(run(spec, [(0, percent)], start=2, until=20))[-1] == replicas


def test_memory_as_a_quantity() -> None:
    assert counts(run(scaled(resource("memory", "1Gi", "AverageValue")), [(0, 2 * 2**30)], until=20))[-1] == 2


def test_pods_that_are_not_ready_count_as_idle_when_more_are_wanted() -> None:
    spec = scaled(resource("cpu", "50"))
    assert counts(run(spec, [(0, 100)], pod_ready_s=60, until=50)) == [1, 2]
    assert counts(run(spec, [(0, 100)], pod_ready_s=1, until=50)) == [1, 2, 4, 8]


def test_cpu_that_can_not_be_measured_changes_nothing() -> None:
    assert counts(run(scaled(resource("cpu", "50")), [(0, None)], start=3)) == [3]
    assert counts(run(scaled(resource("cpu", "50")), [(0, "error")], start=3)) == [3]


def test_cpu_beside_a_queue_can_not_wake_but_can_grow() -> None:
    spec = scaled(resource("cpu", "50"), prometheus(), least=0, cooldownPeriod=60)
    assert counts(run(spec, [(0, 100)], [(0, 0)], start=0)) == [0]
    assert max(counts(run(spec, [(0, 100)], [(0, 1)], start=0))) > 2


def test_at_zero_the_hpa_does_nothing() -> None:
    spec = scaled(prometheus(activationThreshold=100), least=0)
    assert counts(run(spec, [(0, 90)], start=0, until=3600)) == [0]


def test_a_cron_trigger_wants_its_replicas_inside_and_one_outside() -> None:
    trigger = {"type": "cron", "metadata": {"timezone": "UTC", "start": "", "end": "", "desiredReplicas": "4"}}
    spec = scaled(trigger, least=0, pollingInterval=10, cooldownPeriod=30)
    changes = run(spec, [(0, 0), (60, 4), (900, 0)], start=0, until=1500)
    assert changes == [(0.0, 0), (63.0, 1), (76.0, 4), (923.0, 0)]
    kept = scaled(trigger, prometheus(), least=1)
    assert at(run(kept, [(0, 4), (100, 0)], [(0, 25)], until=700), 690) == 3


def test_events_on_one_moment_run_keda_first() -> None:
    spec = scaled(prometheus(), least=0, pollingInterval=15)
    changes = run(spec, [(0, 0), (10, 30)], start=0, first_poll_s=16, hpa_created_s=1)
    assert changes == [(0.0, 0), (16.0, 3)]


def test_phases_before_the_start_keep_their_grid() -> None:
    spec = scaled(prometheus(), least=0, pollingInterval=30, initialCooldownPeriod=90)
    changes = run(spec, [(0, 0)], start=1, first_poll_s=-47, hpa_created_s=-50)
    assert changes == [(0.0, 1), (43.0, 0)]
