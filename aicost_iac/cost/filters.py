"""Budgets as anybody writes them, and which nodes their filters cover.

https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/budgets_budget
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from aicost_iac.catalog import HOURS_PER_MONTH
from aicost_iac.cost.site import Root
from aicost_iac.cost.spending import instance_types_of, services_of, tags_of
from aicost_iac.plan import Node
from aicost_iac.rules.reading.tagged import TAG_FILTER, cost_filters, tag_filters
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.world import Subject
from aicost_iac.terraform.spend import SERVICES

BUDGET = "aws_budgets_budget"
HOURS: Mapping[str, int] = {
    "DAILY": 24,
    "MONTHLY": HOURS_PER_MONTH,
    "QUARTERLY": 3 * HOURS_PER_MONTH,
    "ANNUALLY": 12 * HOURS_PER_MONTH,
}
Covers = Callable[[Node, Root], bool]


@dataclass(frozen=True, slots=True)
class Budget:
    """A budget of a plan. `limit` is None where only AWS or Terraform knows it; `unread` are filters nobody evaluates.

    What an unread filter leaves out is counted all the same: the worst case is never too low, and may be too high.
    """

    subject: Subject
    period: str
    limit: Decimal | None
    covers: Covers
    unread: tuple[str, ...]

    @property
    def hours(self) -> int:
        """Hours of a period; a month is 730."""
        return HOURS.get(self.period, HOURS_PER_MONTH)


def budget(subject: Subject) -> Budget | None:
    """The cost budget that a resource describes; None for one of usage, coverage or utilisation."""
    body = Block(subject.body)
    if (body.text("budget_type") or "COST") != "COST":
        return None
    tests, unread = _tests(subject)
    period = body.text("time_unit") or "MONTHLY"
    return Budget(subject, period, _limit(body), lambda node, root: all(test(node, root) for test in tests), unread)


def _limit(body: Block) -> Decimal | None:
    """The lowest limit that is stated."""
    written = [body.text("limit_amount"), *(each.text("amount") for each in body.blocks("planned_limit"))]
    try:
        amounts = [Decimal(text.replace(",", "")) for text in written if text]
    except InvalidOperation:
        return None
    return min(amounts, default=None)


def _tests(subject: Subject) -> tuple[Sequence[Covers], tuple[str, ...]]:
    """Every dimension must hold; any of its values is enough."""
    tests: list[Covers] = []
    unread: list[str] = []
    by_key: dict[str, set[str]] = {}
    for each in tag_filters(subject):
        by_key.setdefault(each.key, set()).add(each.value)
    tests += [_tagged(key, values) for key, values in by_key.items()]
    for _, name, block, key in cost_filters(subject):
        test = _dimension(name, {text for _, text in block.texts(key)})
        if test is not None:
            tests.append(test)
        elif name != TAG_FILTER:
            unread.append(name)
    for expression in Block(subject.body).blocks("filter_expression"):
        tests.append(_expression(expression, unread))
    return tests, tuple(dict.fromkeys(unread))


def _expression(block: Block, unread: list[str]) -> Covers:
    """`and`, `or`, `not` and their operands."""
    parts = list(_operands(block, unread))
    if alternatives := [_expression(each, unread) for each in block.blocks("or")]:
        parts.append(lambda node, root: any(each(node, root) for each in alternatives))
    parts += [_expression(each, unread) for each in block.blocks("and")]
    for each in block.blocks("not"):
        before = len(unread)
        inner = _expression(each, unread)
        if len(unread) == before:
            parts.append(lambda node, root, inner=inner: not inner(node, root))  # type: ignore[misc]
    return lambda node, root: all(part(node, root) for part in parts)


def _operands(block: Block, unread: list[str]) -> Iterator[Covers]:
    for each in block.blocks("tags"):
        yield _tagged(each.text("key") or "", {text for _, text in each.texts("values")})
    for each in block.blocks("dimensions"):
        key = (each.text("key") or "").title().replace("_", "")
        test = _dimension(key, {text for _, text in each.texts("values")})
        if test is None:
            unread.append(key)
        else:
            yield test
    if block.blocks("cost_categories"):
        unread.append("CostCategory")


def _tagged(key: str, values: set[str]) -> Covers:
    return lambda node, root: tags_of(node, root.default_tags, root).get(key) in values


def _dimension(name: str, values: set[str]) -> Covers | None:
    """None for what a plan does not say: accounts, categories, usage types."""
    if name == "RecordType":
        return lambda node, root: "Usage" in values
    if name == "Service":
        return lambda node, root: any(SERVICES[each] in values for each in services_of(node)) or not services_of(node)
    if name == "InstanceType":
        return lambda node, root: bool(values & instance_types_of(node, root))
    return None
