"""The arithmetic of a commitment, against brute force and against figures worked out by hand."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicost_iac.advise.commitment import STEP, Terms, advise, optimal, outcome
from aicost_iac.advise.curve import Curve
from tests.advise.years import recommendation, series, year

CENTS = st.integers(0, 5000).map(lambda cents: Decimal(cents) / 100)
SHARES = st.integers(1, 95).map(lambda percent: Decimal(percent) / 100)
TERMS = st.builds(Terms, discount=SHARES, years=st.sampled_from([1, 3]), price_decline=st.just(Decimal(0)) | SHARES)


def brute_cost(hours: list[Decimal], terms: Terms, usd_hour: Decimal) -> Decimal:
    """Hour by hour, as the bill would be."""
    level = usd_hour / (1 - terms.discount)
    above = sum((max(Decimal(0), hour - level) for hour in hours), Decimal(0))
    return usd_hour + terms.price_level * above / len(hours)


def close(one: Decimal, other: Decimal) -> bool:
    return abs(one - other) < Decimal("1e-9")


@given(st.lists(CENTS, min_size=1, max_size=60), TERMS)
@settings(max_examples=150, deadline=None)
def test_no_commitment_costs_less_than_the_optimum(hours: list[Decimal], terms: Terms) -> None:
    curve = Curve.of(hours)
    least = brute_cost(hours, terms, optimal(curve, terms))
    tried = {hour * terms.rate for hour in hours} | {Decimal(0)}
    tried |= {(one + other) / 2 for one, other in pairwise(sorted(tried))} | {max(tried) * 2 + 1}
    assert all(brute_cost(hours, terms, usd_hour) >= least - Decimal("1e-9") for usd_hour in tried)


@given(st.lists(CENTS, min_size=1, max_size=60), TERMS, CENTS)
@settings(max_examples=150, deadline=None)
def test_an_outcome_is_what_the_bill_would_be(hours: list[Decimal], terms: Terms, usd_hour: Decimal) -> None:
    found = outcome(Curve.of(hours), terms, usd_hour)
    assert close(found.cost, brute_cost(hours, terms, usd_hour))
    assert close(found.on_demand, brute_cost(hours, terms, Decimal(0)))
    assert close(found.saving, found.on_demand - found.cost)


def test_the_optimum_of_a_synthetic_year_is_found() -> None:
    """20 always, 12.50 in office hours, bursts in a quarter of the hours: at 28 % the base is what pays."""
    hours = year()
    terms = Terms(Decimal("0.28"))
    found = optimal(Curve.of(hours), terms)
    grid = [Decimal(cents) / 100 for cents in range(1000, 3000, 2)]
    best = min(grid, key=lambda usd_hour: brute_cost(hours[::7], terms, usd_hour))
    assert abs(found - best) < Decimal("0.2")
    assert Decimal(19) * terms.rate < found < Decimal(21) * terms.rate


def test_figures_by_hand() -> None:
    """Hours of 10, 10, 10 and 30; 25 % off; commit 7.50: covers 10 always, 20 is left in one hour of four."""
    found = outcome(Curve.of(map(Decimal, (10, 10, 10, 30))), Terms(Decimal("0.25")), Decimal("7.5"))
    assert (found.cost, found.on_demand, found.saving) == (Decimal("12.5"), Decimal(15), Decimal("2.5"))
    assert (found.utilisation, found.coverage.quantize(STEP)) == (Decimal(1), Decimal("0.667"))


def test_falling_prices_lower_the_quantile_until_nothing_is_left_to_commit() -> None:
    hours = Curve.of(year())
    quantiles = [Terms(Decimal("0.28"), price_decline=Decimal(fall) / 100) for fall in (0, 10, 20, 30, 50)]
    assert [one.quantile > other.quantile for one, other in pairwise(quantiles)] == [True] * 4
    steep = Terms(Decimal("0.28"), years=3, price_decline=Decimal("0.3"))
    assert steep.price_level < steep.rate
    assert optimal(hours, steep) == 0


def test_the_price_level_is_the_mean_over_the_months() -> None:
    assert Terms(Decimal("0.3")).price_level == 1
    level = Terms(Decimal("0.3"), price_decline=Decimal("0.36")).price_level
    assert Decimal("0.64") < level < 1
    assert abs(level - Decimal("0.8067")) < Decimal("0.0005")  # (1 - 0.64) / -ln(0.64)


def test_an_advice_stops_at_the_median_unless_told_otherwise() -> None:
    hours = list(map(Decimal, [1] * 80 + [5] * 120))
    terms = Terms(Decimal("0.6"))
    careful = advise(series(hours), terms, discount_source="given")
    bold = advise(series(hours), terms, discount_source="given", above_median=True)
    assert careful.outcome.usd_hour == bold.outcome.usd_hour == Decimal(2)  # the median is a 5 as well
    hours = list(map(Decimal, [1] * 110 + [5] * 90))
    careful = advise(series(hours), terms, discount_source="given")
    assert careful.outcome.usd_hour == Decimal("0.400")
    assert any("stops at the median" in remark for remark in careful.remarks)
    bold = advise(series(hours), terms, discount_source="given", above_median=True)
    assert bold.outcome.usd_hour == Decimal(2)


def test_hours_that_do_not_stand_for_the_lookback_are_named() -> None:
    quiet = series([Decimal(10)] * 336).model_copy(update={"daily_mean_usd_hour": Decimal(25)})
    [remark] = advise(quiet, Terms(Decimal("0.3")), discount_source="given").remarks
    assert "average $10.000 an hour, the whole lookback $25.000" in remark
    assert "nearest to 2.500" in remark


@pytest.mark.parametrize(
    ("theirs", "said"),
    [("14.4", "AWS recommends the same"), ("40", "AWS recommends $25.600 an hour more"), ("1", "an hour less")],
)
def test_the_difference_to_aws_is_explained(theirs: str, said: str) -> None:
    found = advise(
        series([Decimal(20)] * 336),
        Terms(Decimal("0.28")),
        discount_source="derived",
        recommended=recommendation(usd_hour=theirs),
    )
    assert found.outcome.usd_hour == Decimal("14.400")
    assert any(said in remark for remark in found.remarks)


def test_the_sensitivity_shows_what_less_usage_does() -> None:
    found = advise(series([Decimal(20)] * 336), Terms(Decimal("0.28")), discount_source="given")
    by_label = {case.label: case.outcome for case in found.cases}
    assert by_label["usage x 1"].saving == Decimal("5.6")
    assert by_label["usage x 0.7"].saving == Decimal("14") - Decimal("14.4")
    assert by_label["usage x 0.5"].utilisation == Decimal("0.5")
