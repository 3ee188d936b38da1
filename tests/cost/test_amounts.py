"""Exact money: what is rounded, and how often."""

from decimal import Decimal

import pytest

from aicost_iac.catalog import HOURS_PER_MONTH
from aicost_iac.cost.amounts import Range, hourly, monthly, total, unit_price, written


def test_a_month_is_730_hours_for_estimates_and_for_findings() -> None:
    from aicost_iac.rules.reading.prices import Hourly

    assert HOURS_PER_MONTH == 730
    assert Hourly(Decimal(1), "2026-07-20").month().usd_month == monthly(Decimal(1)) == Decimal("730.00")


def test_a_price_by_the_month_comes_back_to_the_cent_after_an_hour() -> None:
    for cents in range(1, 2000, 7):
        usd = Decimal(cents) / 100
        assert monthly(hourly(usd)) == usd
    assert monthly(hourly(Decimal("0.08")) * 64 * 1024 * 1000) == Decimal("5242880.00")


def test_a_part_is_rounded_once_and_then_multiplies_exactly() -> None:
    seventh = unit_price(Decimal("6.88"), 7)
    assert seventh == Decimal("0.982857142857143")
    assert seventh * 14 == Decimal("13.760000000000002")


def test_half_a_cent_is_rounded_up() -> None:
    assert monthly(Decimal("0.005") / 730) == Decimal("0.01")


@pytest.mark.parametrize(
    ("amount", "text"),
    [("0E-15", "0"), ("1E+2", "100"), ("18.1119824657536000", "18.1119824657536"), ("-0.50", "-0.5"), ("730", "730")],
)
def test_amounts_are_written_as_plain_digits(amount: str, text: str) -> None:
    assert written(Decimal(amount)) == text


def test_ranges_add_up_case_by_case() -> None:
    one, other = Range(*map(Decimal, "123")), Range(*map(Decimal, "456"))
    assert one + other == total([one, other]) == Range(Decimal(5), Decimal(7), Decimal(9))
    assert total([]) == Range()
