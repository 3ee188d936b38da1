"""Ten configurations: what was computed by hand, what the documentation shows, and what the estimate says are one."""

from decimal import Decimal
from pathlib import Path

import pytest

from aicost_iac.cost import estimate
from tests.cost.worked_examples import Worked, computed, examples, written

PAGE = Path(__file__).parents[2] / "docs" / "cost.md"


def test_there_are_ten() -> None:
    assert len(examples()) == 10


@pytest.mark.parametrize("example", examples(), ids=lambda each: each.title[:40])
def test_the_estimate_is_the_amount_computed_by_hand_to_the_cent(example: Worked) -> None:
    month = estimate(example.plan).month
    for case, (arithmetic, usd) in example.cases.items():
        assert computed(arithmetic) == Decimal(usd), case
        assert getattr(month, case) == Decimal(usd), case


def test_the_documentation_is_current() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == written(page), f"run: python -m tests.cost.worked_examples {PAGE.name}"
