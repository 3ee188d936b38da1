"""Spot Fleets, EC2 Fleets, instances, node groups: what runs, on which market, for how long."""

from decimal import Decimal
from typing import Any

import pytest

from aicost_iac import Resource
from tests.cost.plans import assumed, item, of, reasons, spot, template

NAMED = {"launch_template_specification": [{"id": template().ref("id"), "version": "1"}]}
TWO = [{"instance_type": "g6e.xlarge"}, {"instance_type": "g6e.4xlarge"}]


def spot_fleet(**more: Any) -> Resource:
    config = [{**NAMED, "overrides": TWO}]
    body = {"target_capacity": 4, "launch_template_config": config, **more}
    return Resource("aws_spot_fleet_request", "f", body, assume=(spot("g6e.xlarge", "0.7"), spot("g6e.4xlarge", "1.2")))


def counts(made: Any, address: str) -> dict[str, tuple[str, list[int]]]:
    return {
        part.what: (part.expected.thing, [int(line.count) for line in part.lines])
        for part in item(made, address).parts
        if "volumes" not in part.what
    }


def test_a_spot_fleet_that_is_kept_always_holds_its_target() -> None:
    made = counts(of(template(), spot_fleet()), "aws_spot_fleet_request.f")
    assert made == {"spot instances": ("g6e.xlarge", [4, 4, 4])}


def test_a_one_time_request_need_not_run_and_its_on_demand_part_is_of_the_target() -> None:
    fleet = spot_fleet(fleet_type="request", on_demand_target_capacity=1, allocation_strategy="priceCapacityOptimized")
    made = counts(of(template(), fleet), "aws_spot_fleet_request.f")
    assert made == {"on-demand instances": ("g6e.xlarge", [0, 1, 1]), "spot instances": ("g6e.4xlarge", [0, 3, 3])}


def test_launch_specifications_are_read_with_their_volumes_and_a_maximum_price_per_unit() -> None:
    wanted = {
        "instance_type": "g6e.12xlarge",
        "weighted_capacity": "4",
        "spot_price": "0.9",
        "root_block_device": [{"volume_size": 100, "volume_type": "gp3"}],
    }
    body = {"target_capacity": 8, "launch_specification": [wanted]}
    found = item(of(Resource("aws_spot_fleet_request", "f", body)), "aws_spot_fleet_request.f")
    instances, volumes = found.parts
    assert (instances.ceiling.count, instances.ceiling.quote.usd_hour) == (Decimal(2), Decimal("3.6"))
    assert volumes.ceiling.count == 200


@pytest.mark.parametrize(
    ("capacity", "expected"),
    [
        ({"default_target_capacity_type": "spot", "on_demand_target_capacity": 1}, {"on-demand": 1, "spot": 3}),
        ({"default_target_capacity_type": "on-demand", "spot_target_capacity": 3}, {"on-demand": 1, "spot": 3}),
        ({"default_target_capacity_type": "on-demand"}, {"on-demand": 4}),
    ],
)
def test_an_ec2_fleet_divides_its_target(capacity: dict[str, Any], expected: dict[str, int]) -> None:
    body = {
        "target_capacity_specification": [{"total_target_capacity": 4, **capacity}],
        "launch_template_config": [{**NAMED, "override": TWO}],
    }
    made = counts(of(template(), Resource("aws_ec2_fleet", "f", body)), "aws_ec2_fleet.f")
    assert {what.split()[0]: int(lines[1]) for what, (_, lines) in made.items()} == expected


def test_a_target_that_only_terraform_knows_is_not_guessed() -> None:
    made = of(template(), Resource("aws_spot_fleet_request", "f", {"launch_template_config": [{**NAMED}]}))
    assert reasons(made, "aws_spot_fleet_request.f") == ["target_capacity is known only to Terraform"]


def test_an_instance_costs_the_same_in_every_case_and_on_spot_at_most_the_list_price() -> None:
    disk = [{"volume_size": 50, "volume_type": "gp3"}]
    plain = Resource("aws_instance", "i", {"instance_type": "m7i.large", "root_block_device": disk})
    hour = item(of(plain), "aws_instance.i").hour
    assert hour.floor == hour.expected == hour.ceiling == Decimal("0.1008") + 50 * Decimal("0.000109589041096")
    on_spot = Resource(
        "aws_instance",
        "i",
        {**plain.body, "instance_market_options": [{"market_type": "spot"}]},
        assume=(spot("m7i.large", "0.03"),),
    )
    part = item(of(on_spot), "aws_instance.i").parts[0]
    assert [str(line.quote.usd_hour) for line in part.lines] == ["0.03", "0.03", "0.1008"]


@pytest.mark.parametrize(
    ("count", "month"), [({"count": 3}, "232.75"), ({"for_each": {"a": 1, "b": 2}}, "155.17"), ({"count": 0}, "0.00")]
)
def test_count_and_for_each_multiply(count: dict[str, Any], month: str) -> None:
    disk = [{"volume_size": 50, "volume_type": "gp3"}]
    one = Resource("aws_instance", "i", {"instance_type": "m7i.large", "root_block_device": disk, **count})
    made = of(one)
    assert made.month.expected == Decimal(month)
    assert made.unpriced == ()


def test_a_count_that_only_terraform_knows_is_priced_once_and_told() -> None:
    from aicost_iac.expr import Raw

    made = of(Resource("aws_kms_key", "k", {"count": Raw("var.keys")}))
    assert made.month.expected == Decimal("1.00")
    assert reasons(made, "aws_kms_key.k") == ["count is known only to Terraform: one is priced"]


def test_a_count_below_nothing_takes_no_money_away() -> None:
    made = of(Resource("aws_kms_key", "k", {"count": -3}))
    assert made.month.expected == Decimal("1.00")
    assert reasons(made, "aws_kms_key.k") == ["count is -3, which Terraform refuses: one is priced"]


def node_group(**more: Any) -> Resource:
    scaling = {"min_size": 1, "desired_size": 2, "max_size": 3}
    return Resource("aws_eks_node_group", "n", {"scaling_config": [scaling], **more})


def test_a_node_group_takes_its_types_in_order_on_demand_and_by_capacity_on_spot() -> None:
    types = ["g6e.4xlarge", "g6e.xlarge", "g6e.2xlarge"]
    ordered = item(of(node_group(instance_types=types)), "aws_eks_node_group.n").parts[0]
    assert [line.thing for line in ordered.lines] == ["g6e.xlarge", "g6e.4xlarge", "g6e.4xlarge"]
    chosen = item(of(node_group(instance_types=types, capacity_type="SPOT")), "aws_eks_node_group.n").parts[0]
    assert chosen.expected.thing == "g6e.2xlarge"


def test_what_eks_takes_where_nothing_is_said() -> None:
    instances, volumes = item(of(node_group()), "aws_eks_node_group.n").parts
    assert (instances.expected.thing, volumes.expected.thing) == ("t3.medium", "GiB of gp2")
    assert volumes.expected.count == 2 * 20


def test_an_assumed_size_of_a_node_group_stays_within_its_bounds() -> None:
    wide = Resource("aws_eks_node_group", "n", node_group().body, assume=(assumed("replicas", "0.2"),))
    assert item(of(wide), "aws_eks_node_group.n").parts[0].expected.count == 1


def test_extended_support_of_a_cluster_is_the_ceiling() -> None:
    policy = [{"support_type": "EXTENDED"}]
    hour = item(of(Resource("aws_eks_cluster", "c", {"upgrade_policy": policy})), "aws_eks_cluster.c").hour
    assert (hour.floor, hour.expected, hour.ceiling) == (Decimal("0.1"), Decimal("0.1"), Decimal("0.6"))
