"""What the real controllers were seen to do, rule by rule."""

import pytest

from aicost_iac.kubernetes.autoscaling import Step
from tests.kubernetes.scaled_objects import HPA_CREATED, at, behaving, counts, prometheus, run, scaled


def test_cooldown_takes_any_count_to_zero_while_the_window_would_hold_it() -> None:
    spec = scaled(prometheus(), least=0, pollingInterval=5, cooldownPeriod=30)
    changes = run(spec, [(0, 0), (20, 100), (100, 0)], start=0)
    assert at(changes, 125) == 10
    assert changes[-1] == (128.0, 0)


@pytest.mark.parametrize(("load_ends", "zero_at"), [(93, 113), (94, 123), (102.9, 123), (103, 123)])
def test_cooldown_counts_from_the_last_poll_that_saw_activity(load_ends: float, zero_at: float) -> None:
    spec = scaled(prometheus(), least=0, pollingInterval=10, cooldownPeriod=30)
    changes = run(spec, [(0, 5), (load_ends, 0)], start=1)
    assert changes[-1] == (zero_at, 0)
    assert load_ends + 30 - 10 <= zero_at <= load_ends + 30


def test_a_cooldown_off_the_poll_grid_ends_at_the_next_poll() -> None:
    spec = scaled(prometheus(), least=0, pollingInterval=10, cooldownPeriod=31)
    assert run(spec, [(0, 5), (50, 0)])[-1] == (83.0, 0)


def test_keda_alone_wakes_and_the_hpa_takes_over_at_its_own_clock() -> None:
    spec = scaled(prometheus(), least=0, pollingInterval=30, cooldownPeriod=300)
    assert run(spec, [(0, 0), (50, 100)], start=0)[:4] == [(0.0, 0), (63.0, 1), (76.0, 4), (91.0, 8)]


@pytest.mark.parametrize(("value", "woken"), [(1, False), (1.001, True), (2, True)])
def test_activation_is_strictly_greater(value: float, woken: bool) -> None:
    spec = scaled(prometheus(activationThreshold=1), least=0)
    assert (max(counts(run(spec, [(0, value)], start=0))) > 0) == woken


def test_the_first_sync_comes_a_period_after_the_hpa_was_created() -> None:
    assert run(scaled(prometheus()), [(0, 20)])[1] == (HPA_CREATED + 15, 2)
    assert run(scaled(prometheus()), [(0, 20)], hpa_created_s=7.4, sync_period_s=20)[1] == (27.4, 2)


def test_without_a_behavior_a_sync_climbs_to_four_or_double() -> None:
    changes = run(scaled(prometheus()), [(0, 1000)])
    assert changes == [(0.0, 1), (16.0, 4), (31.0, 8), (46.0, 16), (61.0, 20)]


def test_any_behavior_brings_the_defaults_of_four_pods_or_double() -> None:
    spec = scaled(prometheus(), advanced=behaving(scaleDown={"stabilizationWindowSeconds": 300}))
    assert run(spec, [(0, 1000)]) == [(0.0, 1), (16.0, 5), (31.0, 10), (46.0, 20)]


def test_scaling_down_has_no_step_limit() -> None:
    assert run(scaled(prometheus()), [(0, 200), (10, 1)], start=20)[-1] == (316.0, 1)


@pytest.mark.parametrize(("metric", "replicas"), [(44, 4), (45, 5), (36, 4), (35, 4), (29, 3), (0, 1)])
def test_average_value_divides_by_the_threshold_and_has_the_tolerance(metric: float, replicas: int) -> None:
    spec = scaled(prometheus(10), advanced=behaving(scaleDown={"stabilizationWindowSeconds": 0}))
    assert counts(run(spec, [(0, metric)], start=4, until=20))[-1] == replicas


def test_value_multiplies_by_ready_pods() -> None:
    spec = scaled(prometheus(70, "Value"), advanced=behaving(scaleUp={"stabilizationWindowSeconds": 0}))
    fast = run(spec, [(0, 140)], until=47, pod_ready_s=1)
    slow = run(spec, [(0, 140)], until=47, pod_ready_s=40)
    assert fast == [(0.0, 1), (16.0, 2), (31.0, 4), (46.0, 8)]
    assert slow == [(0.0, 1), (16.0, 2)]


def test_value_seldom_comes_down_again() -> None:
    spec = scaled(prometheus(70, "Value"), advanced=behaving(scaleDown={"stabilizationWindowSeconds": 0}))
    assert run(spec, [(0, 60)], start=6) == [(0.0, 6)]


def test_the_largest_demand_wins() -> None:
    spec = scaled(prometheus(10), prometheus(100))
    assert counts(run(spec, [(0, 20)], [(0, 1300)]))[-1] == 13
    assert counts(run(spec, [(0, 70)], [(0, 1)]))[-1] == 7


def test_one_failing_trigger_of_two_allows_more_and_not_less() -> None:
    spec = scaled(prometheus(), prometheus(), advanced=behaving(scaleDown={"stabilizationWindowSeconds": 0}))
    assert counts(run(spec, [(0, 70)], [(0, "error")], start=4))[-1] == 7
    assert counts(run(spec, [(0, 20)], [(0, "error")], start=4)) == [4]
    assert counts(run(spec, [(0, 20)], [(0, "error"), (100, 0)], start=4))[-1] == 2


def test_activation_means_nothing_above_zero() -> None:
    spec = scaled(prometheus(10, activationThreshold=1000), least=1)
    assert counts(run(spec, [(0, 70)]))[-1] == 7


def test_with_cached_metrics_the_polling_interval_delays_scaling() -> None:
    trigger = prometheus(10)
    live = run(scaled(trigger, pollingInterval=60), [(0, 10), (10, 20)])
    cached = run(scaled(trigger | {"useCachedMetrics": True}, pollingInterval=60), [(0, 10), (10, 20)])
    assert live[1:] == [(16.0, 2)]
    assert cached[1:] == [(76.0, 2)]


@pytest.mark.parametrize("empty", [None, float("nan"), float("inf")])
def test_an_empty_result_counts_as_zero(empty: float | None) -> None:
    spec = scaled(prometheus(), least=0, pollingInterval=10, cooldownPeriod=30)
    changes = run(spec, [(0, 100), (100, empty)], start=10)
    assert changes[-1] == (123.0, 0)


def test_without_ignored_nulls_and_fallback_everything_freezes() -> None:
    spec = scaled(prometheus(ignoreNullValues="false"), least=0, pollingInterval=10, cooldownPeriod=30)
    assert run(spec, [(0, 100), (1, None)], start=5, until=3600) == [(0.0, 5)]
    assert run(spec, [(0, None)], start=0, until=3600) == [(0.0, 0)]


@pytest.mark.parametrize(("threshold", "asleep", "awake"), [(0, 13, 16), (2, 33, 31), (5, 63, 46)])
def test_failures_are_counted_by_polls_and_syncs_alike(threshold: int, asleep: float, awake: float) -> None:
    fallback = {"failureThreshold": threshold, "replicas": 3}
    sleeping = scaled(prometheus(), least=0, pollingInterval=10, fallback=fallback)
    assert run(sleeping, [(0, 0), (5, "error")], start=0)[1] == (asleep, 1)
    running = scaled(prometheus(), pollingInterval=10, fallback=fallback)
    assert run(running, [(0, 10), (5, "error")])[1] == (awake, 3)


def test_a_read_that_works_begins_the_count_anew() -> None:
    spec = scaled(prometheus(), least=0, pollingInterval=10, fallback={"failureThreshold": 2, "replicas": 3})
    curve: list[Step] = [(0, "error"), (22, 0), (32, "error")]
    assert run(spec, curve, start=0)[1] == (53.0, 1)


def test_fallback_counts_as_active_and_keeps_a_service_up() -> None:
    spec = scaled(
        prometheus(), least=0, pollingInterval=10, cooldownPeriod=30, fallback={"failureThreshold": 2, "replicas": 3}
    )
    changes = run(spec, [(0, "error"), (3000, 0)], start=0, until=3600)
    assert changes == [(0.0, 0), (23.0, 1), (31.0, 3), (3023.0, 0)]


def test_a_static_fallback_below_the_count_shrinks_a_busy_service() -> None:
    fallback = {"failureThreshold": 2, "replicas": 3}
    spec = scaled(prometheus(), fallback=fallback)
    curve: list[Step] = [(0, 100), (60, "error")]
    assert counts(run(spec, curve, start=10)) == [10, 3]
    higher = scaled(prometheus(), fallback={**fallback, "behavior": "currentReplicasIfHigher"})
    assert counts(run(higher, curve, start=10)) == [10]


@pytest.mark.parametrize(
    ("behavior", "replicas"),
    [("static", 5), ("currentReplicas", 3), ("currentReplicasIfHigher", 5), ("currentReplicasIfLower", 3)],
)
def test_the_behaviors_of_fallback(behavior: str, replicas: int) -> None:
    spec = scaled(prometheus(), fallback={"failureThreshold": 0, "replicas": 5, "behavior": behavior})
    assert counts(run(spec, [(0, "error")], start=3))[-1] == replicas


def test_fallback_of_a_value_target_needs_a_ready_pod() -> None:
    spec = scaled(prometheus(70, "Value"), least=0, fallback={"failureThreshold": 0, "replicas": 4})
    assert counts(run(spec, [(0, "error")], start=0)) == [0]
    assert counts(run(spec, [(0, "error")], start=2))[-1] == 4


def test_without_an_initial_cooldown_a_new_target_is_at_zero_at_the_first_poll() -> None:
    assert run(scaled(prometheus(), least=0), [(0, 0)], start=1)[1] == (3.0, 0)
    held = scaled(prometheus(), least=0, initialCooldownPeriod=120)
    assert run(held, [(0, 0)], start=1)[1] == (123.0, 0)


def test_the_first_count_is_a_recommendation_of_its_own() -> None:
    spec = scaled(prometheus())
    assert run(spec, [(0, 10)], start=6) == [(0.0, 6), (316.0, 1)]


def test_idle_replicas_wake_to_the_minimum_and_sleep_after_the_cooldown() -> None:
    spec = scaled(prometheus(), least=2, idleReplicaCount=0, pollingInterval=10, cooldownPeriod=30)
    changes = run(spec, [(0, 0), (40, 50), (100, 0)], start=0)
    assert changes == [(0.0, 0), (43.0, 2), (46.0, 4), (61.0, 5), (123.0, 0)]
