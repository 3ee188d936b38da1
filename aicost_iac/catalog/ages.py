"""How old a price may be before it should be looked up again."""

from __future__ import annotations

from datetime import date

from aicost_iac.catalog.tables import about


def max_age_days(part: str = "prices") -> int:
    """What a file of prices says of itself: `prices` (machines with accelerators) or `services`."""
    days: int = about(part)["max_age_days"]
    return days


def is_old(as_of: str, today: date, part: str = "prices") -> bool:
    """Whether a price of that day (ISO 8601) is past its stated age today."""
    return (today - date.fromisoformat(as_of)).days > max_age_days(part)
