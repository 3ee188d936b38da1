"""What a pipeline costs: its range, each part's share, a thousand requests under the load that was stated."""

from decimal import Decimal

from aicost_iac.cost import estimate
from aicost_iac.cost.pipelines import Pipeline, pipelines
from tests.pipeline.pipelines import MIX, SEMANTIC, plan, scaled


def priced(**fields: object) -> Pipeline:
    made = plan(scaled(cache=SEMANTIC, cpu_instance_type="m7i.xlarge", **fields)).stamped("InferencePipeline/a")
    [found] = pipelines(estimate(made, region="us-east-1"))
    return found


def test_the_parts_are_the_whole() -> None:
    shares = priced(mix=MIX).shares
    assert abs(sum(shares.values(), Decimal(0)) - 100) < Decimal("1e-9")
    names = [address.rpartition("/")[2] for address in shares]
    assert names[:2] == ["assistant-large", "assistant-small"]
    assert sorted(names[2:]) == ["assistant-cache", "assistant-embeddings", "assistant-router"]


def test_figures_by_hand() -> None:
    """A quarter of p5.48xlarge at 55.04 and of p5.4xlarge at 6.88 an hour, one replica each as the load asks."""
    found = priced(mix=MIX)
    by_name = {item.address.rpartition("/")[2]: item.hour for item in found.items}
    assert by_name["assistant-large"].expected == Decimal("13.76")
    assert by_name["assistant-small"].expected == Decimal("1.72")
    assert by_name["assistant-small"].ceiling == 16 * Decimal("1.72")
    assert found.usd_thousand_requests == (found.hour.expected / 20).quantize(Decimal("0.0001"))
    assert {each.name: each.value for each in found.mix} == {
        "requests_per_hour": "20000",
        "cache_hit_rate": "0.2",
        "simple_share": "0.7",
        "tokens_per_answer": "250",
    }


def test_without_a_stated_load_nothing_is_claimed() -> None:
    assert priced().usd_thousand_requests is None
