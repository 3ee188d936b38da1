"""Alternatives by price, and what speaks against one as a fallback."""

from decimal import Decimal

import pytest

from aicost_iac.cost import Prices, Quote, candidates
from aicost_iac.cost.ranking import Candidate
from aicost_iac.errors import UnknownName

PRIMARY = "p4d.24xlarge"


def codes(found: tuple[Candidate, ...]) -> dict[str, list[str]]:
    return {each.name: [flag.code for flag in each.flags] for each in found}


def test_the_cheapest_gpu_hour_comes_first_and_what_has_no_price_last() -> None:
    found = candidates(["p5.48xlarge", "p5e.48xlarge", PRIMARY, "g6e.xlarge"])
    assert [each.name for each in found] == ["g6e.xlarge", PRIMARY, "p5.48xlarge", "p5e.48xlarge"]
    assert found[1].usd_gpu_hour == Decimal("2.74470525")
    assert found[-1].quote is None


def test_or_the_cheapest_gib_of_accelerator_memory() -> None:
    found = candidates(["p5.48xlarge", "p4d.24xlarge", "p4de.24xlarge", "g6e.xlarge"], by="memory")
    assert [each.name for each in found] == ["g6e.xlarge", "p4de.24xlarge", "p4d.24xlarge", "p5.48xlarge"]
    assert found[1].usd_gib_hour == Decimal("27.44705") / 640


def test_what_the_trap_of_the_p3_looks_like() -> None:
    [primary, p3] = candidates([PRIMARY, "p3.16xlarge"], primary=PRIMARY, exhausted="spot")
    assert primary.flags == ()
    assert codes((p3,))["p3.16xlarge"] == ["retired", "dearer", "less-memory", "no-bf16", "no-efa", "same-quota"]
    texts = {flag.code: flag.text for flag in p3.flags}
    assert texts["dearer"] == "$3.0600 per GPU-hour, above $2.7447 of p4d.24xlarge"
    assert texts["less-memory"] == "16 GiB per GPU, below 40"
    assert "All P4, P3 and P2 Spot Instance Requests (L-7212CCBC)" in texts["same-quota"]


@pytest.mark.parametrize(
    ("name", "against"),
    [
        ("p5.48xlarge", ["dearer"]),
        ("g6e.48xlarge", ["dearer"]),
        ("g5g.16xlarge", ["less-memory", "no-efa", "other-architecture"]),
        ("g4dn.12xlarge", ["less-memory", "no-bf16"]),
        ("p5e.48xlarge", ["no-price"]),
    ],
)
def test_each_flag_by_itself(name: str, against: list[str]) -> None:
    found = codes(candidates([name], primary=PRIMARY, exhausted="spot"))[name]
    assert [code for code in found if code in against] == against


def test_the_quota_is_of_the_market_that_ran_out() -> None:
    assert "same-quota" in codes(candidates(["p5.48xlarge"], primary=PRIMARY, exhausted="on-demand"))["p5.48xlarge"]
    assert "same-quota" not in codes(candidates(["p5.48xlarge"], primary=PRIMARY, exhausted="spot"))["p5.48xlarge"]
    assert "same-quota" not in codes(candidates(["p5.48xlarge"], primary=PRIMARY))["p5.48xlarge"]


def test_without_names_all_current_machines_are_ranked() -> None:
    found = candidates()
    assert len(found) > 70
    assert {each.machine.status for each in found} == {"current"}


def test_a_share_of_a_gpu_costs_as_if_it_were_whole() -> None:
    [share] = candidates(["g6f.large"])
    assert share.quote is not None
    assert share.usd_gpu_hour == share.quote.usd_hour * 8


def test_given_prices_count_and_other_clouds_have_their_own() -> None:
    dear = Prices(on_demand={("g6e.xlarge", "us-east-1"): Quote(Decimal(9), "2026-11-24", "cached")})
    assert candidates(["g6e.xlarge"], prices=dear)[0].usd_gpu_hour == 9
    assert candidates(["g2-standard-4"], cloud="gcp", region="us-central1", prices=dear)[0].quote is not None


def test_a_name_that_is_not_there_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match=r"did you mean 'g6e\.xlarge'"):
        candidates(["g6e.xlage"])
