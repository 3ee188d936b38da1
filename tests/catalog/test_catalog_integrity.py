"""The data files: nothing orphaned, nothing from the future, figures that agree with each other."""

from __future__ import annotations

import ast
import datetime
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from aicost_iac import catalog
from aicost_iac.catalog import services, tables

PACKAGE = Path(tables.__file__).parent
FILES = sorted(PACKAGE.glob("data/*.json"))
KEYS = {
    "accelerators": ("name",),
    "aws": ("instance_type",),
    "azure": ("instance_type",),
    "efa": ("instance_type",),
    "elasticache": ("engine", "node_type", "region"),
    "frameworks": ("framework", "version"),
    "gcp": ("instance_type",),
    "gpus": ("model",),
    "machines": ("cloud", "instance_type", "region"),
    "ml_types": ("instance_type",),
    "models": ("name",),
    "on_demand": ("cloud", "instance_type", "region"),
    "profiles": ("model", "compute_slices", "memory_slices", "profile"),
    "quotas": ("market", "code"),
    "rates": ("name", "region"),
    "registries": ("region",),
    "sagemaker": ("instance_type", "region"),
    "sagemaker_premiums": ("category", "size"),
    "sources": ("code",),
    "spot": ("cloud", "instance_type", "region"),
}

PRICED = ("on_demand", "spot", "machines", "sagemaker", "elasticache", "rates")

Row = dict[str, Any]


def parts() -> Iterator[tuple[str, str, list[Row]]]:
    for file in FILES:
        for part, listed in json.loads(file.read_text()).items():
            if part != "about":
                yield file.stem, part, listed


def all_rows() -> Iterator[tuple[str, Row]]:
    for _, part, listed in parts():
        for row in listed:
            yield f"{part} {[row[column] for column in KEYS[part]]}", row


def part(name: str) -> list[Row]:
    return next(listed for _, each, listed in parts() if each == name)


def all_instances() -> Iterator[Row]:
    for cloud in catalog.clouds():
        yield from part(cloud)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_one_row_per_line_so_that_a_diff_shows_rows(file: Path) -> None:
    document = json.loads(file.read_text())
    expected = sum(len(listed) + 2 for name, listed in document.items() if name != "about") + 3
    assert len(file.read_text().splitlines()) == expected


@pytest.mark.parametrize(("name", "listed"), [(each, listed) for _, each, listed in parts()])
def test_rows_are_sorted_unique_and_of_one_form(name: str, listed: list[Row]) -> None:
    keys = [tuple(row[column] for column in KEYS[name]) for row in listed]
    assert keys == sorted(set(keys))
    assert {tuple(row) for row in listed} == {tuple(listed[0])}


def test_every_row_has_a_date_and_known_sources_and_every_source_is_used() -> None:
    used: set[str] = set()
    for where, row in all_rows():
        assert datetime.date.fromisoformat(row["date"]), where
        if "code" in row and "licence" in row:
            continue
        assert row["source"], where
        used.update(row["source"])
    assert used == {row["code"] for row in part("sources")}


def test_no_row_is_younger_than_the_newest_source() -> None:
    newest = max(row["date"] for row in part("sources"))
    assert [where for where, row in all_rows() if row["date"] > newest] == []


def test_every_instance_type_has_a_known_accelerator() -> None:
    known = {row["name"] for row in part("accelerators")}
    assert {row["accelerator"] for row in all_instances()} <= known


def test_every_price_belongs_to_an_instance_type() -> None:
    known = {(row["cloud"], row["instance_type"]) for row in all_instances()}
    for market in ("on_demand", "spot"):
        assert {(row["cloud"], row["instance_type"]) for row in part(market)} <= known


def test_prices_are_decimal_strings_above_zero() -> None:
    for market in ("on_demand", "spot"):
        for row in part(market):
            assert isinstance(row[f"{market}_usd_hour"], str)
            assert Decimal(row[f"{market}_usd_hour"]) > 0


def test_prices_are_fresh_at_the_day_of_the_file_or_flagged() -> None:
    about = tables.about("prices")
    as_of = datetime.date.fromisoformat(about["as_of"])
    for row in part("on_demand"):
        age = (as_of - datetime.date.fromisoformat(row["date"])).days
        assert 0 <= age <= about["max_age_days"] or row["flags"], row


def test_service_prices_are_decimal_strings_above_zero_and_not_older_than_the_file_says() -> None:
    about = tables.about("services")
    as_of = datetime.date.fromisoformat(about["as_of"])
    amounts = {"machines": "on_demand_usd_hour", "sagemaker": "usd_hour", "elasticache": "usd_hour", "rates": "usd"}
    for name, column in amounts.items():
        for row in part(name):
            assert isinstance(row[column], str), row
            assert Decimal(row[column]) > 0, row
            age = (as_of - datetime.date.fromisoformat(row["date"])).days
            assert 0 <= age <= about["max_age_days"], row


def test_no_type_is_priced_as_a_machine_and_as_an_accelerated_instance() -> None:
    accelerated = {row["instance_type"] for row in part("aws")}
    assert not accelerated & {row["instance_type"] for row in part("machines")}


def test_sagemaker_costs_more_than_the_machine_behind_it_and_regions_agree() -> None:
    ec2 = {row["instance_type"]: Decimal(row["on_demand_usd_hour"]) for row in part("machines")}
    ec2 |= {
        r["instance_type"]: Decimal(r["on_demand_usd_hour"]) for r in part("on_demand") if r["region"] == "us-east-1"
    }
    stated: dict[str, set[str]] = {}
    for row in part("sagemaker"):
        machine = row["instance_type"].removeprefix("ml.")
        stated.setdefault(machine, set()).add(row["usd_hour"])
        assert Decimal("1.1") <= Decimal(row["usd_hour"]) / ec2[machine] <= Decimal("1.45"), row
    assert [machine for machine, prices in stated.items() if len(prices) > 1] == []


def test_the_premium_a_derived_price_takes_is_that_of_every_listed_type_of_its_kind() -> None:
    for row in part("sagemaker"):
        listed, machine = Decimal(row["usd_hour"]), row["instance_type"].removeprefix("ml.")
        derived = services._derived(row["instance_type"], "us-east-1")
        assert derived.derived
        assert abs(derived.usd / listed - 1) < Decimal("0.005"), machine


def test_machines_of_a_family_have_the_same_memory_for_each_vcpu() -> None:
    by_family: dict[str, set[Decimal]] = {}
    for row in part("machines"):
        assert row["arch"] in ("amd64", "arm64")
        family, _, size = row["instance_type"].partition(".")
        if size.endswith("large"):
            by_family.setdefault(family, set()).add(Decimal(str(row["memory_gib"])) / row["vcpus"])
    assert all(len(found) == 1 for family, found in by_family.items() if not family.startswith("t"))


def test_valkey_is_a_fifth_below_redis_on_the_same_node() -> None:
    price = {(row["engine"], row["node_type"]): Decimal(row["usd_hour"]) for row in part("elasticache")}
    both = [node for engine, node in price if engine == "valkey" and ("redis", node) in price]
    assert len(both) > 10
    assert all(price["valkey", node] == price["redis", node] * Decimal("0.8") for node in both)


def test_a_price_is_flagged_delisted_exactly_when_its_type_is_retired() -> None:
    retired = {(row["cloud"], row["instance_type"]) for row in all_instances() if row["status"] == "retired"}
    for row in part("on_demand"):
        assert ("delisted" in row["flags"]) == ((row["cloud"], row["instance_type"]) in retired), row


def test_spot_prices_say_that_they_are_an_order_of_magnitude_and_are_below_on_demand() -> None:
    listed = {(row["instance_type"], row["region"]): Decimal(row["on_demand_usd_hour"]) for row in part("on_demand")}
    for row in part("spot"):
        assert row["flags"] == ["order-of-magnitude"]
        assert Decimal(row["spot_usd_hour"]) <= listed[row["instance_type"], row["region"]]


def test_no_price_comes_from_a_source_without_a_licence() -> None:
    free = {row["code"] for row in part("sources") if not row["licence"].startswith("no ")}
    assert {code for name in PRICED for row in part(name) for code in row["source"]} <= free


def test_memory_of_an_instance_is_what_its_accelerators_can_hold() -> None:
    nominal = {row["name"]: row["memory_gib"] for row in part("accelerators")}
    for row in all_instances():
        board = nominal[row["accelerator"]] * row["accelerator_share"]
        assert 0.9 <= row["accelerator_memory_gib"] / board <= 1.01, row
        shape = catalog.instance(row["instance_type"], row["cloud"])
        assert shape.total_accelerator_memory_gib == row["accelerator_memory_gib"] * row["accelerator_count"]
        assert row["accelerator_share"] == 1 or row["accelerator_count"] == 1


def test_retired_types_are_older_than_every_current_one_of_their_cloud() -> None:
    rows = list(all_instances())
    current = min(row["date"] for row in rows if row["cloud"] == "aws" and row["status"] == "current")
    assert all(row["date"] < current for row in rows if row["status"] == "retired")


def test_efa_rows_are_the_types_with_efa_and_count_one_interface_per_card() -> None:
    assert {row["instance_type"] for row in part("efa")} == {
        row["instance_type"] for row in all_instances() if row["efa"]
    }
    for row in part("efa"):
        assert 1 <= row["efa_interfaces"] <= row["network_cards"] <= row["efa_interfaces"] + 1


def test_every_aws_family_has_one_on_demand_quota_and_at_most_one_for_spot() -> None:
    families = {row["family"] for row in part("aws")}
    for market, expected in (("on-demand", families), ("spot", families - {"p6-b200", "p6-b300"})):
        listed = Counter(each for row in part("quotas") if row["market"] == market for each in row["families"])
        assert set(listed) == expected
        assert set(listed.values()) == {1}
    assert len({row["code"] for row in part("quotas")}) == len(part("quotas"))


def test_parameters_follow_from_the_shape() -> None:
    for row in part("models"):
        query, kv = row["attention_heads"] * row["head_dim"], row["kv_heads"] * row["head_dim"]
        attention = 2 * row["hidden"] * (query + kv) + (query + 2 * kv if row["qkv_bias"] else 0)
        router = row["hidden"] * row["experts"] if row["experts"] > 1 else 0
        block = attention + 3 * row["hidden"] * row["intermediate"] * row["experts"] + router + 2 * row["hidden"]
        embeddings = (1 if row["tie_embeddings"] else 2) * row["vocab"] * row["hidden"]
        assert row["parameters"] == row["layers"] * block + embeddings + row["hidden"], row["name"]


def test_every_module_imports_only_the_standard_library_and_its_own_layer() -> None:
    for file in PACKAGE.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                own = name.startswith(("aicost_iac.catalog", "aicost_iac.errors"))
                assert own or name.partition(".")[0] in sys.stdlib_module_names, f"{file.name} imports {name}"


def test_importing_reads_no_file_and_a_look_up_reads_only_its_own() -> None:
    code = """
import sys
read = []
sys.addaudithook(lambda event, args: event == "open" and str(args[0]).endswith(".json") and read.append(args[0]))
from aicost_iac import catalog
print(len(read))
catalog.instance("g6e.xlarge")
print(*(str(path).replace(chr(92), "/").rpartition("/")[2] for path in read))
"""
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.split() == ["0", "instances.json"]
