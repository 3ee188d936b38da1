"""What a plan costs: offline, dated, as a range; and what it could cost at worst.

    from aicost_iac.cost import estimate

    made = estimate(plan, region="us-east-1")
    made.month.expected, made.prices_as_of                        # Decimal('...'), '2026-07-20'
    [(each.address, each.reason) for each in made.unpriced]       # what the total lacks

`cost.exposure.worst_case` says what a budget's filter covers at most; `cost.assumptions` are the words by which a plan
states a load, a spot price or a throughput.
"""

from __future__ import annotations

from aicost_iac.cost.amounts import Range, monthly
from aicost_iac.cost.estimates import Estimate, Item, Line, Part, Unpriced
from aicost_iac.cost.estimating import estimate, estimate_roots
from aicost_iac.cost.prices import Prices, Quote
from aicost_iac.cost.ranking import Candidate, Flag, candidates
from aicost_iac.cost.site import Root

__all__ = [
    "Candidate",
    "Estimate",
    "Flag",
    "Item",
    "Line",
    "Part",
    "Prices",
    "Quote",
    "Range",
    "Root",
    "Unpriced",
    "candidates",
    "estimate",
    "estimate_roots",
    "monthly",
]
