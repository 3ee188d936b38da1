"""Prices in files: those a person writes, and those `aicost catalog refresh` caches.

    {"version": 1, "prices": [
      {"instance_type": "g6e.xlarge", "region": "us-east-1", "market": "spot", "usd_hour": "0.85",
       "as_of": "2026-11-20", "source": "DescribeSpotPriceHistory, median of 7 days"}]}

`market` is `spot` or `on-demand`; without `region` a price is good for any. `ml.` types are SageMaker's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from aicost_iac.cost.amounts import written
from aicost_iac.cost.prices import Basis, Prices, Quote
from aicost_iac.errors import UnreadableDocument, UsageError

VERSION = 1
MARKETS = ("on-demand", "spot")
# TYPE=USD or TYPE=USD@DATE on a command line.
_OPTION = re.compile(r"(?P<type>[a-z0-9.-]+)=(?P<usd>[0-9.]+)(@(?P<day>.+))?")


@dataclass(frozen=True, slots=True)
class Given:
    """One price somebody stands for."""

    instance_type: str
    region: str
    market: str
    usd_hour: Decimal
    as_of: str
    source: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What it is the price of."""
        return self.instance_type, self.region, self.market

    def data(self) -> dict[str, str]:
        """The entry of a file."""
        return {
            "instance_type": self.instance_type,
            "region": self.region,
            "market": self.market,
            "usd_hour": written(self.usd_hour),
            "as_of": self.as_of,
            "source": self.source,
        }


def prices(given: Iterable[Given], basis: Basis = "given") -> Prices:
    """Prices for an estimate; of two for the same thing the later one counts."""
    found: dict[str, dict[tuple[str, str], Quote]] = {market: {} for market in MARKETS}
    for each in given:
        quote = Quote(each.usd_hour, each.as_of, basis, each.source)
        found[each.market][each.instance_type, each.region] = quote
    return Prices(found["spot"], found["on-demand"])


def over(upper: Prices, lower: Prices) -> Prices:
    """Two sets of prices, the first one first."""
    return Prices({**lower.spot, **upper.spot}, {**lower.on_demand, **upper.on_demand})


def read(text: str, file: str) -> tuple[Given, ...]:
    """The prices of a file. Raises `UnreadableDocument`, naming the entry and what is wrong with it."""
    try:
        held = json.loads(text)
    except json.JSONDecodeError as error:
        raise UnreadableDocument(file, error.msg, error.lineno, error.colno) from error
    if not isinstance(held, dict) or held.get("version") != VERSION or not isinstance(held.get("prices"), list):
        raise UnreadableDocument(file, f'holds no prices: {{"version": {VERSION}, "prices": [...]}} is wanted')
    return tuple(_entry(each, f"{file}: prices[{index}]") for index, each in enumerate(held["prices"]))


def option(text: str) -> Given:
    """A spot price as a command line gives it: `g6e.xlarge=0.85@2026-11-20`."""
    found = _OPTION.fullmatch(text)
    if found is None:
        raise UsageError(f"{text!r} is no spot price: TYPE=USD or TYPE=USD@DATE, such as g6e.xlarge=0.85@2026-11-20")
    place = f"--spot {text}"
    return Given(found["type"], "", "spot", _usd(found["usd"], place), _day(found["day"] or "", place), "--spot")


def _entry(entry: Any, place: str) -> Given:
    if not isinstance(entry, Mapping):
        raise UnreadableDocument(place, "is no object")
    market = entry.get("market", "spot")
    if market not in MARKETS:
        raise UnreadableDocument(place, f"market is {market!r}, not {' or '.join(MARKETS)}")
    name = entry.get("instance_type")
    if not isinstance(name, str) or not name:
        raise UnreadableDocument(place, "names no instance_type")
    usd, day = _usd(entry.get("usd_hour"), place), _day(str(entry.get("as_of", "")), place)
    return Given(name, str(entry.get("region", "")), market, usd, day, str(entry.get("source", "")))


def _usd(value: Any, place: str) -> Decimal:
    try:
        usd = Decimal(str(value))
    except InvalidOperation:
        usd = Decimal(0)
    if not usd.is_finite() or usd <= 0:
        raise UnreadableDocument(place, f"usd_hour is {value!r}, not an amount above 0")
    return usd


def _day(text: str, place: str) -> str:
    if text:
        try:
            date.fromisoformat(text)
        except ValueError:
            raise UnreadableDocument(place, f"as_of is {text!r}, not a date such as 2026-11-20") from None
    return text
