"""Prices that somebody gives: on the command line, in files, in the cache."""

from decimal import Decimal
from pathlib import Path

import pytest

from aicost_iac.cost import cache
from aicost_iac.cost.cache import Cache, Score, Size
from aicost_iac.cost.given import Given, option, over, prices, read
from aicost_iac.cost.refreshed import differences
from aicost_iac.errors import AicostError, UsageError

SPOT = Given("g6e.xlarge", "us-east-1", "spot", Decimal("0.71"), "2026-11-20", "seen")


@pytest.mark.parametrize(
    ("text", "usd", "day"),
    [("g6e.xlarge=0.85", "0.85", ""), ("ml.p4d.24xlarge=11.4@2026-11-20", "11.4", "2026-11-20")],
)
def test_a_spot_price_on_the_command_line(text: str, usd: str, day: str) -> None:
    made = option(text)
    assert (made.usd_hour, made.as_of, made.market) == (Decimal(usd), day, "spot")


@pytest.mark.parametrize(
    "text", ["g6e.xlarge", "g6e.xlarge=", "=1", "g6e.xlarge=0", "g6e.xlarge=1@yesterday", "a=1.2.3"]
)
def test_what_is_no_price_is_refused(text: str) -> None:
    with pytest.raises(AicostError, match=text.partition("=")[0] or "no spot price"):
        option(text)


def test_a_price_without_a_region_is_good_for_any_and_one_with_it_stands_first() -> None:
    made = prices([option("g6e.xlarge=0.85"), SPOT])
    quote = made.instance("g6e.xlarge", "us-east-1")
    assert not hasattr(quote, "reason")
    here, there = made.spot["g6e.xlarge", "us-east-1"], made.spot["g6e.xlarge", ""]
    assert (here.usd_hour, there.usd_hour, here.basis) == (Decimal("0.71"), Decimal("0.85"), "given")
    upper = prices([Given("g6e.xlarge", "us-east-1", "spot", Decimal("0.5"), "")])
    assert over(upper, made).spot["g6e.xlarge", "us-east-1"].usd_hour == Decimal("0.5")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", r"p\.json:1:2"),
        ('{"version": 1}', "holds no prices"),
        ('{"version": 1, "prices": [1]}', r"prices\[0\]: is no object"),
        ('{"version": 1, "prices": [{"market": "spot"}]}', "names no instance_type"),
        ('{"version": 1, "prices": [{"instance_type": "a", "market": "x"}]}', "market is 'x', not on-demand or spot"),
        ('{"version": 1, "prices": [{"instance_type": "a", "usd_hour": -1}]}', "usd_hour is -1, not an amount above 0"),
        (
            '{"version": 1, "prices": [{"instance_type": "a", "usd_hour": "1", "as_of": "x"}]}',
            "as_of is 'x', not a date",
        ),
    ],
)
def test_a_file_of_prices_that_is_wrong_says_where(text: str, message: str) -> None:
    with pytest.raises(AicostError, match=message):
        read(text, "p.json")


def test_the_cache_comes_back_as_it_was_written(tmp_path: Path) -> None:
    held = Cache(
        (SPOT,),
        (Size("g6e.xlarge", 4, 32.0, 1, "2026-11-20"),),
        (Score("us-east-1", "use1-az1", ("g6e.xlarge", "g6e.2xlarge"), 8, 7, "2026-11-20"),),
    )
    file = tmp_path / "deep" / "catalog.json"
    cache.write(held, file)
    assert cache.read(file) == held
    assert list(file.parent.iterdir()) == [file]
    assert cache.cached_prices(file).spot["g6e.xlarge", "us-east-1"].basis == "cached"


def test_there_is_no_price_by_accident(tmp_path: Path) -> None:
    assert cache.read(tmp_path / "none.json") == Cache()
    with pytest.raises(UsageError, match="`aicost catalog refresh` writes one"):
        cache.cached_prices(tmp_path / "none.json")


def test_a_cache_that_somebody_changed_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "catalog.json"
    file.write_text('{"version": 1, "prices": [], "sizes": [{"odd": 1}], "scores": []}')
    with pytest.raises(AicostError, match="is not as `aicost catalog refresh` wrote it"):
        cache.read(file)


def test_the_cache_lies_where_the_user_s_caches_lie(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache.path() == tmp_path / "aicost-iac" / "catalog.json"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache.path().is_relative_to(Path.home() / ".cache")


def test_a_refresh_shows_what_differs_from_the_cache_else_from_the_catalog() -> None:
    listed = Given("g6e.xlarge", "us-east-1", "on-demand", Decimal("1.861"), "2026-11-24")
    risen = Given("p5.48xlarge", "us-east-1", "on-demand", Decimal("57.792"), "2026-11-24")
    fallen = Given("g6e.xlarge", "us-east-1", "spot", Decimal("0.639"), "2026-11-24")
    new = Cache(
        (listed, risen, fallen),
        (Size("g6e.xlarge", 4, 32, 1, "d"), Size("g6e.2xlarge", 8, 64, 2, "d"), Size("g9.new", 8, 64, 1, "d")),
        (Score("us-east-1", "use1-az1", ("g6e.xlarge",), 8, 7, "d"),),
    )
    old = Cache((SPOT,), (), (Score("us-east-1", "use1-az1", ("g6e.xlarge",), 8, 9, "d"),))
    assert list(differences(old, new)) == [
        "~ p5.48xlarge us-east-1 on-demand: 55.04 -> 57.792 USD an hour (+5.0 %, was of 2026-07-20)",
        "~ g6e.xlarge us-east-1 spot: 0.71 -> 0.639 USD an hour (-10.0 %, was of 2026-11-20)",
        "~ g6e.2xlarge: 8 vCPU, 64 GiB, 1 -> 8 vCPU, 64 GiB, 2 accelerators",
        "+ g9.new: 8 vCPU, 64 GiB, 1 accelerators",
        "~ spot placement in us-east-1 use1-az1: 9 -> 7 of 10 for 8 instances",
    ]
    assert list(differences(old.with_newer(new), new)) == []
