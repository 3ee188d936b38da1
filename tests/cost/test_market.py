"""What is asked of AWS, and what is made of the answers: botocore's stubber for what moto lacks, moto for the rest."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import boto3
import pytest
from botocore.stub import Stubber
from click.testing import CliRunner
from moto import mock_aws

from aicost_iac.cli import main
from aicost_iac.cost import cache, market
from aicost_iac.cost.cache import Score, Size
from aicost_iac.cost.given import Given
from aicost_iac.cost.market import Market, MarketError

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
KEYS = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing", "region_name": "us-east-1"}
EC2_FILTERS = {
    "instanceType": "g6e.xlarge",
    "operatingSystem": "Linux",
    "tenancy": "Shared",
    "preInstalledSw": "NA",
    "capacitystatus": "Used",
    "operation": "RunInstances",
    "regionCode": "us-east-1",
}


def product(usd: str, unit: str = "Hrs") -> str:
    """An entry of a price list."""
    dimension = {"unit": unit, "pricePerUnit": {"USD": usd}}
    return json.dumps({"terms": {"OnDemand": {"x": {"priceDimensions": {"y": dimension}}}}})


def matching(**values: str) -> list[dict[str, str]]:
    return [{"Type": "TERM_MATCH", "Field": field, "Value": value} for field, value in values.items()]


@pytest.fixture
def asked() -> Iterator[tuple[Market, Stubber, Stubber]]:
    """A market whose every call is expected."""
    pricing, ec2 = boto3.client("pricing", **KEYS), boto3.client("ec2", **KEYS)
    with Stubber(pricing) as prices, Stubber(ec2) as machines:
        yield Market("us-east-1", NOW, pricing, ec2), prices, machines


def test_list_prices_are_asked_for_exactly_one_product(asked: tuple[Market, Stubber, Stubber]) -> None:
    made, prices, _ = asked
    question = {"ServiceCode": "AmazonEC2", "Filters": matching(**EC2_FILTERS)}
    prices.add_response(
        "get_products", {"PriceList": [product("1.8610000000"), product("0")], "NextToken": "t"}, question
    )
    prices.add_response("get_products", {"PriceList": [product("9", "Quantity")]}, {**question, "NextToken": "t"})
    [found] = made.on_demand(["g6e.xlarge"])
    assert (found.usd_hour, found.as_of, found.market, found.source) == (
        Decimal("1.861"),
        "2026-11-24",
        "on-demand",
        "Price List API",
    )
    prices.assert_no_pending_responses()


def test_ml_types_are_asked_for_at_sagemaker(asked: tuple[Market, Stubber, Stubber]) -> None:
    made, prices, _ = asked
    filters = matching(instanceName="ml.g5.xlarge", component="Hosting", regionCode="us-east-1")
    prices.add_response("get_products", {"PriceList": [product("1.408")]}, {"ServiceCode": "AmazonSageMaker",
                        "Filters": filters})  # fmt: skip
    assert [each.usd_hour for each in made.on_demand(["ml.g5.xlarge"])] == [Decimal("1.408")]


def test_two_prices_for_one_thing_are_never_one_of_them(asked: tuple[Market, Stubber, Stubber]) -> None:
    made, prices, _ = asked
    prices.add_response("get_products", {"PriceList": [product("1"), product("2")]})
    with pytest.raises(MarketError, match=r"the price list has 2 prices of g6e\.xlarge in us-east-1"):
        list(made.on_demand(["g6e.xlarge"]))


def test_spot_is_the_median_of_a_week_over_the_zones(asked: tuple[Market, Stubber, Stubber]) -> None:
    made, _, machines = asked
    history = [
        {"InstanceType": "g6e.xlarge", "AvailabilityZone": f"us-east-1{zone}", "SpotPrice": usd}
        for zone, usd in (("a", "0.70"), ("a", "0.90"), ("b", "0.80"), ("c", "1.40"))
    ]
    question = {
        "InstanceTypes": ["g6e.xlarge"],
        "ProductDescriptions": ["Linux/UNIX"],
        "StartTime": NOW - timedelta(days=7),
        "EndTime": NOW,
    }
    machines.add_response("describe_spot_price_history", {"SpotPriceHistory": history}, question)
    [found] = made.spot(["g6e.xlarge"])
    assert (found.usd_hour, found.market) == (Decimal("0.85"), "spot")
    assert found.source == "DescribeSpotPriceHistory, median of 7 days and 3 zones"


def test_placement_scores_are_for_all_types_together(asked: tuple[Market, Stubber, Stubber]) -> None:
    made, _, machines = asked
    answer = {"SpotPlacementScores": [{"Region": "us-east-1", "AvailabilityZoneId": "use1-az1", "Score": 7}]}
    question = {"InstanceTypes": ["g6e.xlarge", "g6e.2xlarge"], "TargetCapacity": 8, "SingleAvailabilityZone": True,
                "RegionNames": ["us-east-1"]}  # fmt: skip
    machines.add_response("get_spot_placement_scores", answer, question)
    [found] = made.scores(["g6e.xlarge", "g6e.2xlarge"], 8)
    assert (found.zone_id, found.score, found.target) == ("use1-az1", 7, 8)


def test_a_refusal_of_aws_is_a_sentence(asked: tuple[Market, Stubber, Stubber]) -> None:
    made, prices, _ = asked
    prices.add_client_error("get_products", "AccessDeniedException", "not authorized to perform: pricing:GetProducts")
    with pytest.raises(MarketError, match=r"GetProducts: not authorized .* \(AccessDeniedException\)"):
        list(made.on_demand(["g6e.xlarge"]))


def sizes(names: list[str]) -> dict[str, Size]:
    """What moto's EC2, whose types are AWS's own listing, says of types."""
    with mock_aws():
        made = Market("us-east-1", NOW, None, boto3.client("ec2", **KEYS))
        return {each.instance_type: each for each in made.sizes(names)}


def test_sizes_are_what_describe_instance_types_says() -> None:
    found = sizes(["g6e.12xlarge", "m7i.large", "inf2.xlarge"])
    assert found["g6e.12xlarge"] == Size("g6e.12xlarge", 48, 384.0, 4, "2026-11-24")
    assert [found[name].accelerators for name in ("m7i.large", "inf2.xlarge")] == [0, 1]


def test_every_machine_of_the_catalog_has_the_size_that_aws_states() -> None:
    from aicost_iac import catalog

    stated = sizes([each.name for each in catalog.instances() if each.status == "current"])
    assert len(stated) > 60
    for name, size in stated.items():
        machine = catalog.machine(name)
        assert (machine.vcpus, machine.memory_gib) == (size.vcpus, size.memory_gib), name


def test_refresh_shows_the_difference_asks_and_caches(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, asked: tuple[Market, Stubber, Stubber]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    made, prices, machines = asked
    monkeypatch.setattr(market, "market", lambda region, now, profile: made)

    def expect() -> None:
        prices.add_response("get_products", {"PriceList": [product("1.95")]})
        history = [{"InstanceType": "g6e.xlarge", "AvailabilityZone": "us-east-1a", "SpotPrice": "0.7"}]
        machines.add_response("describe_spot_price_history", {"SpotPriceHistory": history})
        machines.add_response("describe_instance_types", {"InstanceTypes": []})

    expect()
    refused = CliRunner().invoke(main, ["catalog", "refresh", "g6e.xlarge"], input="n\n")
    assert refused.exit_code == 1
    assert "~ g6e.xlarge us-east-1 on-demand: 1.861 -> 1.95 USD an hour (+4.8 %, was of 2026-07-20)" in refused.stdout
    assert not cache.path().exists()
    expect()
    written = CliRunner().invoke(main, ["catalog", "refresh", "g6e.xlarge", "--yes"])
    assert (written.exit_code, cache.path().is_file()) == (0, True)
    assert "+ g6e.xlarge us-east-1 spot: 0.7 USD an hour" in written.stdout
    shown = CliRunner().invoke(main, ["catalog", "show", "--gpu", "L40S", "--cached", "--format", "json"])
    [one] = [each for each in json.loads(shown.stdout)["candidates"] if each["instance_type"] == "g6e.xlarge"]
    assert (one["usd_hour"], one["basis"], one["spot_usd_hour"]) == ("1.95", "cached", "0.7")
    table = CliRunner().invoke(main, ["catalog", "show", "--gpu", "L40S", "--cached"])
    assert "spot $/h" in table.stdout
    expect()
    again = CliRunner().invoke(main, ["catalog", "refresh", "g6e.xlarge"])
    assert (again.exit_code, again.stdout) == (0, "nothing changed\n")


def test_scores_are_shown_with_the_machines_they_are_about(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    price = Given("g6e.xlarge", "us-east-1", "spot", Decimal("0.7"), "2026-11-24")
    score = Score("us-east-1", "use1-az1", ("g6e.xlarge", "g6e.2xlarge"), 8, 7, "2026-11-24")
    cache.write(cache.Cache((price,), (), (score,)))
    shown = CliRunner().invoke(main, ["catalog", "show", "--gpu", "L40S", "--cached"])
    told = "spot placement in use1-az1: 7 of 10 for 8 instances of g6e.xlarge, g6e.2xlarge (2026-11-24)"
    assert told in shown.stderr
    assert told not in CliRunner().invoke(main, ["catalog", "show", "--gpu", "H100", "--cached"]).stderr


def test_without_boto3_or_with_a_wrong_profile_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MarketError, match="no client for AWS"):
        market.market("us-east-1", NOW, profile="there-is-no-such-profile")
    monkeypatch.setitem(__import__("sys").modules, "boto3", None)
    with pytest.raises(MarketError, match="boto3 is not installed"):
        market.market("us-east-1", NOW)
