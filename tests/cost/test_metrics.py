"""What one GPU-hour, run, answer and token costs."""

from decimal import Decimal

from aicost_iac.cost.metrics import metrics
from tests.cost.plans import assumed, item, mixed, of, scaled, template, workload


def test_a_gpu_hour_carries_volumes_and_idle_halves_of_machines() -> None:
    made = of(template(), mixed({"g6e.12xlarge": None}, sizes=(0, 2, 2)))
    [gpu] = metrics(item(made, "aws_autoscaling_group.g"))
    assert gpu.per == "gpu_hour"
    assert gpu.usd == ((2 * Decimal("10.49264") + 400 * Decimal("0.08") / 730) / 8).quantize(Decimal("0.000001"))


def test_a_run_of_a_fleet_takes_the_hours_that_are_assumed() -> None:
    group = mixed({"g6e.xlarge": None}, sizes=(0, 4, 4), assume=(assumed("run_hours", "5"),))
    found = {each.per: each.usd for each in metrics(item(of(template(), group), "aws_autoscaling_group.g"))}
    assert found["run"] == (4 * (Decimal("1.861") + 16 / Decimal(730)) * 5).quantize(Decimal("0.000001"))


def test_answers_and_tokens_cost_one_replica_s_hour_by_its_throughput() -> None:
    from dataclasses import replace

    served = workload("Deployment", {"nvidia.com/gpu": 1})
    words = {"instance_type": "g6e.xlarge", "requests_per_second": "4", "tokens_per_second": "2500"}
    server = replace(served, assume=tuple(assumed(*pair) for pair in words.items()))
    for autoscaler in (scaled("w", 1, 9, assumed("replicas", "3")), scaled("w", 0, 9, assumed("replicas", "0"))):
        found = {each.per: each.usd for each in metrics(item(of(server, autoscaler), "apps/v1/Deployment/ml/w"))}
        assert found["1000_requests"] == (Decimal("1.861") / (4 * 3600) * 1000).quantize(Decimal("0.000001"))
        assert found["100k_tokens"] == (Decimal("1.861") / (2500 * 3600) * 100_000).quantize(Decimal("0.000001"))


def test_nothing_is_derived_from_what_is_not_stated() -> None:
    from aicost_iac import Resource

    assert metrics(item(of(Resource("aws_kms_key", "k")), "aws_kms_key.k")) == ()
