"""A query's outer shape, and what it says of the numbers it yields."""

import pytest

from aicost_iac.rules.reading.promql import read_query


@pytest.mark.parametrize(
    ("query", "kind", "ceiling"),
    [
        ('avg(DCGM_FI_DEV_GPU_UTIL{namespace="serving"})', "average", 100.0),
        ("max(DCGM_FI_PROF_GR_ENGINE_ACTIVE)", "average", 1.0),
        ("100 * avg(DCGM_FI_PROF_GR_ENGINE_ACTIVE)", "average", 100.0),
        ("avg(DCGM_FI_DEV_GPU_UTIL) / 100", "average", 1.0),
        ("sum(DCGM_FI_DEV_GPU_UTIL) / count(DCGM_FI_DEV_GPU_UTIL)", "ratio", 100.0),
        ("sum(vllm:num_requests_running) / clamp_min(sum(vllm:num_requests_waiting), 1)", "ratio", None),
        ("sum(vllm:num_requests_waiting)", "total", None),
        ("(sum(rate(requests_total[2m])))", "total", None),
        ("sum(vllm:num_requests_waiting) or vector(0)", "total", None),
        ("histogram_quantile(0.95, sum(rate(latency_bucket[5m])) by (le))", "average", None),
        ("clamp_max(avg(vllm:kv_cache_usage_perc), 0.9)", "average", 0.9),
        ("quantile(0.9, vllm:gpu_cache_usage_perc)", "average", 1.0),
        ("sum(a) + sum(b)", "other", None),
        ("rate(requests_total[1m])", "other", None),
        ("1 / avg(a)", "other", None),
        ("avg(((", "other", None),
        ("", "other", None),
    ],
)
def test_kind_and_ceiling(query: str, kind: str, ceiling: float | None) -> None:
    found = read_query(query)
    assert (found.kind, found.ceiling) == (kind, ceiling)


@pytest.mark.parametrize(
    ("query", "metrics"),
    [
        ('sum(vllm:num_requests_waiting{model="a or b", pod=~"x.*"}) by (model)', {"vllm:num_requests_waiting"}),
        ("sum(a) / on(pod) group_left(node) count(b) or vector(0)", {"a", "b"}),
        ("a unless b and c offset 5m", {"a", "b", "c"}),
        ('up{job="x)y"}', {"up"}),
        ("5", set()),
    ],
)
def test_metrics_are_neither_words_of_the_language_nor_labels(query: str, metrics: set[str]) -> None:
    assert read_query(query).metrics == metrics


@pytest.mark.parametrize(
    ("query", "labels"),
    [
        ("sum by (pod) (a)", {"pod"}),
        ("sum(a) by (pod, gpu)", {"pod", "gpu"}),
        ("max(sum(a) by (pod))", set()),
        ("sum by (pod) (a) / 2", set()),
        ("histogram_quantile(0.9, sum(b) by (le))", set()),
    ],
)
def test_only_an_outermost_grouping_splits_the_result(query: str, labels: set[str]) -> None:
    assert read_query(query).grouped == labels


@pytest.mark.parametrize(
    ("query", "value"), [("sum(a) or vector(0)", 0.0), ("sum(a) OR on() vector(3)", None), ("sum(a)", None)]
)
def test_what_an_empty_result_becomes(query: str, value: float | None) -> None:
    assert read_query(query).when_empty == value


def test_labels_that_metrics_are_selected_by() -> None:
    selected = read_query('sum(a{pod="x", namespace!~"y"}) / sum(b) + max(a{gpu="0"})').selected
    assert selected == {"a": frozenset({"pod", "namespace", "gpu"})}


@pytest.mark.parametrize(
    ("query", "filtered"), [("sum(a) > 0", True), ('sum(a{x!="y"})', False), ("a == bool 1", True)]
)
def test_a_comparison_may_leave_nothing(query: str, filtered: bool) -> None:
    assert read_query(query).filtered is filtered


@pytest.mark.parametrize(
    ("query", "from_pods"),
    [
        ("sum(vllm:num_requests_waiting)", True),
        ("sum(vllm:num_requests_waiting) + sum(gateway_pending_requests)", False),
        ("avg(DCGM_FI_DEV_GPU_UTIL)", True),
        ("vector(1)", False),
    ],
)
def test_series_that_only_pods_have(query: str, from_pods: bool) -> None:
    assert read_query(query).from_pods is from_pods
