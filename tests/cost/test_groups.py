"""Auto Scaling groups: overrides, weights, the on-demand share, spot prices, the fallback."""

from decimal import Decimal

import pytest

from aicost_iac import Plan, Resource
from aicost_iac.cost import Prices, estimate
from aicost_iac.cost.pricers.buying import NO_SAVING
from tests.cost.plans import assumed, item, mixed, notes, of, quoted, reasons, spot, template

TYPES: dict[str, int | None] = {"g6e.xlarge": None, "g6e.2xlarge": None, "g6e.4xlarge": None}
GROUP = "aws_autoscaling_group.g"


def things(made: object, case: str) -> list[str]:
    return [getattr(part, case).thing for part in item(made, GROUP).parts]  # type: ignore[arg-type]


def test_the_floor_is_the_cheapest_and_the_ceiling_the_dearest_override() -> None:
    made = of(template(), mixed(TYPES, sizes=(2, 4, 8)))
    instances, volumes = item(made, GROUP).parts
    assert [line.thing for line in instances.lines] == ["g6e.xlarge", "g6e.2xlarge", "g6e.4xlarge"]
    assert [line.count for line in instances.lines] == [2, 4, 8]
    assert [line.count for line in volumes.lines] == [400, 800, 1600]


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        ("lowest-price", "g6e.xlarge"),
        ("capacity-optimized-prioritized", "g6e.4xlarge"),
        ("price-capacity-optimized", "g6e.2xlarge"),
        ("capacity-optimized", "g6e.2xlarge"),
    ],
)
def test_the_strategy_says_which_machine_to_expect(strategy: str, expected: str) -> None:
    ordered: dict[str, int | None] = {"g6e.4xlarge": None, "g6e.2xlarge": None, "g6e.xlarge": None}
    made = of(template(), mixed(ordered, sizes=(0, 1, 1), strategy=strategy))
    assert item(made, GROUP).parts[0].expected.thing == expected


def test_on_demand_takes_the_first_override_unless_told_to_take_the_cheapest() -> None:
    group = mixed({"g6e.4xlarge": None, "g6e.xlarge": None}, sizes=(1, 1, 1), percent=100)
    assert item(of(template(), group), GROUP).parts[0].expected.thing == "g6e.4xlarge"
    policy = group.body["mixed_instances_policy"][0]
    policy["instances_distribution"][0]["on_demand_allocation_strategy"] = "lowest-price"
    cheapest = Resource(group.type, group.name, {**group.body, "mixed_instances_policy": [policy]})
    assert item(of(template(), cheapest), GROUP).parts[0].expected.thing == "g6e.xlarge"


def test_without_a_spot_price_no_saving_is_claimed_and_that_is_said() -> None:
    made = of(template(), mixed(TYPES, sizes=(0, 1, 1)))
    assert item(made, GROUP).parts[0].expected.quote.usd_hour == Decimal("2.24208")
    assert notes(made) == [NO_SAVING]


def test_a_spot_price_counts_where_it_is_given_and_never_at_the_ceiling() -> None:
    group = mixed({"g6e.xlarge": None}, sizes=(1, 1, 1), assume=(spot("g6e.xlarge", "0.70"),))
    instances = item(of(template(), group), GROUP).parts[0]
    assert [str(line.quote.usd_hour) for line in instances.lines] == ["0.70", "0.70", "1.861"]
    assert (instances.expected.quote.basis, instances.expected.quote.as_of) == ("assumed", "2026-11-20")
    assert instances.note == ""


def test_the_plan_s_own_spot_price_stands_over_one_that_is_given() -> None:
    prices = Prices({("g6e.xlarge", "us-east-1"): quoted("0.90"), ("g6e.xlarge", ""): quoted("0.95")})
    group = mixed({"g6e.xlarge": None}, sizes=(1, 1, 1))
    assert item(of(template(), group, prices=prices), GROUP).parts[0].floor.quote.usd_hour == Decimal("0.90")
    own = mixed({"g6e.xlarge": None}, sizes=(1, 1, 1), assume=(spot("g6e.xlarge", "0.70"),))
    assert item(of(template(), own, prices=prices), GROUP).parts[0].floor.quote.usd_hour == Decimal("0.70")


def test_a_spot_price_that_is_no_price_is_not_used() -> None:
    for wrong in ("free", "0", "-1", "NaN"):
        group = mixed({"g6e.xlarge": None}, sizes=(1, 1, 1), assume=(spot("g6e.xlarge", wrong),))
        assert notes(of(template(), group)) == [NO_SAVING]


def test_a_spot_price_above_the_on_demand_price_is_not_paid() -> None:
    group = mixed({"g6e.xlarge": None}, sizes=(1, 1, 1), assume=(spot("g6e.xlarge", "2.00"),))
    instances = item(of(template(), group), GROUP).parts[0]
    assert [str(line.quote.usd_hour) for line in instances.lines] == ["1.861"] * 3


def test_a_maximum_spot_price_bounds_the_ceiling() -> None:
    group = mixed({"g6e.xlarge": None}, sizes=(1, 1, 1))
    policy = group.body["mixed_instances_policy"][0]
    policy["instances_distribution"][0]["spot_max_price"] = "1.20"
    capped = Resource(group.type, group.name, {**group.body, "mixed_instances_policy": [policy]})
    assert item(of(template(), capped), GROUP).parts[0].ceiling.quote.usd_hour == Decimal("1.20")


def test_weights_count_instances_rounded_up_and_compare_prices_per_unit() -> None:
    weighted: dict[str, int | None] = {"g6.xlarge": 1, "g6.12xlarge": 4}
    instances = item(of(template(), mixed(weighted, sizes=(3, 6, 6))), GROUP).parts[0]
    assert (int(instances.floor.count), instances.floor.thing) == (3, "g6.xlarge")
    assert (int(instances.ceiling.count), instances.ceiling.thing) == (2, "g6.12xlarge")


@pytest.mark.parametrize(
    ("base", "percent", "capacity", "on_demand"),
    [(0, 0, 8, 0), (2, 0, 8, 2), (2, 50, 8, 5), (2, 50, 9, 6), (0, 100, 8, 8), (10, 0, 8, 8), (1, 33, 4, 2)],
)
def test_the_on_demand_share_is_the_base_and_a_percentage_above_it_rounded_up(
    base: int, percent: int, capacity: int, on_demand: int
) -> None:
    group = mixed({"g6e.xlarge": None}, sizes=(capacity,) * 3, base=base, percent=percent)
    counts = {part.what: part.expected.count for part in item(of(template(), group), GROUP).parts}
    assert counts.get("on-demand instances", 0) == on_demand
    assert counts.get("spot instances", 0) == capacity - on_demand


def test_a_fallback_group_is_in_the_ceiling_only_and_says_whose_it_is() -> None:
    own = mixed({"g6e.xlarge": None}, sizes=(0, 4, 4))
    shadow = mixed(
        {"g6e.xlarge": None}, sizes=(0, 0, 2), percent=100, name="f", assume=(assumed("fallback_for", own.address),)
    )
    made = of(template(), own, shadow)
    fallback = item(made, "aws_autoscaling_group.f")
    assert fallback.floor_hour == fallback.expected_hour == 0
    assert fallback.ceiling_hour == 2 * (Decimal("1.861") + 200 * Decimal("0.000109589041096"))
    assert f"only what spot falls short of: makes up for {own.address}" in notes(made)


def test_a_plain_group_takes_the_type_of_its_launch_template_on_demand_or_on_the_market_it_names() -> None:
    def group(**launch: object) -> list[str]:
        named = {"id": template().ref("id"), "version": "1"}
        body = {"min_size": 1, "max_size": 2, "launch_template": [named]}
        made = of(template(instance_type="m7i.large", **launch), Resource("aws_autoscaling_group", "g", body))
        return [part.what for part in item(made, GROUP).parts]

    assert group() == ["on-demand instances", "volumes of on-demand instances"]
    assert group(instance_market_options=[{"market_type": "spot"}])[0] == "spot instances"


def test_a_launch_configuration_is_read_too() -> None:
    root = [{"volume_size": 100, "volume_type": "gp3"}]
    held = Resource("aws_launch_configuration", "c", {"instance_type": "g5.xlarge", "root_block_device": root})
    body = {"min_size": 1, "max_size": 1, "launch_configuration": held.ref("name")}
    made = of(held, Resource("aws_autoscaling_group", "g", body))
    assert item(made, GROUP).hour.expected == Decimal("1.006") + 100 * Decimal("0.000109589041096")


def test_an_assumed_load_stands_for_the_desired_size_and_no_more_than_the_maximum() -> None:
    group = mixed({"g6e.xlarge": None}, sizes=(0, 8, 8), assume=(assumed("replicas", "2.5"),))
    assert item(of(template(), group), GROUP).parts[0].expected.count == 3
    group = mixed({"g6e.xlarge": None}, sizes=(0, 8, 8), assume=(assumed("replicas", "99"),))
    assert item(of(template(), group), GROUP).parts[0].expected.count == 8


def test_a_group_without_a_desired_size_starts_with_its_minimum() -> None:
    group = mixed({"g6e.xlarge": None}, sizes=(2, 0, 8))
    body = {key: value for key, value in group.body.items() if key != "desired_capacity"}
    assert item(of(template(), Resource(group.type, "g", body)), GROUP).parts[0].expected.count == 2


def test_an_override_without_a_price_is_told_and_the_others_are_priced() -> None:
    made = of(template(), mixed({"g6e.xlarge": None, "p5e.48xlarge": None, "g9.huge": None}, sizes=(0, 1, 1)))
    assert item(made, GROUP).parts[0].ceiling.thing == "g6e.xlarge"
    told = reasons(made, GROUP)
    assert len(told) == 2
    assert "no source states an on-demand price of aws 'p5e.48xlarge' in any region" in told[0]
    assert "unknown aws instance type 'g9.huge'" in told[1]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"max_size": None}, "max_size is known only to Terraform"),
        ({"mixed_instances_policy": None}, "the instance type is not in the plan"),
    ],
)
def test_what_is_not_known_is_said_and_not_priced(change: dict[str, object], reason: str) -> None:
    group = mixed(TYPES, sizes=(0, 1, 1))
    made = of(template(), Resource(group.type, "g", {**group.body, **change}))
    assert made.items == ()
    assert any(reason in told for told in reasons(made, GROUP))


def test_types_by_their_attributes_have_no_price() -> None:
    group = mixed({"g6e.xlarge": None}, sizes=(0, 1, 1))
    policy = group.body["mixed_instances_policy"][0]
    policy["launch_template"][0]["override"] = [{"instance_requirements": [{"vcpu_count": [{"min": 4}]}]}]
    made = of(template(), Resource(group.type, "g", {**group.body, "mixed_instances_policy": [policy]}))
    assert reasons(made, GROUP) == ["instance_requirements name no types: override with the types to price"]


def test_a_root_volume_of_the_image_s_size_is_not_priced_and_that_is_said() -> None:
    bare = Resource("aws_launch_template", "t", {"name": "t"})
    made = of(bare, mixed(TYPES, sizes=(0, 1, 1)))
    [told] = reasons(made, GROUP)
    assert told.startswith("the root volume: its size is the image's")


def test_gp3_beyond_what_it_comes_with_costs_more() -> None:
    fast = {"volume_size": 200, "volume_type": "gp3", "iops": 6000, "throughput": 500}
    made = of(template({"device_name": "/dev/xvda", "ebs": [fast]}), mixed({"g6e.xlarge": None}, sizes=(1, 1, 1)))
    charged = [(part.expected.thing, int(part.expected.count)) for part in item(made, GROUP).parts[1:]]
    assert charged == [("GiB of gp3", 200), ("IOPS of gp3", 3000), ("MiB/s of gp3", 375)]
    usd = item(made, GROUP).hour.month.expected - Decimal("1.861") * 730
    assert usd == Decimal("16.00") + Decimal("15.00") + Decimal("15.00")


def test_a_region_without_prices_is_unpriced_and_a_provider_s_alias_is_followed() -> None:
    named = mixed({"g6e.xlarge": None}, sizes=(1, 1, 1), provider="aws.west")
    plan = Plan((template(), named))
    assert estimate(plan).items != ()
    made = estimate(plan, aliases={"west": "eu-west-1"})
    assert made.items == ()
    assert any("'eu-west-1'" in told for told in reasons(made, GROUP))
