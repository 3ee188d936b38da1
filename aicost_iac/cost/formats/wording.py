"""The words and figures that every form of an estimate shares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import groupby

from aicost_iac.cost.amounts import Range, written
from aicost_iac.cost.comparing import Comparison
from aicost_iac.cost.estimates import Estimate, Item, Line, Part
from aicost_iac.cost.metrics import Metric, metrics
from aicost_iac.cost.pipelines import pipelines

_BASES = {
    "list": "list prices",
    "derived": "derived from list prices",
    "assumed": "assumed in the plan",
    "given": "given with the request",
    "cached": "read from AWS and cached",
}
_PER = {
    "gpu_hour": "per GPU-hour",
    "run": "per run",
    "1000_requests": "per 1,000 requests",
    "100k_tokens": "per 100,000 tokens",
}


def usd(amount: Decimal) -> str:
    """An amount with cents: `$13,221.75`."""
    return f"-{usd(-amount)}" if amount < 0 else f"${amount:,.2f}"


def signed(amount: Decimal) -> str:
    """A change: `+$12.00`, `-$3.50`, `$0.00`."""
    return f"+{usd(amount)}" if amount > 0 else usd(amount)


def between(amounts: Range) -> str:
    """A range in one phrase: the expectation, and its bounds where they differ."""
    if amounts.floor == amounts.ceiling:
        return usd(amounts.expected)
    return f"{usd(amounts.expected)} ({usd(amounts.floor)} to {usd(amounts.ceiling)})"


def count(number: int, what: str) -> str:
    """`1 item`, `3 items`."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def arithmetic(part: Part) -> str:
    """How a part comes to its figures."""
    floor, expected, ceiling = (_line(line) for line in part.lines)
    if floor == expected == ceiling:
        return expected
    least = "" if floor == expected else f"; at least {floor}"
    most = "" if ceiling == expected else f"; at most {ceiling}"
    return f"{expected}{least}{most}"


def _line(line: Line) -> str:
    if not line.count:
        return "nothing"
    quote = line.quote
    monthly = quote.usd_month is not None
    price = f"{_shortened(quote.usd_month or quote.usd_hour, 6)} {'a month' if monthly else 'an hour'}"
    basis = "" if quote.basis in ("list", "derived") else f", {quote.basis}{f' {quote.as_of}' if quote.as_of else ''}"
    return f"{_shortened(line.count, 4)} x {line.thing} at ${price}{basis}"


def _shortened(amount: Decimal, places: int) -> str:
    return written(round(amount, places))


def derived(item: Item) -> str:
    """The metrics of an item in one phrase."""
    return ", ".join(metric(each) for each in metrics(item))


def metric(each: Metric) -> str:
    """`$2.3456 per GPU-hour`."""
    amount = f"{each.usd:,.2f}" if each.usd >= 10 else f"{each.usd:.4f}"
    return f"${amount} {_PER[each.per]}"


def notes(items: Iterable[Item]) -> list[tuple[str, str]]:
    """What a reader must know about the figures, with the address each is about."""
    return [(place(item.stack, item.address), part.note) for item in items for part in item.parts if part.note]


def prices(estimate: Estimate) -> str:
    """Where the prices come from, and of which days they are."""
    quotes = {line.quote for item in estimate.items for part in item.parts for line in part.lines}
    if not quotes:
        return "Nothing here has a price."
    parts = [f"{name} {_days({q.as_of for q in quotes if q.basis == basis} - {''})}".rstrip() for basis, name in
             _BASES.items() if any(q.basis == basis for q in quotes)]  # fmt: skip
    return f"Prices: {'; '.join(parts)}."


def _days(days: set[str]) -> str:
    if not days:
        return ""
    first, last = min(days), max(days)
    return f"of {first}" if first == last else f"of {first} to {last}"


def by_reason(missing: Sequence[tuple[str, str]]) -> Iterator[tuple[str, list[str]]]:
    """Reasons, and the addresses each of them holds for."""
    for reason, group in groupby(sorted(missing, key=lambda each: each[1]), key=lambda each: each[1]):
        yield reason, sorted({address for address, _ in group})


def place(stack: str, address: str) -> str:
    """An address, and the stack it is of."""
    return f"{stack}: {address}" if stack else address


def per_request(estimate: Estimate) -> Iterator[str]:
    """What pipelines cost for what they answer, under the load that is stated."""
    for each in pipelines(estimate):
        if each.usd_thousand_requests is not None:
            load = ", ".join(f"{figure.name.replace('_', ' ')} {figure.value}" for figure in each.mix)
            yield f"{place(each.stack, each.origin)}: ${each.usd_thousand_requests} per 1,000 requests ({load})"


def headline(comparison: Comparison) -> str:
    """What a change does to the bill."""
    month = comparison.month
    if not comparison.changes:
        return "no change"
    return f"{signed(month.expected)} a month, to {usd(comparison.after.month.expected)}"
