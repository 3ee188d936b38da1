"""Configurations that look right and never wake, or never go beyond two; and what our own make of the same wish."""

from typing import Any

import pytest

from aicost_iac import GpuActivity, WaitingRequests
from aicost_iac.kubernetes.autoscaling import Step
from tests.blueprints.serving import QUEUE, autoscaler, awake
from tests.kubernetes.scaled_objects import Spec, counts, run, scaled

HOUR, DAY = 3600.0, 86_400.0
FULL: list[Step] = [(0, 100.0)]
BUSY = GpuActivity(percent=70)
REQUESTS = WaitingRequests(per_replica=8)
NONE: list[Step] = [(0, 0)]


def written(query: str, threshold: str, **metadata: str) -> Spec:
    """A Prometheus trigger as it is copied from tutorials."""
    address = {"serverAddress": "http://prometheus-server.monitoring:9090"}
    return {"type": "prometheus", "metadata": {**address, "query": query, "threshold": threshold, **metadata}}


UTILIZATION = 'avg(DCGM_FI_DEV_GPU_UTIL{exported_namespace="serving"})'
PENDING = "sum(gateway_pending_requests)"


@pytest.mark.parametrize("ignore", ["true", "false"])
def test_a_metric_of_pods_that_do_not_exist_never_wakes_them(ignore: str) -> None:
    naive = scaled(written(UTILIZATION, "70", ignoreNullValues=ignore), least=0, most=10)
    assert counts(run(naive, [(0, None)], start=0, until=DAY)) == [0]
    assert counts(run(naive, [(0, None), (HOUR, 90.0)], start=0, until=DAY))[1] == 1, "the simulator could tell"


@pytest.mark.parametrize(("silent", "expected"), [(0, [0, 1, 0]), (None, [0, 1]), ("error", [0, 1])])
def test_what_waits_in_front_wakes_them(silent: Any, expected: list[int]) -> None:
    """The queue alone wakes; what can not be read puts nothing to sleep, and ours read 0 while there are no pods."""
    ours = autoscaler(triggers=[QUEUE, BUSY]).spec
    waiting = [(0, 0), (HOUR, 1), (HOUR + 900, 0)]
    found = run(ours, waiting, [(0, silent)], start=0, until=DAY)
    assert counts(found) == expected
    assert HOUR <= found[1][0] <= HOUR + 15


def test_one_request_does_not_exceed_an_activation_of_one() -> None:
    naive = scaled(written(PENDING, "8", activationThreshold="1"), least=0, most=10)
    assert counts(run(naive, [(0, 1)], start=0, until=DAY)) == [0]
    assert counts(run(naive, [(0, 2)], start=0, until=DAY)) == [0, 1], "the simulator could tell"


def test_one_request_wakes_ours() -> None:
    assert counts(run(autoscaler().spec, [(0, 1)], start=0, until=DAY)) == [0, 1]


def test_an_average_divided_like_a_total_never_asks_for_three() -> None:
    naive = scaled(written(UTILIZATION, "70"), least=1, most=10)
    assert max(counts(run(naive, FULL, until=DAY))) == 2


def test_an_average_divided_like_a_total_shrinks_a_busy_service() -> None:
    naive = scaled(written(UTILIZATION, "70"), least=1, most=10)
    assert counts(run(naive, [(0, 60.0)], start=10, until=DAY))[-1] == 1


def test_an_average_compared_as_one_asks_for_all_there_are() -> None:
    ours = awake(triggers=[BUSY, REQUESTS], max_replicas=10).spec
    assert max(counts(run(ours, FULL, NONE, until=DAY))) == 10
    assert counts(run(ours, [(0, 60.0)], NONE, start=10, until=900)) == [10, 9], (
        "60 of 70 percent is nine tenths of the work"
    )


def test_a_total_grows_with_the_load() -> None:
    ours = awake(triggers=[REQUESTS], max_replicas=10).spec
    assert counts(run(ours, [(0, 8), (600, 50)], until=DAY))[-1] == 7
