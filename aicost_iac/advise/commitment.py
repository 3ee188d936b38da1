"""The commitment that would cost least, why, and what is wrong with it.

With a commitment `c`, a discount `d` and on-demand prices that stand, over the term, at `g` of today's, an hour with
usage worth `x` costs `c + g * max(0, x - c / (1 - d))`. The mean over all hours is least where the share of hours above
the covered level is `(1 - d) / g`: the covered level is the quantile `1 - (1 - d) / g` of the hours. The rates of a
plan do not follow falling prices: the deeper they are expected to fall, the less to commit, and nothing once `g` is no
more than `1 - d`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from aicost_iac.advise.curve import ONE, ZERO, Curve
from aicost_iac.advise.history import Recommendation, Series

# A commitment has at most five decimals and is 0.001 at least; a tenth of a cent is fine enough.
# https://docs.aws.amazon.com/savingsplans/latest/APIReference/API_CreateSavingsPlan.html
STEP = Decimal("0.001")
MEDIAN = Decimal("0.5")
# A week shows a weekend; less does not.
LEAST_HOURS = 168
# Beyond this difference of means, the hours do not stand for the lookback.
_TYPICAL = Decimal("0.2")
_USAGES = tuple(map(Decimal, ("0.5", "0.7", "0.85", "1", "1.15")))
_QUANTILES = tuple(map(Decimal, ("0", "0.1", "0.25", "0.5")))


@dataclass(frozen=True, slots=True)
class Terms:
    """What is known or assumed of a plan; `price_decline` is the expected fall of on-demand prices a year, 0 to 1."""

    discount: Decimal
    years: int = 1
    price_decline: Decimal = ZERO

    @property
    def rate(self) -> Decimal:
        """What a dollar of on-demand usage costs under the plan."""
        return ONE - self.discount

    @property
    def price_level(self) -> Decimal:
        """Mean on-demand price over the term, as a share of today's; each month counts at its middle."""
        months = range(12 * self.years)
        kept = ONE - self.price_decline
        return sum((kept ** ((month + MEDIAN) / 12) for month in months), ZERO) / len(months)

    @property
    def break_even(self) -> Decimal:
        """The utilisation below which the plan costs more than on-demand; above 1 it can not pay at all."""
        return self.rate / self.price_level

    @property
    def quantile(self) -> Decimal:
        """The share of hours that stay within the covered level at the least cost; 0 and below: commit to nothing."""
        return ONE - self.break_even


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a commitment of `usd_hour` does to a curve: USD per hour, means over the term; shares are 0 to 1."""

    usd_hour: Decimal
    cost: Decimal
    on_demand: Decimal
    utilisation: Decimal
    coverage: Decimal

    @property
    def saving(self) -> Decimal:
        """Negative: a loss."""
        return self.on_demand - self.cost


@dataclass(frozen=True, slots=True)
class Case:
    """One line of the sensitivity table."""

    label: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Advice:
    """What to commit for one series, with everything it rests on. `outcome` is of the advised commitment."""

    series: Series
    terms: Terms
    discount_source: str
    outcome: Outcome
    optimum: Outcome
    cases: tuple[Case, ...]
    recommended: Recommendation | None
    recommended_outcome: Outcome | None
    remarks: tuple[str, ...]


def outcome(curve: Curve, terms: Terms, usd_hour: Decimal) -> Outcome:
    """What a commitment does."""
    level = usd_hour / terms.rate
    covered = curve.covered(level)
    return Outcome(
        usd_hour=usd_hour,
        cost=usd_hour + terms.price_level * (curve.mean - covered),
        on_demand=terms.price_level * curve.mean,
        utilisation=covered / level if level else ONE,
        coverage=covered / curve.mean if curve.mean else ZERO,
    )


def optimal(curve: Curve, terms: Terms) -> Decimal:
    """The commitment, USD per hour, that costs least over the hours of a curve; unrounded."""
    return curve.quantile(terms.quantile) * terms.rate if terms.quantile > 0 else ZERO


def advise(
    series: Series,
    terms: Terms,
    *,
    discount_source: str,
    recommended: Recommendation | None = None,
    above_median: bool = False,
) -> Advice:
    """The advice for one series. Above the median of the hours nothing is advised unless `above_median` asks for it."""
    curve = Curve.of(series.usd_hour)
    best = optimal(curve, terms)
    cap = curve.quantile(MEDIAN) * terms.rate
    capped = best > cap and not above_median
    chosen = outcome(curve, terms, (cap if capped else best).quantize(STEP, ROUND_DOWN))
    theirs = outcome(curve, terms, recommended.usd_hour) if recommended else None
    return Advice(
        series=series,
        terms=terms,
        discount_source=discount_source,
        outcome=chosen,
        optimum=outcome(curve, terms, best),
        cases=tuple(_cases(series, terms, chosen.usd_hour)),
        recommended=recommended,
        recommended_outcome=theirs,
        remarks=tuple(_remarks(series, terms, chosen, capped, theirs, recommended)),
    )


def _cases(series: Series, terms: Terms, usd_hour: Decimal) -> Sequence[Case]:
    """Other commitments on the same hours, then the same commitment on other usage."""
    curve = Curve.of(series.usd_hour)
    levels = [
        Case(f"commit at P{int(share * 100)}", outcome(curve, terms, curve.quantile(share) * terms.rate))
        for share in _QUANTILES
    ]
    usages = [
        Case(f"usage x {factor}", outcome(Curve.of(series.usd_hour, factor), terms, usd_hour)) for factor in _USAGES
    ]
    return [*levels, *usages]


def _remarks(
    series: Series,
    terms: Terms,
    chosen: Outcome,
    capped: bool,
    theirs: Outcome | None,
    recommended: Recommendation | None,
) -> Sequence[str]:
    found = []
    if terms.quantile <= 0:
        found.append(
            f"commit to nothing: prices are expected at {_percent(terms.price_level)} of today's over the term, "
            f"and the plan pays {_percent(terms.rate)}"
        )
    if capped:
        found.append("the least cost lies above the median hour; the advice stops at the median (--allow-above-median)")
    found += _untypical(series)
    if theirs is not None and recommended is not None:
        found.append(_difference(terms, chosen, theirs, recommended))
    return found


def _untypical(series: Series) -> Sequence[str]:
    """Whether the hours stand for the whole lookback."""
    typical, mean = series.daily_mean_usd_hour, Curve.of(series.usd_hour).mean
    if typical is None or not mean or abs(typical - mean) <= _TYPICAL * mean:
        return []
    return [
        f"the {len(series.usd_hour)} hours seen average {_usd(mean)} an hour, the whole lookback {_usd(typical)}: read "
        f"the line 'usage x ...' nearest to {(typical / mean).quantize(STEP)}"
    ]


def _difference(terms: Terms, chosen: Outcome, theirs: Outcome, recommended: Recommendation) -> str:
    """Why AWS says something else."""
    gap = theirs.usd_hour - chosen.usd_hour
    if abs(gap) <= STEP:
        return "AWS recommends the same"
    more = "more" if gap > 0 else "less"
    reasons = [f"it looks at {recommended.lookback.lower().replace('_', ' ')}"]
    if terms.price_decline:
        reasons.append("it expects no falling prices")
    if gap > 0:
        reasons.append("it does not stop at the median hour")
    worth = theirs.cost - chosen.cost
    effect = f"costs {_usd(abs(worth))} an hour {'more' if worth > 0 else 'less'} on the hours seen here"
    return f"AWS recommends {_usd(abs(gap))} an hour {more}: {', '.join(reasons)}; its figure {effect}"


def _percent(share: Decimal) -> str:
    return f"{share * 100:.1f} %"


def _usd(amount: Decimal) -> str:
    return f"${amount:,.3f}"
