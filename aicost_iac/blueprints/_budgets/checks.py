"""What makes a ladder impossible: by itself, on its provider's version, in its app."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from aicost_iac.blueprints._budgets.guards import guard_problems
from aicost_iac.blueprints._budgets.limits import AutoAdjust, Limit, WorstCase, limit_problems
from aicost_iac.blueprints._budgets.rungs import rung_problems
from aicost_iac.blueprints._budgets.stopping import stop_problems
from aicost_iac.blueprints._tagging.carriers import carriers, uncarried
from aicost_iac.errors import Problem
from aicost_iac.terraform.budgets import MAX_NAME

if TYPE_CHECKING:
    from aicost_iac.blueprints._budgets.coverage import Coverage
    from aicost_iac.blueprints.budget_ladder import BudgetLadder
    from aicost_iac.model import Context


def known_limit(limit: Limit) -> Decimal | None:
    """The lowest limit of a plan, or the limit; None where AWS or the app sets it."""
    if isinstance(limit, AutoAdjust | WorstCase):
        return None
    return min(limit.values()) if isinstance(limit, Mapping) else limit


def problems(ladder: BudgetLadder) -> Iterator[Problem]:
    """What no stack could mend, in the order of the fields."""
    yield from limit_problems(ladder.wanted, ladder.period)
    yield from _names(ladder)
    yield from rung_problems(ladder.rungs, known_limit(ladder.wanted))
    yield from _period(ladder)
    yield from _activation(ladder)
    yield from _untagged(ladder)
    yield from _topic(ladder)
    if ladder.stop_groups and not (ladder.stops or (ladder.guards and ladder.guards.stop)):
        yield Problem("stop_groups", "are stopped by nothing", list(ladder.stop_groups), "add a rung with stop=True")


def placed(ladder: BudgetLadder, covered: Coverage, context: Context, *, combine: bool) -> Iterator[Problem]:
    """What its place makes impossible: provider, app, groups."""
    scope = ladder.scope
    if len(scope.filters) > 1 and not combine and (ladder.stops or any(rung.action for rung in ladder.rungs)):
        reason = "stop or act on the sum of several keys or dimensions, which this stack's provider can not form"
        yield Problem(
            "rungs", reason, context.provider_version, 'provider_version=">= 6.62, < 7", or a scope of one key'
        )
    if not scope.elsewhere:
        missing = list(uncarried("scope.tags", scope.tag_values, context.seen))
        yield from missing or _together(ladder, context)
    if isinstance(ladder.wanted, WorstCase) and not covered.usd_hour:
        reason = "can not be derived: nothing with a price is covered" if context.seen else "is derived in an App only"
        yield Problem("limit", reason, remedy="give an amount")
    if ladder.stops or (ladder.guards and ladder.guards.stop):
        yield from stop_problems(ladder, covered, context)
    if ladder.guards:
        yield from guard_problems(ladder.guards, covered.groups, context)


def _together(ladder: BudgetLadder, context: Context) -> Iterator[Problem]:
    """Each value is carried; is there anything that carries one of each key?"""
    wanted = ladder.scope.tag_values
    carried = carriers(context.seen)
    if carried and wanted and not any(all(each.tags.get(k) in v for k, v in wanted.items()) for each in carried):
        yield Problem("scope.tags", "match nothing together: no resource carries a value of each key", dict(wanted))


def _names(ladder: BudgetLadder) -> Iterator[Problem]:
    """Budget names are the ladder's, with the key or dimension where there are several."""
    for each in ladder.scope.filters if len(ladder.scope.filters) > 1 else ():
        size = len(f"{ladder.name}-{each.label}")
        if size > MAX_NAME:
            yield Problem("name", f"makes a budget name of {size} characters, and AWS takes {MAX_NAME}", ladder.name)


def _period(ladder: BudgetLadder) -> Iterator[Problem]:
    if ladder.period == "daily" and any(rung.of == "forecast" for rung in ladder.rungs):
        reason = "forecast a day whose bill comes when it is over"
        yield Problem("rungs", reason, remedy="daily budgets have actual rungs only")


def _activation(ladder: BudgetLadder) -> Iterator[Problem]:
    if ladder.tag_activation != "now" and not ladder.scope.tags:
        yield Problem("tag_activation", "has no tags to activate", ladder.tag_activation, "remove it")


def _untagged(ladder: BudgetLadder) -> Iterator[Problem]:
    wanted = ladder.untagged
    if wanted is None or not ladder.scope.tags:
        return
    if not (wanted.emails or ladder.audience):
        yield Problem("untagged.emails", "is required: no rung has an address", remedy="or untagged=None")


def _topic(ladder: BudgetLadder) -> Iterator[Problem]:
    if ladder.topic_emails and ladder.topic_arn is not None:
        yield Problem("topic_emails", "and topic_arn are two ways to one end", remedy="give one of them")
    if ladder.topic_arn is not None and not ladder.needs_topic:
        yield Problem("topic_arn", "hears nothing", ladder.topic_arn, "say topic=True on a rung")
    for index, rung in enumerate(ladder.rungs):
        if rung.stop and rung.topic:
            reason = "with stop is one topic too many: a notification has one, and the stop alarm tells the other"
            yield Problem(f"rungs.{index}.topic", reason, remedy="leave topic out")
        if rung.action and not (rung.emails or rung.topic):
            yield Problem(f"rungs.{index}.action", "must be told to somebody", remedy="give emails or topic")
