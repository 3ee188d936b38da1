"""Amounts of money: exact decimals, and a range of floor, expected and ceiling.

A price for a month becomes one for an hour by `HOURS_PER_MONTH`, and a part of a machine by a division: such a unit
price is rounded once, half even, to 15 decimals. From there on everything is exact: counts multiply, parts add up.
Months are shown in cents, rounded half up, and are always the hours times 730, never a sum of rounded months.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from aicost_iac.catalog import HOURS_PER_MONTH

ZERO = Decimal(0)
_UNIT = Decimal("1e-15")
_CENT = Decimal("0.01")


def unit_price(usd: Decimal, divisor: Decimal | int) -> Decimal:
    """A price divided, rounded to 15 decimals."""
    return (usd / divisor).quantize(_UNIT).normalize()


def hourly(usd_month: Decimal) -> Decimal:
    """A price for a month, for one hour of it."""
    return unit_price(usd_month, HOURS_PER_MONTH)


def monthly(usd_hour: Decimal) -> Decimal:
    """USD in a month of 730 hours, in cents."""
    return (usd_hour * HOURS_PER_MONTH).quantize(_CENT, ROUND_HALF_UP)


def written(amount: Decimal) -> str:
    """An amount as JSON carries it: plain digits, no exponent, no zeros that say nothing."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True, slots=True)
class Range:
    """Three amounts: the least that is paid, what to expect, and the most. Of money (USD an hour), or of things."""

    floor: Decimal = ZERO
    expected: Decimal = ZERO
    ceiling: Decimal = ZERO

    def __add__(self, other: Range) -> Range:
        return Range(self.floor + other.floor, self.expected + other.expected, self.ceiling + other.ceiling)

    @property
    def month(self) -> Range:
        """The same money for a month, in cents."""
        return Range(monthly(self.floor), monthly(self.expected), monthly(self.ceiling))


def total(ranges: Iterable[Range]) -> Range:
    """The sum of ranges."""
    summed = Range()
    for each in ranges:
        summed += each
    return summed
