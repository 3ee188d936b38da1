"""Synthetic histories with a known answer, the same every time."""

import random
from decimal import Decimal

from aicost_iac.advise.history import History, Recommendation, Series

HOURS = 24 * 365


def year(seed: int = 7) -> list[Decimal]:
    """A base that always runs, office hours on weekdays, and bursts of training: USD per hour, in cents."""
    chance = random.Random(seed)
    hours = []
    for hour in range(HOURS):
        weekday, of_day = hour // 24 % 7, hour % 24
        office = 12.5 if weekday < 5 and 8 <= of_day < 18 else 0
        burst = chance.choice([0, 0, 0, 40])
        hours.append(Decimal(str(round(20 + office + burst + chance.uniform(-1, 1), 2))))
    return hours


def series(usd_hour: list[Decimal], plan: str = "COMPUTE_SP", scope: str = "") -> Series:
    return Series.model_validate({"plan": plan, "scope": scope, "start": "2026-01-01T00:00:00Z", "usd_hour": usd_hour})


def recommendation(**fields: object) -> Recommendation:
    given = {
        "plan": "COMPUTE_SP",
        "term_years": 1,
        "payment": "NO_UPFRONT",
        "lookback": "SIXTY_DAYS",
        "usd_hour": "18.2",
        "utilisation": "0.97",
        "discount": "0.28",
        "offering_id": "00000000-0000-0000-0000-000000000000",
        "generated": "2026-11-24T08:00:00Z",
    }
    return Recommendation.model_validate({**given, **fields})


def history(*all_series: Series, **fields: object) -> History:
    return History.model_validate({"lookback_days": 60, "series": all_series, **fields})
